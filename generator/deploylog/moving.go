package deploylog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// Branches reads the branches that follow what environments run:
// deployed-to-{environment}, env/{environment}.
//
// A branch that only moves forward, by merges or by commits of its own, carries
// its history on its first-parent line: each commit there that is no step of the
// mainline is one deployment, about when it was committed. A branch whose tip is
// on the mainline is a pointer: it says what is there now, and nothing of
// before. Moving.History says so where the repository cannot.
//
// A pointer has the date of its commit, which is the earliest that it can be
// right from. One that older sources contradict with newer dates is stale: that
// is a problem, and no deployment.
type Branches struct{}

// Name is "branch".
func (Branches) Name() string { return "branch" }

// MovingTags reads the tags that are moved to what environments run:
// {environment}/last. Each is a pointer, as for [Branches]; an annotated tag was
// moved when it was made.
type MovingTags struct{}

// Name is "tag".
func (MovingTags) Name() string { return "tag" }

// MovingRef is a branch or a tag that is moved to what an environment runs.
type MovingRef struct {
	Name        string       // required, short: "deployed-to-production"
	Target      history.Hash // required, the commit
	Environment ledger.EnvironmentName
	Component   ledger.ComponentName
	Slot        string
	At          time.Time         // of the target's committer; zero when unknown
	Tagger      history.Signature // of an annotated tag
	Message     string            // of an annotated tag
	Line        []Step            // of a branch: its first-parent line, oldest first
}

// Moving is what the readers of refs that move need beside what every reader
// does.
type Moving struct {
	Refs []MovingRef // that the source's pattern fits
	// History is "commits" where every commit of the line was deployed, "pointer"
	// where the line tells nothing, and "" where the repository decides.
	History string
	// Others are the records of the sources that have dates of their own, with
	// Settle applied.
	Others []ledger.Record
	// Defer takes a pointer that only whoever has the other sources can judge, and
	// reports whether it did; nil takes none.
	Defer func(Pointer) bool
	// Settle gives a record the names that Others have; nil changes nothing.
	Settle func(*ledger.Record)
	// Newest is the date of the mainline's tip: pointers age by it where nothing
	// else has a date. Zero is unknown.
	Newest time.Time
}

// The ages from which a pointer is stale: against newer evidence it is so at
// once, and a warning after a month; alone it may well be right, and is only
// told.
const (
	staleWarning = 30 * day
	staleAlone   = 90 * day
	day          = 24 * time.Hour
)

// MatchRefs gives the refs that a pattern fits, with what their names tell, in
// their order. Blanks separate several patterns.
func MatchRefs(pattern string, refs []MovingRef, environments []ledger.EnvironmentName) ([]MovingRef, error) {
	patterns, err := parseNames(strings.Fields(pattern), environments)
	if err != nil {
		return nil, err
	}
	var out []MovingRef
	for _, ref := range refs {
		if at, ok := matchName(patterns, ref.Name); ok {
			ref.Environment, ref.Component, ref.Slot = ledger.EnvironmentName(at.environment), ledger.ComponentName(at.component), at.slot
			out = append(out, ref)
		}
	}
	return out, nil
}

// Read implements [Reader].
func (b Branches) Read(in Input) ([]ledger.Record, []ledger.Problem) {
	return readMoving(in, b.Name(), "branch")
}

// Read implements [Reader].
func (m MovingTags) Read(in Input) ([]ledger.Record, []ledger.Problem) {
	return readMoving(in, m.Name(), "moving tag")
}

func readMoving(in Input, source, noun string) ([]ledger.Record, []ledger.Problem) {
	m := &movingReading{reading: &reading{Input: in, source: source}, noun: noun, refused: map[ledger.EnvironmentName]int{}}
	refs := slices.Clone(in.Moving.Refs)
	slices.SortFunc(refs, func(a, b MovingRef) int { return cmp.Compare(a.Name, b.Name) })
	if len(refs) == 0 && in.Pattern != "" {
		m.report(ledger.LevelWarning, "no-refs", nil, "fetch all branches and tags: git fetch --tags origin '+refs/heads/*:refs/remotes/origin/*'",
			"no %s fits the pattern %s", noun, short(in.Pattern))
	}
	for i := range refs {
		m.ref(&refs[i])
	}
	for _, env := range sortedEnvironments(m.refused) {
		m.report(ledger.LevelInfo, "environment-not-listed", nil, "add it to the environments of the source if it should be shown",
			"%s of environment %q left out", counted(m.refused[env], noun), env)
	}
	records, problems := m.done()
	if m.Moving.Defer != nil { // they are put among the pointers that are judged elsewhere
		for i := range records {
			records[i].Order = m.places[i]
		}
	}
	return records, problems
}

type movingReading struct {
	*reading
	noun    string
	refused map[ledger.EnvironmentName]int
	// place counts records and pointers; places are those of the records.
	place  int
	places []int
}

// ref reads one branch or tag.
func (m *movingReading) ref(ref *MovingRef) {
	origin := m.origin(ref, ledger.Hash(ref.Target))
	env := cmp.Or(ref.Environment, m.Environment)
	switch {
	case env == "":
		m.report(ledger.LevelWarning, "no-environment", &origin, "put {environment} into the pattern, or set the environment of the source",
			"nothing tells which environment %s %s is of", m.noun, short(ref.Name))
		return
	case !m.allowed(env):
		m.refused[env]++
		return
	case m.of() != m.Repository:
		m.report(ledger.LevelWarning, "unresolved-revision", &origin, "read the branch of a desired state with from = \"gitops\"",
			"%s %s names a commit of %s, and none of %s", m.noun, short(ref.Name), m.Repository, m.of())
		return
	}
	rec := ledger.Record{
		Repository: m.Repository, Environment: env, Component: cmp.Or(ref.Component, m.Component), Slot: ref.Slot,
		Status: ledger.RecordSucceeded, TimeBasis: ledger.BasisCommitterDate,
	}
	if m.Moving.Settle != nil {
		m.Moving.Settle(&rec)
	}
	if m.commits(ref, rec) {
		return
	}
	m.pointer(ref, rec)
}

// origin is a tag, or the commit that a branch names.
func (m *movingReading) origin(ref *MovingRef, commit ledger.Hash) ledger.Origin {
	o := ledger.Origin{Repository: m.Repository, Commit: commit}
	if m.source == (MovingTags{}).Name() {
		o.Tag = ref.Name
	}
	return o
}

// commits makes a record of each commit on the branch's own line; false when the
// line has none.
func (m *movingReading) commits(ref *MovingRef, rec ledger.Record) bool {
	if m.Moving.History == "pointer" {
		return false
	}
	all := m.Moving.History == "commits"
	var clock dates
	var own []Step
	for _, step := range ref.Line {
		n := clock.add(step.At)
		if all || !step.Before {
			clock.want(n)
			own = append(own, step)
		}
	}
	times, _ := clock.effective()
	for i, step := range own {
		one := rec
		one.ID = m.id(step.Commit.String()[:16] + ":" + string(rec.Environment) + suffix(rec))
		one.Revision, one.FinishedAt = step.Commit, times[i]
		one.Actor, one.Description = step.Actor, subject(step.Message)
		one.Origins = []ledger.Origin{m.origin(ref, step.Commit)}
		if m.within(one.FinishedAt) {
			m.records, m.places = append(m.records, one), append(m.places, m.place)
			m.place++
		}
	}
	return len(own) > 0
}

func suffix(rec ledger.Record) string {
	out := ""
	for _, part := range []string{string(rec.Component), rec.Slot} {
		if part != "" {
			out += ":" + part
		}
	}
	return out
}

// pointer makes the record of what is there now, unless something newer is known.
func (m *movingReading) pointer(ref *MovingRef, rec ledger.Record) {
	rec.ID = m.id(ref.Name)
	rec.Revision = ledger.Hash(ref.Target)
	rec.Origins = []ledger.Origin{m.origin(ref, rec.Revision)}
	rec.FinishedAt = ref.At.UTC()
	rec.Description = fmt.Sprintf("%s %s", m.noun, ref.Name)
	if !ref.Tagger.When.IsZero() {
		rec.FinishedAt, rec.TimeBasis, rec.Actor = ref.Tagger.When.UTC(), ledger.BasisTaggerDate, ref.Tagger.Name
		rec.Description = cmp.Or(subject(ref.Message), rec.Description)
	}
	if rec.FinishedAt.Unix() <= 0 || rec.FinishedAt.IsZero() {
		m.report(ledger.LevelWarning, "unresolved-revision", &rec.Origins[0], "fetch the whole history: git fetch --unshallow --tags",
			"%s %s names a commit that is not in this clone", m.noun, short(ref.Name))
		return
	}
	if !m.within(rec.FinishedAt) {
		return
	}
	rec.Order = m.place
	m.place++
	p := Pointer{Record: rec, Noun: m.noun, Name: ref.Name, Newest: m.Moving.Newest}
	if m.Moving.Defer != nil && m.Moving.Defer(p) {
		return
	}
	kept, problems := p.Judge(m.Moving.Others)
	m.problems = append(m.problems, problems...)
	if kept {
		m.records, m.places = append(m.records, rec), append(m.places, rec.Order)
	}
}
