package main

import (
	"github.com/spf13/cobra"

	"daylight/generator"
)

func (a *app) ledgerCommand() *cobra.Command {
	var w where
	var facts bool
	cmd := &cobra.Command{
		Use:   "ledger",
		Short: "Print the whole ledger as JSON",
		Long: `Prints every change, version, deployment, flag and problem as JSON: what the site
shows, for other programs. With --facts it prints what was read instead, before
anything was computed.`,
		Example: "  daylight ledger --as-of 2026-03-20 > ledger.json\n  daylight ledger | jq '.changes[] | select(.environments.production.status == \"dark\") | .title'",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := a.load(w)
			if err != nil {
				return err
			}
			defer l.Close()
			res, err := a.result(cmd.Context(), l, w)
			if err != nil {
				return err
			}
			var out any = res.Ledger
			if facts {
				out = res.Facts
			}
			data, err := generator.LedgerJSON(out)
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(data)
			return err
		},
	}
	w.register(cmd)
	cmd.Flags().BoolVar(&facts, "facts", false, "print the facts instead of the ledger")
	return cmd
}
