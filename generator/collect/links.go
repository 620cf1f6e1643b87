package collect

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/ledger"
)

// linker ties commits to flags.
type linker struct {
	r     *reading
	book  *flagBook
	rules ChangeRules
	best  map[linkKey]ledger.FlagLink
	order []linkKey
}

// linkKey is a change (by where it landed, or by itself) and a flag.
type linkKey struct {
	place  int32
	commit ledger.Hash // only off the mainline
	key    ledger.FlagKey
}

var linkRank = map[ledger.LinkRule]int{
	ledger.LinkTrailer: 0, ledger.LinkMetadata: 1, ledger.LinkEdit: 2, ledger.LinkOccurrence: 3, ledger.LinkPath: 4,
}

// links finds the flags of a repository's changes, the strongest evidence for
// each.
func links(ctx context.Context, r *reading, book *flagBook, rules ChangeRules) ([]ledger.FlagLink, error) {
	l := &linker{r: r, book: book, rules: rules, best: map[linkKey]ledger.FlagLink{}}
	l.trailers()
	l.metadata()
	l.edits()
	if rules.Occurrences {
		if err := l.occurrences(ctx); err != nil {
			return nil, err
		}
	}
	l.paths()
	out := make([]ledger.FlagLink, 0, len(l.order))
	for _, k := range l.order {
		out = append(out, l.best[k])
	}
	slices.SortFunc(out, func(a, b ledger.FlagLink) int {
		return cmp.Or(ledger.CompareHashes(a.Commit, b.Commit), cmp.Compare(a.Key, b.Key))
	})
	return out, nil
}

func (l *linker) add(i int32, link ledger.FlagLink) {
	place := l.r.line.landing[i]
	link.Repository, link.Commit = l.r.in.Name, ledger.Hash(l.r.line.commits[i].Hash)
	link.Key = l.book.at(link.Key, l.r, l.r.line.prefixOf(i))
	k := linkKey{place: place, key: link.Key}
	if place == offMainline {
		k.commit = link.Commit
	}
	old, ok := l.best[k]
	if !ok {
		l.order = append(l.order, k)
	}
	if !ok || linkRank[link.By] < linkRank[old.By] {
		l.best[k] = link
	}
}

// flagReference is "key", "!key" or "key=variant". A key begins with a letter, a
// digit or an underscore, so that words of a remark in brackets are none.
var flagReference = regexp.MustCompile(`^(!?)([\pL\pN_@][^\s=!,;()\[\]{}"'` + "`" + `]*)(?:=(\S+))?$`)

func (l *linker) trailers() {
	for i := range l.r.line.commits {
		if !l.r.keep[i] || len(l.r.messages[i].Trailers) == 0 {
			continue
		}
		for _, name := range l.rules.FlagTrailers {
			for _, t := range l.r.messages[i].Trailer(name) {
				l.trailer(int32(i), t)
			}
		}
	}
}

// trailer reads "basket-v2", "!old-basket", "theme=night", and lists of them.
func (l *linker) trailer(i int32, t Trailer) {
	at := []ledger.Origin{{Repository: l.r.in.Name, Commit: ledger.Hash(l.r.line.commits[i].Hash), Line: t.Line}}
	for _, word := range strings.FieldsFunc(t.Value, func(c rune) bool { return c == ',' || c == ' ' || c == '\t' }) {
		g := flagReference.FindStringSubmatch(strings.Trim(word, "`'\""))
		if g == nil {
			l.r.problem(ledger.Problem{Origins: at, Rule: "unreadable-trailer", Level: ledger.LevelWarning,
				Message: fmt.Sprintf("cannot read the flag in trailer %s: %s", t.Key, t.Value),
				Hint:    "write Flag: key, Flag: !key or Flag: key=variant"})
			return // the rest of the line is prose, too
		}
		l.add(i, ledger.FlagLink{Key: ledger.FlagKey(g[2]), Negated: g[1] != "", Variant: g[3],
			By: ledger.LinkTrailer, Role: ledger.RoleBehind, Origins: at})
	}
}

func (l *linker) metadata() {
	byNumber := map[int]int32{}
	for _, i := range l.r.line.mainline {
		if n := l.r.messages[i].PullRequest; n > 0 {
			if _, there := byNumber[n]; !there {
				byNumber[n] = i
			}
		}
	}
	for _, life := range l.book.lives {
		for _, n := range life.meta.PullRequests {
			if i, ok := byNumber[n]; ok {
				l.add(i, ledger.FlagLink{Key: life.key, By: ledger.LinkMetadata, Role: ledger.RoleBehind, Origins: []ledger.Origin{life.origin}})
			}
		}
	}
}

func (l *linker) edits() {
	for _, life := range l.book.lives {
		if life.r != l.r {
			continue
		}
		for _, e := range life.edits {
			i := life.timeline.m.r.line.mainline[e.place]
			if !l.r.keep[i] {
				continue // on the branch of an environment
			}
			l.add(i, ledger.FlagLink{Key: life.key, By: ledger.LinkEdit, Role: e.role, Origins: []ledger.Origin{e.origin}})
		}
	}
}

func (l *linker) paths() {
	if len(l.rules.FlagPaths) == 0 {
		return
	}
	for i := range l.r.line.commits {
		for _, rule := range l.rules.FlagPaths {
			for _, c := range l.r.changes[i] {
				if matchAny(rule.Paths, c.Path) {
					l.add(int32(i), ledger.FlagLink{Key: rule.Flag, By: ledger.LinkPath, Role: ledger.RoleBehind,
						Origins: []ledger.Origin{{Repository: l.r.in.Name, Commit: ledger.Hash(l.r.line.commits[i].Hash), File: c.Path}}})
					break
				}
			}
		}
	}
}
