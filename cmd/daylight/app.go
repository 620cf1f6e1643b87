package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// app is what every command needs of the world. Tests build one with buffers
// and a fixed clock.
type app struct {
	stdout, stderr io.Writer
	getenv         func(string) string
	now            func() time.Time
	terminal       bool // stderr is a terminal: progress is shown
	color          bool // stdout may be coloured
	width          int  // of the terminal on stdout, 0 when there is none
}

// The exit statuses.
const (
	exitDone    = 0
	exitFailure = 1
	exitUsage   = 2
)

// usageError is a mistake in the command line or the configuration.
type usageError struct {
	err  error
	hint string
}

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// finding ends a command with status 1 after it has said all there is to say.
var errFinding = errors.New("findings")

// run carries out one command line and gives the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	a := &app{stdout: stdout, stderr: stderr, getenv: os.Getenv, now: time.Now}
	if f, ok := stderr.(*os.File); ok {
		a.terminal = term.IsTerminal(int(f.Fd())) && a.getenv("CI") == ""
	}
	if f, ok := stdout.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		a.color = a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			a.width = w
		}
	}
	return a.run(ctx, args)
}

func (a *app) run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errFinding):
		return exitFailure
	case errors.As(err, &usage):
		a.complain(err, usage.hint)
		return exitUsage
	default:
		if word, ok := unknownCommand(err); ok {
			a.complain(err, commandHint(root, word))
			return exitUsage
		}
		var h interface{ Hint() string }
		hint := ""
		if errors.As(err, &h) {
			hint = h.Hint()
		}
		a.complain(err, hint)
		return exitFailure
	}
}

// complain prints an error as one message with its hint. Errors that list
// several faults bring a line for each.
func (a *app) complain(err error, hint string) {
	for i, line := range strings.Split(strings.TrimSpace(err.Error()), "\n") {
		if i == 0 && !strings.Contains(line, ": error: ") {
			line = "daylight: " + line
		}
		fmt.Fprintln(a.stderr, line)
	}
	if hint != "" {
		fmt.Fprintln(a.stderr, "  hint: "+hint)
	}
}

// root is the command line. To add a command, write its file and add it here.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "daylight",
		Short: "Says of every change when it was deployed, and when it was released",
		Long: `Deployed is not released. Daylight reads a git repository (tags, deployment
annotations, feature-flag manifests and their history), works out for every
change when it was deployed to each environment and when users could see it, and
writes a static site for each audience.

Start with:  daylight demo     a sample repository and its two sites
             daylight init     look at the repository here and write a site.toml
             daylight build    write the sites to public/`,
		Example: `  daylight demo
  daylight init && daylight build
  daylight explain '#12'`,
		SilenceUsage:       true,
		SilenceErrors:      true,
		DisableSuggestions: true, // hints are ours, see suggest.go
		CompletionOptions:  cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{err, flagHint(cmd, err)}
	})
	a.profiling(root)
	root.AddCommand(
		a.demoCommand(),
		a.initCommand(),
		a.buildCommand(),
		a.serveCommand(),
		a.statusCommand(),
		a.explainCommand(),
		a.compareCommand(),
		a.metricsCommand(),
		a.diffCommand(),
		a.changelogCommand(),
		a.recordCommand(),
		a.checkCommand(),
		a.lintCommand(),
		a.auditCommand(),
		a.ledgerCommand(),
		a.themeCommand(),
		a.versionCommand(),
		a.completionCommand(),
		a.manCommand(),
	)
	completeFlags(root)
	return root
}

// args wraps a check of positional arguments so that its error is one of usage.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, given []string) error {
		if err := check(cmd, given); err != nil {
			return usageError{err, cmd.CommandPath() + " --help tells what it takes"}
		}
		return nil
	}
}
