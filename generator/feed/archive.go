package feed

import (
	"cmp"
	"fmt"
	"slices"
)

// archived makes a subject whose feed holds the newest entries, and whose
// archives hold the older ones (RFC 5005, section 4).
//
// Archives are cut by number and not by date, from the oldest entry on: one that
// is full stays as it is when the feed grows, and keeps its address. What is in
// none of them is in the feed, and what was updated of late is in both, so that
// whoever comes once a day misses nothing.
func (b *builder) archived(s Subject, id string, entries []Entry) Subject {
	s = b.begin(s, id, entries)
	prepared, _ := Prepare(*s.Feed)
	limit, size := b.site.Limit, 2*b.site.Limit
	n := max(0, (len(prepared.Entries)-limit)/size)
	if n == 0 {
		return s
	}
	oldest := slices.Clone(prepared.Entries)
	slices.SortStableFunc(oldest, func(a, b Entry) int { return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.ID, b.ID)) })
	path := func(i int) string { return fmt.Sprintf("%s/archive-%d.atom", s.Path, i+1) }
	for i := range n {
		a := Archive{Path: path(i), Feed: *s.Feed}
		a.Feed.Entries = oldest[i*size : (i+1)*size]
		self := b.url(a.Path)
		a.Feed.SelfURL = func(string) string { return self }
		a.Feed.History = History{Archive: true, Current: s.Feed.SelfURL("atom")}
		if i > 0 {
			a.Feed.History.Previous = b.url(path(i - 1))
		}
		if i+1 < n {
			a.Feed.History.Next = b.url(path(i + 1))
		}
		s.Archives = append(s.Archives, a)
	}
	s.Feed.Entries = keep(entries, append(oldest[n*size:], prepared.Entries[:limit]...))
	s.Feed.History.Previous = b.url(path(n - 1))
	return s
}
