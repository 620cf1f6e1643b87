package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"daylight/generator"
	"daylight/generator/audience"
	"daylight/generator/config"
	"daylight/generator/ledger"
	"daylight/generator/publish"
)

// buildFlags are the flags of build beside where.
type buildFlags struct {
	where
	output   string
	audience string
	previous string
	strict   bool
}

func (a *app) buildCommand() *cobra.Command {
	var b buildFlags
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Build the site of every audience",
		Long: `Reads the repository, works out when every change was deployed and released,
and writes one site per audience to public/<audience>/. A site is swapped in
whole; a build that fails leaves the old one as it was.

Doubts about the data (a record with a fault, a flag that no manifest knows) are
warnings: the build goes on, and the page /problems/ lists them. With --strict
they fail the build before anything is written.

What the last build published is compared with what this one would: a published
date that moved, an entry that vanished or an identifier that changed is such a
doubt, too. The last build is looked for in the output folder; pipelines, which
keep no output, fetch data/published.json of each site into a folder of its name
and say --previous.

With --facts nothing is read from git: the facts that daylight ledger --facts wrote
in other places are joined. The sites are those of one build over all of these
repositories, but for docs, which facts do not hold.`,
		Example: "  daylight build\n  daylight build --repository ../shop.git --output /tmp/site\n  daylight build --as-of 2026-03-20 --audience customers\n  daylight build --strict --previous /tmp/published\n  daylight build --facts 'facts/*.json'",
		Args: args(func(cmd *cobra.Command, more []string) error {
			if cmd.Flags().Changed("facts") {
				return nil // the files that a shell made of a glob
			}
			return cobra.NoArgs(cmd, more)
		}),
		RunE: func(cmd *cobra.Command, more []string) error {
			if len(more) > 0 { // as a shell expands a glob
				b.facts = append(b.facts, more...)
			}
			l, err := a.load(b.where)
			if err != nil {
				return err
			}
			defer l.Close()
			return a.build(cmd.Context(), l, b)
		},
	}
	b.register(cmd)
	f := cmd.Flags()
	f.StringVarP(&b.output, "output", "o", "", "the folder that the sites go to (default: build.output of site.toml, public)")
	f.StringVar(&b.audience, "audience", "", "build for this audience only")
	f.StringVar(&b.previous, "previous", "", "the folder of the sites that were published last (default: the output folder)")
	f.StringArrayVar(&b.facts, "facts", nil, "join these files of facts in place of repositories; may be repeated, and may be a glob")
	f.BoolVar(&b.strict, "strict", false, "treat warnings as errors, and write nothing then")
	return cmd
}

// audiences gives the one that was asked for, or all.
func (l *loaded) audiences(name string) ([]config.Audience, error) {
	var names []string
	for _, a := range l.Config.Audiences {
		if a.Name == name {
			return []config.Audience{a}, nil
		}
		names = append(names, a.Name)
	}
	if name != "" {
		return nil, usageError{fmt.Errorf("build for audience %q: no such audience", name), choices(name, names...)}
	}
	return l.Config.Audiences, nil
}

// build computes the ledger and writes the sites.
func (a *app) build(ctx context.Context, l *loaded, b buildFlags) error {
	started := a.now()
	chosen, err := l.audiences(b.audience)
	if err != nil {
		return err
	}
	out := b.output
	if out == "" {
		out = filepath.Join(l.base, l.Config.Build.Output)
	}
	stop := a.progress(l.Project, b.quiet)
	defer stop()
	res, err := l.Ledger(ctx, l.asOf)
	if err != nil {
		return err
	}
	if err := l.ReadDocs(ctx, res); err != nil {
		return err
	}
	if err := l.correct(res, chosen, b.previous, out); err != nil {
		return err
	}
	if b.strict && count(res.Ledger.Problems, ledger.LevelWarning, ledger.LevelError) > 0 {
		stop()
		a.printProblems(res.Ledger.Problems, maxShown)
		return strictError(count(res.Ledger.Problems, ledger.LevelWarning, ledger.LevelError))
	}
	var done []generator.Summary
	for _, audience := range chosen {
		sink, err := publish.DirWith(filepath.Join(out, filepath.FromSlash(audience.Output)), publish.Options{Once: a.getenv("CI") != ""})
		if err != nil {
			return err
		}
		sum, err := l.Build(ctx, res, audience, sink)
		if err != nil {
			return fmt.Errorf("build for %s: %w", audience.Name, err)
		}
		sum.Folder = audience.Output
		done = append(done, sum)
	}
	stop()
	if !b.quiet {
		a.printProblems(res.Ledger.Problems, maxShown)
	}
	a.report(res.Ledger, done, out, a.now().Sub(started))
	return nil
}

// strictError says why --strict wrote nothing.
type strictError int

func (e strictError) Error() string {
	return fmt.Sprintf("%d warnings and errors, and --strict was given: nothing was written", int(e))
}

// Hint tells where the rest is.
func (e strictError) Hint() string { return "daylight check lists them all" }

// report sums a build up.
func (a *app) report(l *ledger.Ledger, done []generator.Summary, out string, took time.Duration) {
	fmt.Fprintf(a.stdout, "%d changes, %d versions, %d deployments, %d flags as of %s\n",
		len(l.Changes), len(l.Versions), len(l.Deployments), len(l.Flags), l.AsOf.Format(time.RFC3339))
	for i, s := range done {
		detail := fmt.Sprintf("%d pages, %d feeds", s.Pages, s.Feeds)
		if s.Articles > 0 {
			detail += fmt.Sprintf(", %s rendered", plural(s.Articles, "article"))
		}
		if s.Notes > 0 {
			detail += fmt.Sprintf(", %d notes", s.Notes)
		}
		fmt.Fprintf(a.stdout, "  %-12s %s in %s\n", s.Audience, detail, filepath.Join(out, done[i].Folder))
		if s.Audited != nil {
			fmt.Fprintf(a.stdout, "  %-12s audited: %s\n", "", auditLine(s.Audited))
		}
		if s.Feeds == 0 {
			fmt.Fprintln(a.stderr, "note: "+s.Audience+" has no feeds, since the site has no address\n  hint: set base in site.toml")
		}
	}
	fmt.Fprintf(a.stdout, "%s, %s\n", problemCount(l.Problems), took.Round(time.Millisecond))
	if next := done[0].Next; !next.IsZero() {
		fmt.Fprintf(a.stdout, "build again at %s, when a planned step takes effect\n", next.Format(time.RFC3339))
	}
}

// auditLine sums an audit up, and counts what it could not look for.
func auditLine(r *audience.Report) string {
	doubtful := 0
	for _, u := range r.Unchecked {
		if u.Doubtful() {
			doubtful++
		}
	}
	line := fmt.Sprintf("none of %s is in it", plural(r.Secrets, "withheld text"))
	if n := len(r.Findings); n > 0 {
		line = fmt.Sprintf("%s of %s", plural(n, "occurrence"), plural(r.Secrets, "withheld text"))
	}
	if doubtful > 0 {
		line += fmt.Sprintf("; %d more are too short or too common to look for", doubtful)
	}
	if n := len(r.Unread); n > 0 {
		line += fmt.Sprintf("; %s cannot be looked into, such as %s", plural(n, "file"), r.Unread[0])
	}
	return line
}

func problemCount(problems []ledger.Problem) string {
	errs, warnings := count(problems, ledger.LevelError), count(problems, ledger.LevelWarning)
	if errs+warnings == 0 {
		return "no problems"
	}
	return fmt.Sprintf("%d errors, %d warnings", errs, warnings)
}

func joined(names []string) string { return strings.Join(names, ", ") }
