package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func (a *app) versionCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version and how it was built",
		Long: `Prints the version, the commit and its time, whether the source had been modified,
and the Go that compiled it. A program that was built outside a git repository
knows neither commit nor time, and says so.`,
		Example: "  daylight version\n  daylight version --format json",
		Args:    args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			b := readBuild()
			switch format {
			case "text":
				fmt.Fprintf(a.stdout, "daylight %s (%s, %s)\n", b.Version, b.Go, b.Platform)
				fmt.Fprintf(a.stdout, "commit    %s\ntime      %s\nmodified  %s\n", unknownIfEmpty(b.Commit), unknownIfEmpty(b.Time), b.modified())
				return nil
			case "json":
				enc := json.NewEncoder(a.stdout)
				enc.SetIndent("", "  ")
				return enc.Encode(b)
			}
			return usageError{fmt.Errorf("unknown format %q", format), "text or json"}
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// build is how the program was built. Text that is not known is "".
type build struct {
	Version  string `json:"version"`            // of the module; "devel" outside a tagged commit
	Commit   string `json:"commit,omitempty"`   // hexadecimal, in full
	Time     string `json:"time,omitempty"`     // of the commit, RFC 3339 in UTC
	Modified *bool  `json:"modified,omitempty"` // the work tree differed from the commit; nil when not known
	Go       string `json:"go"`
	Platform string `json:"platform"` // "linux/amd64"
}

// readBuild reads what the compiler wrote into the program.
func readBuild() build {
	b := build{Version: buildVersion(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			m := s.Value == "true"
			b.Modified = &m
		}
	}
	return b
}

func (b build) modified() string {
	switch {
	case b.Modified == nil:
		return "unknown"
	case *b.Modified:
		return "yes"
	}
	return "no"
}

func unknownIfEmpty(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// buildVersion is the module's version, or the commit that it was built from.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel+" + s.Value[:12]
		}
	}
	return "devel"
}
