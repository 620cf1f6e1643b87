package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"daylight/generator/demo"
)

func (a *app) demoCommand() *cobra.Command {
	var noServe, quiet bool
	var port int
	cmd := &cobra.Command{
		Use:   "demo [dir]",
		Short: "Write a sample repository, build its two sites and serve them",
		Long: `Writes a sample repository with eight months of a small shop into dir/repository,
builds the team's site into dir/team and the customers' into dir/customers, and
serves both on this machine. dir is public/demo unless given; running it again
replaces only what it made. Its as-of is fixed, so that a planned step stays in
the future.`,
		Example: "  daylight demo\n  daylight demo --no-serve /tmp/demo",
		Args:    args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			dir := filepath.Join("public", "demo")
			if len(given) == 1 {
				dir = given[0]
			}
			if err := a.makeDemo(cmd.Context(), dir, quiet); err != nil {
				return err
			}
			if noServe {
				return nil
			}
			return a.serveFolder(cmd.Context(), dir, port)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&noServe, "no-serve", false, "stop after the build")
	f.BoolVarP(&quiet, "quiet", "q", false, "print no progress and no warnings")
	f.IntVarP(&port, "port", "p", 1414, "the port; the next free one is taken when it is in use")
	return cmd
}

// makeDemo writes the repository and builds both sites from it.
func (a *app) makeDemo(ctx context.Context, dir string, quiet bool) error {
	repository := filepath.Join(dir, "repository")
	wrote, err := demo.Write(ctx, repository)
	if err != nil {
		return err // it says what was written, and where
	}
	fmt.Fprintf(a.stdout, "wrote a sample repository: %d commits, %d versions in %s\n", wrote.Commits, wrote.Versions, repository)
	l, err := a.load(where{config: filepath.Join(repository, "site.toml"), repository: repository, asOf: demo.AsOf().Format("2006-01-02T15:04:05Z07:00")})
	if err != nil {
		return err
	}
	defer l.Close()
	return a.build(ctx, l, buildFlags{where: where{quiet: quiet}, output: dir})
}
