package facts

import (
	"cmp"
	"slices"

	"daylight/generator/ledger"
)

// flags numbers the lives of each key over all repositories, and ties changes to
// the flags of other repositories.
func (j *joiner) flags() {
	j.numberLives()
	notes := map[ledger.FlagKey]*ledger.NoteText{}
	for _, p := range j.parts { // the last repository counts, as when they are read together
		for _, n := range p.FlagNotes {
			notes[n.Flag] = n.Note
		}
	}
	deployed := map[ledger.Hash]bool{}
	for _, d := range j.out.Deployments {
		deployed[d.Revision] = true
	}
	own := map[partKey]*joinedLife{}
	for i := range j.lives {
		l := &j.lives[i]
		own[partKey{l.part, l.Key}] = l
	}
	for _, p := range j.parts {
		for _, h := range p.Flags {
			l := own[partKey{p, h.Key}]
			h.Key = l.final
			if note := notes[l.Base]; note != nil {
				h.Note = note
			}
			h.At = slices.DeleteFunc(h.At, func(a ledger.FlagAt) bool { return !deployed[a.Revision] })
			j.out.Flags = append(j.out.Flags, h)
		}
	}
	slices.SortStableFunc(j.out.Flags, ledger.CompareHistories)
	j.links(own)
}

type partKey struct {
	part *Part
	key  ledger.FlagKey
}

// numberLives gives each life its final key.
func (j *joiner) numberLives() {
	for _, p := range j.parts {
		of := map[ledger.FlagKey]*ledger.FlagHistory{}
		for i := range p.Flags {
			of[p.Flags[i].Key] = &p.Flags[i]
		}
		for _, l := range p.Lives {
			if h, ok := of[l.Key]; ok {
				j.lives = append(j.lives, joinedLife{Life: l, repository: h.Repository, span: l.Span(h), part: p})
			}
		}
	}
	slices.SortStableFunc(j.lives, func(a, b joinedLife) int {
		return cmp.Or(cmp.Compare(a.Order>>placeShift, b.Order>>placeShift), j.place(a.repository)-j.place(b.repository), cmp.Compare(a.Order, b.Order), cmp.Compare(a.Key, b.Key))
	})
	spans := make([]Span, len(j.lives))
	for i := range j.lives {
		spans[i] = j.lives[i].span
	}
	for i, final := range Number(spans) {
		j.lives[i].final = final
	}
}

// placeShift parts the place of a source from that of a life or a record in it; see
// Life.Order.
const placeShift = 20

// links ties changes to flags. What a part knows a flag by is its own; a key of
// another repository means the newest life.
func (j *joiner) links(own map[partKey]*joinedLife) {
	newest := map[ledger.FlagKey]ledger.FlagKey{}
	for i := range j.lives {
		l := &j.lives[i]
		newest[l.Base] = l.final
		for _, a := range l.Aliases {
			newest[a] = l.final
		}
	}
	byRepository := map[ledger.RepositoryName][]ledger.FlagLink{}
	for _, p := range j.parts {
		for _, link := range p.Links {
			if !j.keeps(link.Repository, link.Commit) {
				continue
			}
			if l := own[partKey{p, link.Key}]; l != nil && l.repository == link.Repository {
				link.Key = l.final
			} else if l != nil {
				link.Key = newest[l.Base]
			} else if final, known := newest[link.Key]; known {
				link.Key = final
			}
			byRepository[link.Repository] = append(byRepository[link.Repository], link)
		}
	}
	for _, name := range j.names {
		list := j.metadata(name, byRepository[name], newest)
		slices.SortFunc(list, func(a, b ledger.FlagLink) int {
			return cmp.Or(ledger.CompareHashes(a.Commit, b.Commit), cmp.Compare(a.Key, b.Key))
		})
		j.out.Links = append(j.out.Links, list...)
	}
}

// metadata ties changes to the flags of other parts whose manifests name their
// pull requests. A trailer outweighs that; what is weaker gives way.
func (j *joiner) metadata(name ledger.RepositoryName, list []ledger.FlagLink, newest map[ledger.FlagKey]ledger.FlagKey) []ledger.FlagLink {
	var byNumber map[int]ledger.Hash
	var places []int32
	g := j.by[name]
	if j.sources[name].SourcesOnly {
		return list
	}
	for _, l := range j.lives {
		if len(l.PullRequests) == 0 || slices.ContainsFunc(l.part.Repositories, func(r ledger.Repository) bool { return r.Name == name }) {
			continue
		}
		if byNumber == nil {
			mainline := g.mainline()
			byNumber, places = map[int]ledger.Hash{}, g.landing(mainline)
			for _, n := range slices.Backward(mainline) {
				if c := &g.repo.Commits[n]; c.PullRequest > 0 {
					byNumber[c.PullRequest] = c.Hash
				}
			}
		}
		for _, number := range l.PullRequests {
			if h, ok := byNumber[number]; ok {
				list = g.linked(places, list, ledger.FlagLink{Repository: name, Commit: h, Key: newest[l.Base], By: ledger.LinkMetadata,
					Role: ledger.RoleBehind, Origins: []ledger.Origin{l.Origin}})
			}
		}
	}
	return list
}

// linked adds a link by metadata to the links of the changes of a repository.
func (g *graph) linked(places []int32, list []ledger.FlagLink, link ledger.FlagLink) []ledger.FlagLink {
	n, _ := g.at(link.Commit)
	for i, old := range list {
		if m, ok := g.at(old.Commit); !ok || old.Key != link.Key || places[m] != places[n] {
			continue
		}
		if old.By == ledger.LinkTrailer || old.By == ledger.LinkMetadata {
			return list
		}
		list[i] = link
		return list
	}
	return append(list, link)
}
