package deploylog

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// numbers in names of files, hexadecimal ones too where they are long.
var numbers = regexp.MustCompile(`[0-9a-fA-F]{7,}|[0-9]+`)

// sameEvent is by how much two sources may differ about one deployment: a tag is
// pushed when the pipeline that wrote the note is done.
const sameEvent = 2 * time.Minute

// Merge makes one record of an event that several records tell of, with all
// their origins: records with one id (a line that was written twice, or a later
// line about the same deployment), and records of different sources about one
// lane, revision and outcome within two minutes. A record whose revision nobody
// can tell (an image's digest, a ticket) is one with another source's about the
// same lane, outcome and time. What the record with the stronger basis lacks is
// taken from the other. The result is sorted by instant, repository,
// environment, component, slot, source order and id.
func Merge(records []ledger.Record) []ledger.Record {
	out := mergeUnresolved(mergeSources(mergeIDs(records)))
	return inOrder(out, func(a, b *ledger.Record) int {
		if c := endOf(a).Compare(endOf(b)); c != 0 {
			return c
		}
		if c := lanesOf(a, b); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID))
	})
}

// inOrder gives the records in an order, which is stable. A record is long, and a
// history has a hundred thousand: each is moved once.
func inOrder(records []ledger.Record, compare func(a, b *ledger.Record) int) []ledger.Record {
	order := make([]*ledger.Record, len(records))
	for i := range records {
		order[i] = &records[i]
	}
	slices.SortStableFunc(order, compare)
	out := make([]ledger.Record, len(records))
	for i, r := range order {
		out[i] = *r
	}
	return out
}

// endOf is the end of a record, or its start where it has no end.
func endOf(r *ledger.Record) time.Time {
	if r.FinishedAt.IsZero() {
		return r.StartedAt
	}
	return r.FinishedAt
}

// compareLanes orders by repository, environment, component and slot.
func compareLanes(a, b ledger.Record) int { return lanesOf(&a, &b) }

func lanesOf(a, b *ledger.Record) int {
	if c := cmp.Compare(a.Repository, b.Repository); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Environment, b.Environment); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Component, b.Component), cmp.Compare(a.Slot, b.Slot))
}

// mergeIDs joins the records of one id and lane: the last of the source tells
// how it went, the first when it began.
func mergeIDs(records []ledger.Record) []ledger.Record {
	if !repeated(records) {
		return records // as nearly always; to sort a long history costs more than to look
	}
	records = inOrder(records, func(a, b *ledger.Record) int {
		if c := cmp.Compare(a.ID, b.ID); c != 0 {
			return c
		}
		return cmp.Or(lanesOf(a, b), rank(*a)-rank(*b), endOf(a).Compare(endOf(b)), cmp.Compare(a.Order, b.Order))
	})
	var out []ledger.Record
	for _, rec := range records {
		if n := len(out); n > 0 && out[n-1].ID == rec.ID && compareLanes(out[n-1], rec) == 0 {
			out[n-1] = absorb(rec, out[n-1])
			continue
		}
		out = append(out, rec)
	}
	return out
}

// repeated reports whether two records have one id.
func repeated(records []ledger.Record) bool {
	seen := make(map[string]struct{}, len(records))
	for i := range records {
		seen[records[i].ID] = struct{}{}
		if len(seen) <= i {
			return true
		}
	}
	return false
}

// rank orders the states that a deployment goes through.
func rank(rec ledger.Record) int {
	switch rec.Status {
	case ledger.RecordPending:
		return 0
	case ledger.RecordRunning:
		return 1
	case ledger.RecordSuperseded:
		return 2 // says nothing about how it went
	}
	return 3
}

// mergeSources joins records of different sources about one event.
func mergeSources(records []ledger.Record) []ledger.Record {
	records = inOrder(records, func(a, b *ledger.Record) int {
		if c := lanesOf(a, b); c != 0 {
			return c
		}
		if c := ledger.CompareHashes(a.Revision, b.Revision); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(a.Status, b.Status), endOf(a).Compare(endOf(b)), cmp.Compare(a.ID, b.ID))
	})
	var out []ledger.Record
	cluster := 0 // where the records that may be the same event begin in out
	for _, rec := range records {
		for cluster < len(out) && !couldBe(out[cluster], rec) {
			cluster++
		}
		joined := false
		for i := cluster; i < len(out) && !joined; i++ {
			if joined = sameAs(out[i], rec); joined {
				strong, weak := out[i], rec
				if strength(rec) < strength(out[i]) {
					strong, weak = rec, out[i]
				}
				out[i] = absorb(strong, weak)
			}
		}
		if !joined {
			out = append(out, rec)
		}
	}
	return out
}

// couldBe reports whether two records, the first not later, may be one event by
// lane, revision, outcome and time.
func couldBe(a, b ledger.Record) bool {
	return compareLanes(a, b) == 0 && a.Revision == b.Revision && !a.Revision.IsZero() && a.Status == b.Status &&
		instantOf(b).Sub(instantOf(a)).Abs() <= sameEvent
}

// sameAs also asks for different sources, and that nothing contradicts.
func sameAs(a, b ledger.Record) bool { return couldBe(a, b) && agree(a, b) }

// agree reports whether two records are of different sources, and say nothing
// that contradicts.
func agree(a, b ledger.Record) bool {
	for _, o := range a.Origins {
		for _, p := range b.Origins {
			if sourceOf(o) == sourceOf(p) {
				return false
			}
		}
	}
	return (a.Kind == b.Kind || a.Kind == "" || b.Kind == "") &&
		(a.Weight == nil || b.Weight == nil || *a.Weight == *b.Weight)
}

// mergeUnresolved joins records that name no commit with those of other sources
// that do: alone they would make their lane unknown.
func mergeUnresolved(records []ledger.Record) []ledger.Record {
	if !slices.ContainsFunc(records, func(r ledger.Record) bool { return r.Revision.IsZero() && namesNoCommit(r.Ref) }) {
		return records
	}
	records = inOrder(records, func(a, b *ledger.Record) int {
		if c := lanesOf(a, b); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(a.Status, b.Status), endOf(a).Compare(endOf(b)), cmp.Compare(a.ID, b.ID))
	})
	joined := make([]bool, len(records))
	for i, rec := range records {
		if !rec.Revision.IsZero() || !namesNoCommit(rec.Ref) {
			continue
		}
		// The nearest wins; of two that are equally near, the earlier.
		best := -1
		for _, step := range []int{-1, 1} {
			for j, looked := i+step, 0; j >= 0 && j < len(records) && looked < maxNear && near(records[j], rec); j, looked = j+step, looked+1 {
				if joined[j] || records[j].Revision.IsZero() || !agree(records[j], rec) {
					continue
				}
				if best < 0 || distance(records[j], rec) < distance(records[best], rec) {
					best = j
				}
				break
			}
		}
		if best >= 0 {
			records[best], joined[i] = absorb(records[best], rec), true
		}
	}
	var out []ledger.Record
	for i, rec := range records {
		if !joined[i] {
			out = append(out, rec)
		}
	}
	return out
}

// maxNear bounds the records of one lane and time that are looked at: more than a
// few only files have that are made to exhaust.
const maxNear = 50

// near reports whether two records are of one lane, outcome and time.
func near(a, b ledger.Record) bool {
	return compareLanes(a, b) == 0 && a.Status == b.Status && distance(a, b) <= sameEvent
}

func distance(a, b ledger.Record) time.Duration { return instantOf(a).Sub(instantOf(b)).Abs() }

// namesNoCommit reports whether a ref is none that the repository could know: it
// says nothing against any commit.
func namesNoCommit(ref string) bool {
	return ref == unknownRef || strings.Contains(ref, "sha256")
}

// sourceOf names the source of an origin: two tags are two events, a tag and a
// note may be one. Files whose names differ in numbers only are one source, as
// where each event is a file; ids tell their events apart.
func sourceOf(o ledger.Origin) string {
	kind := "tag"
	switch {
	case o.Note != "":
		kind = "note"
	case o.File != "":
		kind = "file " + numbers.ReplaceAllString(o.File, "#")
	}
	return strings.Join([]string{string(o.Repository), kind}, "\x00")
}

// strength orders bases from the strongest.
func strength(rec ledger.Record) int {
	return slices.Index([]ledger.Basis{ledger.BasisDeclared, ledger.BasisTagName, ledger.BasisTaggerDate, ledger.BasisFirstSeen, ledger.BasisCommitterDate}, rec.TimeBasis)
}

// absorb fills what a record lacks from another about the same event, and adds
// its origins.
func absorb(to, from ledger.Record) ledger.Record {
	to.Kind = cmp.Or(to.Kind, from.Kind)
	to.Actor = cmp.Or(to.Actor, from.Actor)
	to.URL = cmp.Or(to.URL, from.URL)
	to.Description = cmp.Or(to.Description, from.Description)
	if to.Revision.IsZero() {
		to.Revision, to.Ref = from.Revision, cmp.Or(from.Ref, to.Ref)
	}
	to.Ref = cmp.Or(to.Ref, from.Ref)
	if to.Weight == nil {
		to.Weight = from.Weight
	}
	if !from.StartedAt.IsZero() && (to.StartedAt.IsZero() || from.StartedAt.Before(to.StartedAt)) {
		to.StartedAt = from.StartedAt
	}
	to.Hotfix, to.Faulty = to.Hotfix || from.Hotfix, to.Faulty || from.Faulty
	to.Order = min(to.Order, from.Order)
	to.Origins = append(slices.Clone(to.Origins), from.Origins...)
	slices.SortFunc(to.Origins, ledger.CompareOrigins)
	to.Origins = slices.Compact(to.Origins)
	return to
}
