package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"daylight/generator"
	"daylight/generator/ledger"
	"daylight/generator/markdown"
	"daylight/generator/wording"
)

// lintOptions are the flags of lint.
type lintOptions struct {
	where
	since, format, level, export string
	history, strict, rules       bool
	noFacts                      bool
	styles                       []string
}

func (a *app) lintCommand() *cobra.Command {
	var o lintOptions
	cmd := &cobra.Command{
		Use:   "lint [file or glob...]",
		Short: "Find sentences that mix up deployed and released",
		Long: `Reads Markdown and other texts, release notes, and the messages of commits and
tags, and finds words that mean one thing to one reader and another to the next:
"released to staging", "deployed to customers", "rolled back the flag". It also
compares texts with the ledger: a note that says released while the flag is off,
or that gives the day of the deployment as that of the release.

Without arguments it reads the files that site.toml names (every Markdown file
unless told otherwise) and the notes of the ledger. With --since it reads what was
added since a commit, with the messages of the commits themselves: that is for
pull requests.

The rules are YAML files in the form of Vale's. Put rules of your own into
content/wording/<style>/, name folders of other styles with --style, and change
levels in site.toml. <!-- daylight off --> in a text turns the rules off until
<!-- daylight on -->.

It exits with 1 when there is an error, and with --strict also when there is a
warning.`,
		Example: "  daylight lint\n  daylight lint --since origin/main --format github\n  daylight lint 'docs/**/*.md' --level warning\n  daylight lint --export-vale .vale",
		RunE: func(cmd *cobra.Command, given []string) error {
			return a.lint(cmd.Context(), o, given)
		},
	}
	o.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.since, "since", "", "read only what was added since this commit, tag or branch, and the messages since then")
	f.BoolVar(&o.history, "history", false, "read the messages of all commits and tags too")
	f.StringVar(&o.format, "format", "text", "text, json (Vale's own form) or github (annotations)")
	f.StringVar(&o.level, "level", "", "the least to report: suggestion, warning or error (default: site.toml's, or suggestion)")
	f.BoolVar(&o.strict, "strict", false, "let warnings fail the run too")
	f.StringArrayVar(&o.styles, "style", nil, "a folder of rules in Vale's form; may be given several times")
	f.BoolVar(&o.noFacts, "no-facts", false, "look at words only, and do not compute the ledger")
	f.BoolVar(&o.rules, "rules", false, "list the rules that apply, and read nothing")
	f.StringVar(&o.export, "export-vale", "", "write the rules into this folder for Vale, and read nothing")
	return cmd
}

func (a *app) lint(ctx context.Context, o lintOptions, given []string) error {
	l, err := a.load(o.where)
	if err != nil {
		return err
	}
	defer l.Close()
	l.Prose = prose(markdown.New(markdown.Options{MaxBytes: 4 << 20}))
	if o.level != "" {
		if _, ok := wording.ParseLevel(o.level); !ok {
			return usageError{fmt.Errorf("lint: no such level %q", o.level), choices(o.level, "suggestion", "warning", "error")}
		}
		l.Config.Wording.Level = o.level
	}
	if printer(o.format) == nil {
		return usageError{fmt.Errorf("print as %q: no such format", o.format), choices(o.format, "text", "json", "github")}
	}
	styles, err := l.styles(o.styles)
	if err != nil {
		return err
	}
	if o.rules || o.export != "" {
		rules, problems := l.WordingRules(styles...)
		a.printProblems(problems, maxShown)
		if o.rules {
			a.printRules(rules)
			return nil
		}
		return a.exportVale(l, rules, o.export)
	}
	opt := generator.LintOptions{Styles: styles, History: o.history}
	if opt.Tree, opt.Patterns, err = l.texts(given); err != nil {
		return err
	}
	if o.since != "" {
		h, err := l.repos[0].Revision(o.since)
		if err != nil {
			return usageError{fmt.Errorf("lint since %s: %w", o.since, err), "name a commit, a tag or a branch of this repository"}
		}
		opt.Since = ledger.Hash(h)
	}
	if !o.noFacts {
		if opt.Result, err = a.result(ctx, l, o.where); err != nil {
			return err
		}
	}
	report, err := l.Lint(ctx, opt)
	if err != nil {
		return err
	}
	if !o.quiet {
		a.printProblems(report.Problems, maxShown)
	}
	if err := printer(o.format)(a.stdout, report); err != nil {
		return err
	}
	for _, alert := range report.Alerts {
		if alert.Level == wording.Error || o.strict && alert.Level == wording.Warning {
			return errFinding
		}
	}
	return nil
}

// prose hands the passages of Markdown to the linter.
func prose(r *markdown.Renderer) func([]byte) ([]wording.Passage, []wording.Comment) {
	return func(md []byte) ([]wording.Passage, []wording.Comment) {
		list, found := r.Prose(md)
		passages, comments := make([]wording.Passage, len(list)), make([]wording.Comment, len(found))
		for i, p := range list {
			passages[i] = wording.Passage{Scope: p.Scope, Text: p.Text, Pieces: make([]wording.Piece, len(p.Places))}
			for j, at := range p.Places {
				passages[i].Pieces[j] = wording.Piece{At: at.At, Source: at.Source}
			}
		}
		for i, c := range found {
			comments[i] = wording.Comment{At: c.At, Text: c.Text}
		}
		return passages, comments
	}
}

// styles opens the folders of rules that flags and configuration name.
func (l *loaded) styles(given []string) ([]generator.Style, error) {
	var dirs []string
	for _, dir := range l.Config.Wording.Styles {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(l.base, dir)
		}
		dirs = append(dirs, dir)
	}
	var out []generator.Style
	for _, dir := range append(dirs, given...) {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, usageError{fmt.Errorf("read style %s: no such folder", dir), "a style is a folder of .yml files, one rule each"}
		}
		full, err := filepath.Abs(dir)
		if err != nil {
			return nil, fmt.Errorf("read style %s: %w", dir, err)
		}
		out = append(out, generator.Style{FS: os.DirFS(filepath.Dir(full)), Folder: filepath.Base(full)})
	}
	return out, nil
}

// texts gives the folder that files are read from, nil for a bare repository,
// and the arguments as globs below it.
func (l *loaded) texts(given []string) (fs.FS, []string, error) {
	root := l.repos[0].WorkTree()
	if root == "" {
		return nil, given, nil
	}
	var patterns []string
	for _, arg := range given {
		full, err := filepath.Abs(arg)
		if err != nil {
			return nil, nil, fmt.Errorf("read %s: %w", arg, err)
		}
		rel, err := filepath.Rel(realPath(root), realPath(full))
		if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return nil, nil, usageError{fmt.Errorf("read %s: outside the repository", arg), "name files below " + root}
		}
		rel = filepath.ToSlash(rel)
		switch info, err := os.Stat(full); {
		case err == nil && info.IsDir():
			rel = path.Join(rel, "**/*.md")
		case errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(rel, "*?[{"):
			return nil, nil, usageError{fmt.Errorf("read %s: no such file", arg), "put globs into quotes, so that the shell leaves them"}
		}
		patterns = append(patterns, rel)
	}
	return os.DirFS(root), patterns, nil
}

// realPath follows links in what exists of a path, so that two names of one
// folder compare.
func realPath(name string) string {
	if real, err := filepath.EvalSymlinks(name); err == nil {
		return real
	}
	dir, base := filepath.Split(filepath.Clean(name))
	if dir == "" || dir == name || base == "" {
		return name
	}
	return filepath.Join(realPath(filepath.Clean(dir)), base)
}
