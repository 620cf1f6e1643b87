package main

import (
	"errors"

	"github.com/spf13/cobra"

	"daylight/generator"
)

func (a *app) ledgerCommand() *cobra.Command {
	var w where
	var facts bool
	var flagsFrom []string
	cmd := &cobra.Command{
		Use:   "ledger",
		Short: "Print the whole ledger as JSON",
		Long: `Prints every change, version, deployment, flag and problem as JSON: what the site
shows, for other programs.

With --facts it prints what was read instead, before anything was computed: the
graph, tags, deployments, flags, texts and doubts of the repositories. daylight
build --facts joins such files, so that each repository is read in a pipeline of
its own; --only then names the repository of site.toml that is read here. Code is
searched for the flags of another repository when --flags-from names its facts.`,
		Example: "  daylight ledger --as-of 2026-03-20 > ledger.json\n  daylight ledger | jq '.changes[] | select(.environments.production.status == \"dark\") | .title'\n  daylight ledger --facts --only shop > shop.facts.json\n  daylight ledger --facts --only shop --flags-from flags.facts.json > shop.facts.json",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !facts && (w.only != "" || len(flagsFrom) > 0) {
				return usageError{errors.New("--only and --flags-from need --facts"), "add --facts"}
			}
			l, err := a.load(w)
			if err != nil {
				return err
			}
			defer l.Close()
			if facts {
				return a.writeFacts(cmd.Context(), l, w, flagsFrom)
			}
			res, err := a.result(cmd.Context(), l, w)
			if err != nil {
				return err
			}
			data, err := generator.LedgerJSON(res.Ledger)
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(data)
			return err
		},
	}
	w.register(cmd)
	cmd.Flags().BoolVar(&facts, "facts", false, "print the facts instead of the ledger")
	cmd.Flags().StringVar(&w.only, "only", "", "with --facts: read this repository of site.toml alone")
	cmd.Flags().StringArrayVar(&flagsFrom, "flags-from", nil, "with --facts: files of facts whose flags are looked for in the code; may be repeated, and may be a glob")
	return cmd
}
