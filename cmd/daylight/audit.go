package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"daylight/generator/audience"
	"daylight/generator/config"
)

func (a *app) auditCommand() *cobra.Command {
	var w where
	var name, format string
	cmd := &cobra.Command{
		Use:   "audit --audience NAME <folder>",
		Short: "Read every byte of a built site, and find what its audience must not see",
		Long: `Works out what is withheld from an audience (titles, messages, flags, commits,
names of people and environments) and looks for it in every file of a site that
was built for them: in file names, text, tags, feeds and data, also where it is
escaped or encoded. It exits with 1 when anything is found. build does the same
before it publishes; this is for a site that was changed since, or is kept
elsewhere.`,
		Example: "  daylight audit --audience customers public/customers\n  daylight audit --audience customers --format json public/customers | jq '.unchecked'",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			l, err := a.load(w)
			if err != nil {
				return err
			}
			defer l.Close()
			chosen, err := l.auditable(name)
			if err != nil {
				return err
			}
			if info, err := os.Stat(given[0]); err != nil {
				return usageError{fmt.Errorf("audit %s: %w", given[0], errors.Unwrap(err)), "daylight build writes it: " + filepath.Join(l.Config.Build.Output, chosen.Name)}
			} else if !info.IsDir() {
				return usageError{fmt.Errorf("audit %s: not a folder", given[0]), "give the folder of the site"}
			}
			res, err := a.result(cmd.Context(), l, w)
			if err != nil {
				return err
			}
			report, err := l.Audit(cmd.Context(), res, chosen, os.DirFS(given[0]))
			if err != nil {
				return err
			}
			if err := a.printAudit(report, format); err != nil {
				return err
			}
			if len(report.Findings) > 0 {
				return errFinding
			}
			return nil
		},
	}
	w.register(cmd)
	f := cmd.Flags()
	f.StringVar(&name, "audience", "", "the audience that the site was built for (required)")
	f.StringVar(&format, "format", "text", "text or json")
	return cmd
}

// auditable gives the audience of that name, if anything is withheld from it.
func (l *loaded) auditable(name string) (config.Audience, error) {
	if name == "" {
		return config.Audience{}, usageError{errors.New("audit: for which audience?"), "name it with --audience, as site.toml does"}
	}
	chosen, err := l.audiences(name)
	if err != nil {
		return config.Audience{}, err
	}
	if chosen[0].Sees == string(audience.SeesEverything) {
		return chosen[0], usageError{fmt.Errorf("audit for %s: they may see everything", name), "name an audience from which something is withheld"}
	}
	return chosen[0], nil
}

// printAudit writes a report to stdout.
func (a *app) printAudit(r audience.Report, format string) error {
	switch format {
	case "json":
		if r.Findings == nil {
			r.Findings = []audience.Finding{}
		}
		if r.Unchecked == nil {
			r.Unchecked = []audience.Unchecked{}
		}
		if r.Unread == nil {
			r.Unread = []string{}
		}
		e := json.NewEncoder(a.stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(r)
	case "text":
		for _, f := range r.Findings {
			place := f.Path
			if f.Line > 0 {
				place = fmt.Sprintf("%s:%d", f.Path, f.Line)
			}
			fmt.Fprintf(a.stdout, "%s: error: %s that is withheld: %q (%s) [withheld-text]\n", plain(place), f.Kind, f.Text, f.Form)
		}
		for _, path := range r.Unread {
			fmt.Fprintf(a.stdout, "%s: warning: it is compressed in a way that cannot be read, so that nobody knows what it says [unread-file]\n", plain(path))
		}
		fmt.Fprintf(a.stdout, "%s, %d bytes: %s\n", plural(r.Files, "file"), r.Bytes, auditLine(&r))
		return nil
	}
	return usageError{fmt.Errorf("print as %q: no such format", format), choices(format, "text", "json")}
}
