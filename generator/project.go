package generator

import (
	"context"
	"fmt"
	"html/template"
	"io/fs"
	"time"

	"daylight/generator/audience"
	"daylight/generator/cache"
	"daylight/generator/collect"
	"daylight/generator/config"
	"daylight/generator/diff"
	"daylight/generator/docs"
	"daylight/generator/facts"
	"daylight/generator/glossary"
	"daylight/generator/history"
	"daylight/generator/ledger"
	"daylight/generator/wording"
)

// Opened is a repository of the configuration, opened, with the name that ids
// and addresses use.
type Opened struct {
	Name   ledger.RepositoryName
	Repo   collect.Repo
	Remote string    // the address that links are made from, "" when unknown
	Docs   docs.Repo // where docs are read from, nil for none
	// Draft is a commit by which Docs knows what is saved and not committed. The
	// docs of the mainline are then those. Zero is none.
	Draft history.Hash
	// Elsewhere marks a repository that another pipeline reads; it needs no Repo.
	Elsewhere bool

	branch   string            // of joined facts, which have no Repo
	withheld []audience.Secret // of joined facts
}

// Markdown turns untrusted Markdown into safe HTML.
type Markdown interface {
	HTML(md []byte) (template.HTML, error)
}

// Project is what a site is made from. Config and Repositories are required for
// a ledger, the rest for a build.
type Project struct {
	Config config.Config
	// Repositories are those of Config.AllRepositories, in that order.
	Repositories []Opened
	// Templates, Themes and Content are layers, the user's own first.
	Templates, Themes, Content []fs.FS
	Markdown                   Markdown
	// Linked gives what renders Markdown with links to these terms; nil links
	// none.
	Linked func(terms []glossary.Term) Markdown
	// Prose cuts Markdown into the passages that people read, for Lint.
	Prose func(md []byte) ([]wording.Passage, []wording.Comment)
	// Docs gives what renders the docs, with links to these terms; nil makes sites
	// without docs.
	Docs    func(terms []glossary.Term) docs.Markdown
	Version string // of the program
	// Cache keeps what was learned from git for the next time; nil keeps nothing.
	// No result depends on it.
	Cache *cache.Cache
	// Progress, when set, is told what is being done.
	Progress func(stage string)

	joined *facts.Joined // nil where repositories are read
}

// Result is a ledger with the facts that it rests on.
type Result struct {
	Facts  ledger.Facts
	Ledger *ledger.Ledger

	docs  *readDocs   // nil until they are read
	terms []termEvent // newest first; nil until they are read
	// moved are the dates that were published otherwise once, by audience.
	moved map[string][]diff.Correction
}

// Ledger reads the repositories and computes what follows as of an instant. A
// doubt about the data is a problem in the ledger; an error means that a
// repository could not be read.
func (p *Project) Ledger(ctx context.Context, asOf time.Time) (*Result, error) {
	if p.joined != nil {
		return p.joinedLedger(asOf)
	}
	rules, err := policy(p.Config)
	if err != nil {
		return nil, err
	}
	opt, err := p.collectOptions()
	if err != nil {
		return nil, err
	}
	facts, err := collect.Collect(ctx, opt)
	if err != nil {
		return nil, err
	}
	p.progress("computing the ledger")
	return &Result{Facts: facts, Ledger: ledger.Compute(facts, rules, asOf)}, nil
}

func (p *Project) progress(format string, args ...any) {
	if p.Progress != nil {
		p.Progress(fmt.Sprintf(format, args...))
	}
}
