package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"daylight/content"
	"daylight/generator"
	"daylight/generator/collect"
	"daylight/generator/config"
	"daylight/generator/docs"
	"daylight/generator/gitrepo"
	"daylight/generator/glossary"
	"daylight/generator/ledger"
	"daylight/generator/markdown"
	"daylight/generator/pages"
	"daylight/templates"
	"daylight/themes"
)

// The repository that we ship satisfies what collect asks for.
var (
	_ collect.Repo = (*gitrepo.Repo)(nil)
	_ docs.Repo    = (*gitrepo.Repo)(nil)
)

// where are the flags that say what is read.
type where struct {
	config     string
	repository string
	asOf       string
	quiet      bool
	only       string   // of the repositories, for facts; "" is all
	facts      []string // files to join in place of repositories
}

func (w *where) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&w.config, "config", "c", "", "the configuration (default: site.toml here, or at the top of the repository)")
	f.StringVarP(&w.repository, "repository", "r", "", "the git repository: a work tree, a bare repository or a git folder (default: the configuration's, or the one here)")
	f.StringVar(&w.asOf, "as-of", "", "report on this instant: 2026-03-20, or 2026-03-20T09:00:00Z (default: $SOURCE_DATE_EPOCH, or now)")
	f.BoolVarP(&w.quiet, "quiet", "q", false, "print no progress and no warnings")
}

// loaded is a project whose repositories are open. Close it.
type loaded struct {
	*generator.Project
	asOf   time.Time
	base   string // the folder that paths in the configuration are relative to
	config string // the file, "" when there is none
	repos  []*gitrepo.Repo
}

func (l *loaded) Close() {
	for _, r := range l.repos {
		_ = r.Close() // only read from: nothing to lose
	}
	_ = l.Cache.Clean(maxCache) // what is too much stays until the next time
}

// load reads the configuration, opens what it names and gathers the assets.
func (a *app) load(w where) (*loaded, error) {
	asOf, err := a.asOf(w.asOf)
	if err != nil {
		return nil, err
	}
	file, err := findConfig(w)
	if err != nil {
		return nil, err
	}
	l := &loaded{asOf: asOf, config: file, base: "."}
	conf := config.Default()
	if file != "" {
		l.base = filepath.Dir(file)
		if conf, err = readConfig(file); err != nil {
			return nil, err
		}
	}
	l.Project = &generator.Project{Config: conf, Version: buildVersion()}
	l.openCache(a.now())
	if len(w.facts) > 0 {
		err = l.join(w.facts)
	} else {
		err = l.open(w)
	}
	if err != nil {
		l.Close()
		return nil, err
	}
	if err := l.assets(); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// findConfig gives the configuration file, "" when none was named and none is
// there: everything then has its default.
func findConfig(w where) (string, error) {
	if w.config != "" {
		if _, err := os.Stat(w.config); err != nil {
			return "", usageError{fmt.Errorf("read configuration: %w", err), "daylight init writes a site.toml"}
		}
		return w.config, nil
	}
	dirs := []string{"."}
	if w.repository != "" {
		dirs = []string{w.repository}
	}
	if repo, err := gitrepo.Open(dirs[0]); err == nil {
		if top := repo.WorkTree(); top != "" {
			dirs = append(dirs, top)
		}
		_ = repo.Close()
	}
	for _, dir := range dirs {
		file := filepath.Join(dir, "site.toml")
		if _, err := os.Stat(file); err == nil {
			return file, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("look for %s: %w", file, err)
		}
	}
	return "", nil
}

// readConfig reads site.toml. All of its faults are listed at once, and are
// errors of usage.
func readConfig(file string) (config.Config, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return config.Config{}, usageError{fmt.Errorf("read configuration: %w", err), ""}
	}
	conf, faults := config.Parse(file, data)
	if len(faults) == 0 {
		return conf, nil
	}
	var b strings.Builder
	for _, f := range faults {
		fmt.Fprintf(&b, "%s:%d:%d: error: %s\n", file, f.Line, f.Col, f.Message)
		if f.Hint != "" {
			fmt.Fprintf(&b, "  hint: %s\n", f.Hint)
		}
	}
	return conf, usageError{errors.New(b.String()), ""}
}

// open opens the repositories that the configuration names.
func (l *loaded) open(w where) error {
	if err := l.knows(w.only); err != nil {
		return err
	}
	for i, r := range l.Config.AllRepositories() {
		if w.only != "" && r.Name != w.only {
			l.Repositories = append(l.Repositories, generator.Opened{Name: ledger.RepositoryName(r.Name), Elsewhere: true})
			continue
		}
		path := filepath.Join(l.base, r.Path)
		if filepath.IsAbs(r.Path) {
			path = r.Path
		}
		if (i == 0 || w.only != "") && w.repository != "" {
			path = w.repository
		}
		repo, err := gitrepo.Open(path)
		if err != nil {
			return err
		}
		l.repos = append(l.repos, repo)
		name, remote, err := nameOf(r, repo)
		if err != nil {
			return err
		}
		l.Repositories = append(l.Repositories, generator.Opened{Name: ledger.RepositoryName(name), Repo: repo, Remote: remote, Docs: repo})
	}
	return nil
}

// assets gathers the built-in templates, theme and content, with the project's
// own folders on top of them.
func (l *loaded) assets() error {
	own := func(dir string) fs.FS { return os.DirFS(filepath.Join(l.base, dir)) }
	l.Templates = []fs.FS{own(l.Config.Build.Templates), templates.Files}
	l.Themes = []fs.FS{own(l.Config.Build.Themes), themes.Files}
	l.Content = []fs.FS{own(l.Config.Build.Content), content.Files}
	l.Markdown = markdown.New(markdown.Options{})
	l.Docs = func(terms []glossary.Term) docs.Markdown {
		return markdown.NewArticles(markdown.ArticleOptions{
			Terms: terms, Term: pages.TermAddress, Codes: l.Config.Docs.Shortcodes, Version: l.Version,
		})
	}
	l.Linked = func(terms []glossary.Term) generator.Markdown {
		// From the site's first page: render leads links there from where they are.
		address := func(slug string) string { return "/" + pages.TermAddress(slug) }
		return markdown.New(markdown.Options{Linkers: []markdown.Linker{markdown.GlossaryLinker(terms, address)}})
	}
	return nil
}

// result computes the ledger and reports what was doubted.
func (a *app) result(ctx context.Context, l *loaded, w where) (*generator.Result, error) {
	stop := a.progress(l.Project, w.quiet)
	res, err := l.Ledger(ctx, l.asOf)
	stop()
	return res, err
}
