package main

import (
	"cmp"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"daylight/generator/config"
)

// shells that completion is written for.
func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Print the script that completes commands and flags in your shell",
		Long: `Prints a script for your shell. With it the Tab key completes commands, flags,
files, and the names of audiences and environments of the site.toml here.`,
		Example: `  source <(daylight completion bash)          # this shell; for every one, in ~/.bashrc
  daylight completion zsh > "${fpath[1]}/_daylight"
  daylight completion fish > ~/.config/fish/completions/daylight.fish
  daylight completion powershell | Out-String | Invoke-Expression`,
		Args:                  args(cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs)),
		ValidArgs:             shells(),
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, given []string) error {
			root := cmd.Root()
			switch given[0] {
			case "bash":
				return root.GenBashCompletionV2(a.stdout, true)
			case "zsh":
				return root.GenZshCompletion(a.stdout)
			case "fish":
				return root.GenFishCompletion(a.stdout, true)
			default:
				return root.GenPowerShellCompletionWithDesc(a.stdout)
			}
		},
	}
}

// formats lists the values of --format, by command.
func formats() map[string][]string {
	return map[string][]string{
		"audit":   {"text", "json"},
		"check":   {"text", "json", "github"},
		"compare": {"text", "json"},
		"diff":    {"text", "markdown", "json"},
		"explain": {"text", "json", "markdown"},
		"lint":    {"text", "json", "github"},
		"metrics": {"text", "json", "openmetrics"},
		"status":  {"text", "json"},
		"version": {"text", "json"},
	}
}

// completeFlags tells the shell what values the flags of a command, and of those
// below it, can have.
func completeFlags(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		complete := valuesOf(cmd, f)
		if complete == nil {
			return
		}
		if err := cmd.RegisterFlagCompletionFunc(f.Name, complete); err != nil {
			panic(err) // the flag is there, and this is the only place that says so
		}
	})
	for _, c := range cmd.Commands() {
		completeFlags(c)
	}
}

// valuesOf says how the value of a flag is completed; nil is as the shell does.
func valuesOf(cmd *cobra.Command, f *pflag.Flag) cobra.CompletionFunc {
	fixed := func(values ...string) cobra.CompletionFunc {
		return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
	}
	switch f.Name {
	case "config":
		return cobra.FixedCompletions([]string{"toml"}, cobra.ShellCompDirectiveFilterFileExt)
	case "repository", "previous", "export-vale", "style":
		return cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs)
	case "format":
		return fixed(formats()[cmd.Name()]...)
	case "level":
		return fixed("suggestion", "warning", "error")
	case "median":
		return fixed("interpolated", "lower")
	case "state":
		return fixed("on", "off")
	case "to":
		return fixed("note", "file", "tag")
	case "audience":
		return configured(func(c config.Config) (names []string) {
			for _, x := range c.Audiences {
				names = append(names, x.Name)
			}
			return names
		})
	case "environment":
		return configured(func(c config.Config) (names []string) {
			for _, x := range c.Environments {
				names = append(names, x.Name)
			}
			return names
		})
	case "component":
		return configured(func(c config.Config) (names []string) {
			for _, x := range c.Components {
				names = append(names, x.Name)
			}
			return names
		})
	}
	return nil
}

// configured completes names of the configuration that the command would read.
// Without one, or with a broken one, it offers what the defaults have.
func configured(names func(config.Config) []string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		given := func(name string) string {
			if f := cmd.Flags().Lookup(name); f != nil {
				return f.Value.String()
			}
			return ""
		}
		w := where{config: given("config"), repository: cmp.Or(given("repository"), ".")}
		conf := config.Default()
		if file, err := findConfig(w); err == nil && file != "" {
			if read, err := readConfig(file); err == nil {
				conf = read
			}
		}
		return names(conf), cobra.ShellCompDirectiveNoFileComp
	}
}
