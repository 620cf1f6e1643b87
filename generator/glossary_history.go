package generator

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/generator/audience"
	"daylight/generator/docs"
	"daylight/generator/feed"
	"daylight/generator/glossary"
	"daylight/generator/history"
	"daylight/generator/ledger"
	"daylight/generator/pages"
)

// Bounds of what is read of a glossary's history.
const (
	mostTermCommits = 20_000 // newest commits of the mainline that are looked at
	maxTermFile     = 256 << 10
)

// termEvent is a term that was defined, changed or taken away on the mainline.
type termEvent struct {
	slug    string
	what    string             // new, changed, removed; or shipped: what lies below the project's own
	at      time.Time          // zero for shipped
	version ledger.VersionName // the first that has it, "" for none yet
	term    glossary.Term      // after it; before it for one that was removed
}

// ReadTerms reads how the project's own terms came to be what they are, once for
// a result. The terms that ship with the tool have a history only where the
// project has one of the same name: the shipped one is what it changed. What
// cannot be read is left out; the error is that of ctx.
func (p *Project) ReadTerms(ctx context.Context, res *Result) error {
	if res.terms != nil || len(p.Repositories) == 0 || p.Repositories[0].Docs == nil {
		return nil
	}
	res.terms = []termEvent{}
	r := termReader{repo: p.Repositories[0].Docs, folder: path.Join(p.Config.Build.Content, "glossary"),
		terms: map[history.Hash]glossary.Term{}, below: p.shippedTerms()}
	var line []*ledger.Change // oldest first
	for i := range res.Ledger.Changes {
		c := &res.Ledger.Changes[i]
		if c.Repository == p.Repositories[0].Name && c.Merged != nil && !c.OffMainline && len(line) < mostTermCommits {
			line = append(line, c)
		}
	}
	if len(line) == 0 {
		return nil
	}
	if _, ok, err := r.repo.Folder(history.Hash(line[0].Commit), r.folder); err != nil || !ok {
		return ctx.Err() // no glossary of its own, as most have none
	}
	r.dropEqual(p.termsFor(""))
	slices.Reverse(line)
	for _, c := range line {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.commit(c)
	}
	slices.Reverse(r.events)
	res.terms = r.events
	return nil
}

// termReader follows a folder of terms from commit to commit.
type termReader struct {
	repo   docs.Repo
	folder string
	tree   history.Hash            // of the folder, at the commit before
	files  map[string]history.Hash // by slug, at the commit before
	terms  map[history.Hash]glossary.Term
	below  map[string]glossary.Term // shipped terms, which the project's own lie over
	events []termEvent
}

// dropEqual forgets the shipped terms that are the project's own of today, word
// by word: a project that the terms come from changed nothing about them.
func (r *termReader) dropEqual(own []glossary.Term) {
	for _, t := range own {
		if b, ok := r.below[t.Slug]; ok && b.Definition == t.Definition && b.Name == t.Name {
			delete(r.below, t.Slug)
		}
	}
}

func (r *termReader) commit(c *ledger.Change) {
	tree, ok, err := r.repo.Folder(history.Hash(c.Commit), r.folder)
	if err != nil || tree == r.tree {
		return
	}
	var entries []history.Entry
	if ok {
		if entries, err = r.repo.Tree(tree); err != nil {
			return
		}
	}
	now := map[string]history.Hash{}
	for _, e := range entries {
		slug, isText := strings.CutSuffix(e.Name, ".md")
		if e.Folder || !isText {
			continue
		}
		now[slug] = e.Hash
		if old, had := r.files[slug]; !had {
			r.add(slug, "new", c, e.Hash)
		} else if old != e.Hash {
			r.change(slug, c, old, e.Hash)
		}
	}
	var gone []string
	for slug := range r.files {
		if _, still := now[slug]; !still {
			gone = append(gone, slug)
		}
	}
	slices.Sort(gone)
	for _, slug := range gone {
		r.add(slug, "removed", c, r.files[slug])
	}
	r.tree, r.files = tree, now
}

// add adds an event. Where a shipped term lies below, a term that is new changes
// it, and one that is taken away gives it back.
func (r *termReader) add(slug, what string, c *ledger.Change, blob history.Hash) {
	t, ok := r.term(slug, blob)
	if !ok {
		return
	}
	if below, has := r.below[slug]; has && what == "new" {
		what = "changed"
		if !slices.ContainsFunc(r.events, func(e termEvent) bool { return e.slug == slug }) {
			r.events = append(r.events, termEvent{slug: slug, what: "shipped", term: below})
		}
	} else if has && what == "removed" {
		what, t = "changed", below
	}
	r.events = append(r.events, termEvent{slug, what, *c.Merged, c.Version, t})
}

// change adds an event where the words changed, and not only the head.
func (r *termReader) change(slug string, c *ledger.Change, old, now history.Hash) {
	before, had := r.term(slug, old)
	after, has := r.term(slug, now)
	switch {
	case !has:
	case !had:
		r.add(slug, "new", c, now)
	case before.Definition != after.Definition || before.Name != after.Name || before.Audience != after.Audience:
		r.add(slug, "changed", c, now)
	}
}

// term reads a term's file once.
func (r *termReader) term(slug string, blob history.Hash) (glossary.Term, bool) {
	t, ok := r.terms[blob]
	if !ok {
		if data, err := r.repo.Blob(blob, maxTermFile); err == nil {
			t, _ = glossary.Parse(slug+".md", data)
		}
		r.terms[blob] = t
	}
	return t, t.Name != "" && !t.Hidden
}

// asSeen gives the events as an audience knows of them, newest first. The first
// that it sees of a term is new to it, unless the term came with the tool.
func asSeen(history audience.Shown[termEvent]) []termEvent {
	var out []termEvent
	seen := map[string]bool{}
	for _, e := range slices.Backward(history.List()) { // oldest first
		if e.what == "changed" && !seen[e.slug] {
			e.what = "new"
		}
		seen[e.slug] = e.what != "removed"
		out = append(out, e)
	}
	slices.Reverse(out)
	return out
}

// revisions gives what an audience may know of how its terms changed, by slug,
// newest first. A definition is compared with the one that the audience saw
// before it, and with no other.
func revisions(history audience.Shown[termEvent]) map[string][]pages.Revision {
	out := map[string][]pages.Revision{}
	before := map[string]string{}
	for _, e := range slices.Backward(asSeen(history)) { // oldest first
		if e.what == "removed" {
			delete(before, e.slug)
			continue
		}
		text := plainDefinition(e.term.Definition)
		r := pages.Revision{At: e.at, Version: string(e.version), Summary: plainSummary(e.term.Summary), Shipped: e.what == "shipped"}
		if old, ok := before[e.slug]; ok {
			r.Words = changedWords(old, text)
		}
		before[e.slug] = text
		out[e.slug] = append(out[e.slug], r)
	}
	for _, list := range out {
		slices.Reverse(list)
	}
	return out
}

// linkMark is a link in Markdown, of which the words are read.
var linkMark = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

// plainDefinition takes marks and links off a definition, so that words are
// compared and not how they are written.
func plainDefinition(s string) string { return plainSummary(linkMark.ReplaceAllString(s, "$1")) }

// nearWords is how many words that stayed are shown at either side of a change.
const nearWords = 12

// changedWords compares two definitions, and leaves out what is far from any
// change. It gives nothing for two that read the same.
func changedWords(before, after string) []pages.Words {
	list := glossary.Compare(before, after)
	if !slices.ContainsFunc(list, func(p glossary.Piece) bool { return p.Kind != "same" }) {
		return nil
	}
	var out []pages.Words
	for i, p := range list {
		if words := strings.Fields(p.Text); p.Kind == "same" {
			head, tail := nearWords, nearWords
			if i == 0 {
				head = 0
			}
			if i == len(list)-1 {
				tail = 0
			}
			if len(words) > head+tail+1 {
				p.Text = strings.TrimSpace(strings.Join(words[:head], " ") + " … " + strings.Join(words[len(words)-tail:], " "))
			}
		}
		out = append(out, pages.Words{Kind: p.Kind, Text: p.Text})
	}
	return out
}

// glossaryFeed adds the feed of the terms to the others, where the project has
// terms of its own.
func glossaryFeed(subjects []feed.Subject, history audience.Shown[termEvent], asOf time.Time, site feed.Site) []feed.Subject {
	var list []feed.TermChange
	before := map[string]string{}
	for _, e := range slices.Backward(asSeen(history)) { // oldest first
		if e.what != "shipped" {
			list = append(list, feed.TermChange{Slug: e.slug, Name: e.term.Name, What: e.what, At: e.at, Definition: e.term.Definition,
				Before: before[e.slug]})
		}
		before[e.slug] = plainSummary(e.term.Summary)
	}
	slices.Reverse(list)
	if len(list) == 0 {
		return subjects
	}
	subject, ok := feed.Glossary(site, asOf, list, func(slug string) string { return "/" + pages.TermAddress(slug) })
	if !ok {
		return subjects
	}
	return append(subjects, subject)
}

// withHistory puts the revisions to their terms.
func withHistory(terms []pages.Term, revisions map[string][]pages.Revision) []pages.Term {
	for i := range terms {
		terms[i].Revisions = revisions[terms[i].Slug]
	}
	return terms
}
