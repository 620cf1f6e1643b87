package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manCommand writes the manual pages. It is for those who package Daylight, and
// hidden from everybody else.
func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write a manual page for each command",
		Long: `Writes daylight.1 and a page for each command into a folder, for packages and
release archives. The pages bear the day of SOURCE_DATE_EPOCH, else that of the
commit that daylight was built from: built twice they are the same, byte by byte.`,
		Example: "  daylight man build/man\n  man -l build/man/daylight-explain.1",
		Args:    args(cobra.ExactArgs(1)),
		Hidden:  true,
		RunE: func(cmd *cobra.Command, given []string) error {
			date, err := a.buildDate()
			if err != nil {
				return err
			}
			if err := os.MkdirAll(given[0], 0o755); err != nil {
				return fmt.Errorf("write manual pages: %w", err)
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			header := &doc.GenManHeader{Section: "1", Date: &date, Source: "daylight " + buildVersion(), Manual: "Daylight"}
			if err := doc.GenManTree(root, header, given[0]); err != nil {
				return fmt.Errorf("write manual pages: %w", err)
			}
			return nil
		},
	}
}

// buildDate is the day of what is made at packaging time.
func (a *app) buildDate() (time.Time, error) {
	if a.getenv("SOURCE_DATE_EPOCH") == "" {
		if t, err := time.Parse(time.RFC3339, readBuild().Time); err == nil {
			return t.UTC(), nil
		}
	}
	return a.asOf("")
}
