package docs

import (
	"fmt"
	"path"
)

// faults gathers mistakes. The same one in several versions, at the same place of
// the same file, is told once, at the version that came first: editions are gone
// through from the newest to the oldest.
type faults struct {
	all  []Fault
	more []int // in how many further versions
	at   map[Fault]int
}

// add notes a mistake in an article.
func (f *faults) add(e *Edition, a *Article, line, col int, n note) {
	where := a.Place
	if where == "" {
		where = path.Join(e.Folder, a.Path)
	}
	fault := Fault{Repository: e.product.Repository, Version: a.Ref, File: where, Line: line, Col: col,
		Message: n.Message, Hint: n.Hint, Rule: n.Rule, Error: n.Error}
	same := fault
	same.Version = ""
	if i, ok := f.at[same]; ok {
		f.more[i]++
		return
	}
	if f.at == nil {
		f.at = map[Fault]int{}
	}
	f.at[same] = len(f.all)
	f.all, f.more = append(f.all, fault), append(f.more, 0)
}

// list gives the mistakes by place.
func (f *faults) list() []Fault {
	for i := range f.all {
		switch n := f.more[i]; {
		case n == 1:
			f.all[i].Message += ", and so in an older version"
		case n > 1:
			f.all[i].Message += fmt.Sprintf(", and so in %d older versions", n)
		}
	}
	sortFaults(f.all)
	return f.all
}

// textFaults tells what the texts themselves have wrong.
func textFaults(l *Library) []Fault {
	var f faults
	for _, p := range l.Products {
		for _, e := range p.Editions {
			for _, a := range e.Articles {
				for _, n := range a.Notes {
					f.add(e, a, n.Line, n.Col, n)
				}
			}
		}
	}
	return f.list()
}
