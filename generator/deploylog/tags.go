package deploylog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// Tags reads deployments from tags whose names fit a pattern: one tag for each
// deployment, made after it succeeded.
type Tags struct{}

// Name is "tags".
func (Tags) Name() string { return "tags" }

// tolerance is by how much a name and a tagger may differ: pipelines take the
// time first, and tag when they are done.
const tolerance = 5 * time.Minute

// westernmost is by how much a day can end later than in UTC.
const westernmost = 12 * time.Hour

// assumed is the environment of tags that name none, where none is configured.
const assumed = ledger.EnvironmentName("production")

// Read implements [Reader].
func (t Tags) Read(in Input) ([]ledger.Record, []ledger.Problem) {
	r := &reading{Input: in, source: t.Name()}
	patterns, err := in.patterns()
	if err != nil {
		r.report(ledger.LevelError, "bad-pattern", nil, "correct the pattern in site.toml", "%v", err)
		return r.done()
	}
	tags := slices.Clone(in.Tags)
	slices.SortFunc(tags, func(a, b history.Tag) int { return cmp.Compare(a.Name, b.Name) })
	near := newNearMisses(r, patterns)
	for _, tag := range tags {
		m, ok := patterns.match(tag.Name, in.Zone)
		if !ok {
			near.rest = append(near.rest, tag.Name)
			continue
		}
		near.see(m)
		r.tag(tag, m, near)
	}
	near.report()
	// By time, then name: what a source without times tells is in the order of
	// its names.
	slices.SortStableFunc(r.records, func(a, b ledger.Record) int {
		return cmp.Or(a.FinishedAt.Compare(b.FinishedAt), compareNames(a.Origins[0].Tag, b.Origins[0].Tag))
	})
	return r.done()
}

// tag adds the record of one tag.
func (r *reading) tag(tag history.Tag, m tagMatch, near *nearMisses) {
	origin := ledger.Origin{Repository: r.Repository, Tag: tag.Name, Commit: ledger.Hash(tag.Target)}
	if m.environment == "" {
		if m.environment = r.Environment; m.environment == "" {
			m.environment = assumed
			near.assumed++
		}
		near.environments[string(m.environment)] = true
	}
	if !r.allowed(m.environment) {
		near.refused[m.environment]++
		return
	}
	if tag.Kind == history.TargetTree || tag.Kind == history.TargetBlob {
		r.report(ledger.LevelWarning, "tag-without-commit", &origin, "", "tag %s names a %s and no commit", tag.Name, tag.Kind)
		return
	}
	rec := ledger.Record{
		ID: r.id(tag.Name), Repository: r.of(), Environment: m.environment, Slot: m.slot, Ref: tag.Name,
		Component: cmp.Or(m.component, r.Component),
		Status:    ledger.RecordSucceeded, Origins: []ledger.Origin{origin},
	}
	if m.version != "" {
		rec.Ref = m.version
	}
	r.tagRevision(&rec, tag, m, &origin)
	when := r.tagTime(tag, m, &origin)
	if !when.Known() {
		r.report(ledger.LevelWarning, "deployment-without-time", &origin, "make an annotated tag, or put the time into its name", "nothing tells when tag %s was made", tag.Name)
		return
	}
	if !r.within(when.At) {
		return
	}
	rec.FinishedAt, rec.TimeBasis = when.At, when.Basis
	if tag.Annotated {
		rec.Actor = tag.Tagger.Name
		subject, _, _ := strings.Cut(strings.TrimSpace(tag.Message), "\n")
		rec.Description = subject
	}
	r.records = append(r.records, rec)
}

// tagRevision finds the commit that a tag deployed: its own, or, where the tags
// are in another repository than the code, that of its version.
func (r *reading) tagRevision(rec *ledger.Record, tag history.Tag, m tagMatch, origin *ledger.Origin) {
	if r.of() != r.Repository {
		r.follow(rec, "", rec.Ref, origin)
		return
	}
	if tag.Kind == history.TargetMissing {
		r.report(ledger.LevelWarning, "unresolved-revision", origin, "fetch the whole history: git fetch --unshallow --tags", "the commit of tag %s is not in this clone", tag.Name)
		return
	}
	rec.Revision = ledger.Hash(tag.Target)
	if m.version == "" || r.Resolve == nil {
		return
	}
	if v := r.Resolve(m.version); v.State == Resolved && v.Hash != rec.Revision {
		r.report(ledger.LevelWarning, "tag-version-differs", origin, "the commit of the deployment's tag counts",
			"tag %s is on %s, and version %s is %s", tag.Name, rec.Revision.Short(), m.version, v.Hash.Short())
	}
}

// tagTime finds when a tag says that the deployment was, in the order of trust.
func (r *reading) tagTime(tag history.Tag, m tagMatch, origin *ledger.Origin) ledger.When {
	var tagged, committed time.Time
	if tag.Annotated {
		tagged = tag.Tagger.When
	}
	if r.CommitDate != nil && tag.Kind == history.TargetCommit {
		committed = r.CommitDate(tag.Target)
	}
	if m.badWhen != "" {
		r.report(ledger.LevelWarning, "bad-time", origin, "", "the time %q in the name of tag %s does not exist", m.badWhen, tag.Name)
	}
	switch {
	case m.hasWhen:
		return r.nameTime(tag, m.when, tagged, committed, origin)
	case !tagged.IsZero():
		return ledger.When{At: tagged.UTC(), Basis: ledger.BasisTaggerDate}
	case !committed.IsZero():
		return ledger.When{At: committed.UTC(), Basis: ledger.BasisCommitterDate}
	}
	return ledger.When{}
}

// nameTime takes the time in the name, and checks it against the other dates.
func (r *reading) nameTime(tag history.Tag, name instant, tagged, committed time.Time, origin *ledger.Origin) ledger.When {
	when := ledger.When{At: name.at, Basis: ledger.BasisTagName}
	end := name.at // the last instant that the name can mean
	switch name.exact {
	case toDay:
		end = name.at.AddDate(0, 0, 1)
		if r.Zone == nil && !name.zoned {
			end = end.Add(westernmost) // the day may be that of whoever made the tag
		}
		// Of a day alone, the tagger tells the time; else the commit's is the
		// earliest that it can have been.
		for _, t := range []time.Time{tagged, committed} {
			if !t.Before(name.at) && t.Before(end) {
				when.At = t.UTC()
				break
			}
		}
	case toMinute:
		end = name.at.Add(time.Minute)
	}
	if !tagged.IsZero() && (tagged.Before(name.at.Add(-tolerance)) || tagged.After(end.Add(tolerance))) {
		hint := "the name counts; was the tag made again, or is the zone of its times another one?"
		r.report(ledger.LevelWarning, "tag-date-differs", origin, hint,
			"tag %s names %s, and was made at %s", tag.Name, name.at.Format(time.RFC3339), tagged.UTC().Format(time.RFC3339))
	} else if !committed.IsZero() && committed.After(end.Add(tolerance)) {
		r.report(ledger.LevelWarning, "deployed-before-commit", origin, "is the zone of its times another one? set it on the source",
			"tag %s names %s, and its commit is of %s", tag.Name, name.at.Format(time.RFC3339), committed.UTC().Format(time.RFC3339))
	}
	return when
}

// compareNames compares names so that numbers in them count by value.
func compareNames(a, b string) int {
	for a != "" && b != "" {
		da, db := digits(a), digits(b)
		if da > 0 && db > 0 {
			na, nb := strings.TrimLeft(a[:da], "0"), strings.TrimLeft(b[:db], "0")
			if c := cmp.Or(cmp.Compare(len(na), len(nb)), cmp.Compare(na, nb)); c != 0 {
				return c
			}
			a, b = a[da:], b[db:]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func digits(s string) int {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

// short bounds a text of the input for a message.
func short(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
