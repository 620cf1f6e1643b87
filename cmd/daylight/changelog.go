package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"daylight/generator"
	"daylight/generator/ledger"
)

func (a *app) changelogCommand() *cobra.Command {
	var w where
	var o generator.ChangelogOptions
	cmd := &cobra.Command{
		Use:   "changelog",
		Short: "Write what is new in the form of Keep a Changelog",
		Long: `Writes a changelog to standard output: a section for each version with what is
released, by kind. Before them stands what users cannot see yet, or not all of
them: deployed and seen by some, deployed and dark, and not deployed.

With --audience customers it holds what they may see and nothing else. With
--version it is the section of one version, for the text of a release. With
--as-of in the future it shows what planned steps will release.`,
		Example: "  daylight changelog > CHANGELOG.md\n  daylight changelog --audience customers --version v1.4.0",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := a.load(w)
			if err != nil {
				return err
			}
			defer l.Close()
			chosen, err := l.audiences(o.Audience)
			if err != nil {
				return err
			}
			res, err := a.result(cmd.Context(), l, w)
			if err != nil {
				return err
			}
			if err := knownEnvironment(res.Ledger, o.Environment); err != nil {
				return err
			}
			if !hasVersion(res.Ledger, o.Version) {
				return usageError{fmt.Errorf("write changelog of version %q: no such version", o.Version), "daylight status lists the newest ones"}
			}
			o.Links = func(v ledger.VersionName) string {
				return strings.ReplaceAll(l.VersionLinks(), "{version}", url.PathEscape(string(v)))
			}
			_, err = io.WriteString(a.stdout, l.Changelog(res, chosen[0], o))
			return err
		},
	}
	w.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.Audience, "audience", "team", "for this audience: nothing that it may not see is in it")
	f.StringVar(&o.Environment, "environment", "", "for the team: the environment in which something counts as released (default: the first of tier production)")
	f.StringVar(&o.Version, "version", "", "the section of this version alone")
	return cmd
}

func hasVersion(l *ledger.Ledger, name string) bool {
	if name == "" {
		return true
	}
	for i := range l.Versions {
		if string(l.Versions[i].Name) == name {
			return true
		}
	}
	return false
}

func knownEnvironment(l *ledger.Ledger, name string) error {
	if name == "" {
		return nil
	}
	var names []string
	for _, e := range l.Environments {
		if string(e.Name) == name {
			return nil
		}
		names = append(names, string(e.Name))
	}
	return usageError{fmt.Errorf("write changelog of %q: no such environment", name), choices(name, names...)}
}
