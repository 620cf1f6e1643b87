package audience_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/generator/audience"
	"daylight/generator/ledger"
	"daylight/generator/notes"
)

// at reads "03-10" as that day of 2026, 09:00 UTC.
func at(s string) time.Time {
	v, err := time.Parse("2006-01-02 15:04", "2026-"+s+" 09:00")
	if err != nil {
		panic(err)
	}
	return v
}

// state reads moves such as "03-10 exposed 25" or "03-10 exposed 0 beta", one a
// line, and ends in a status.
func state(status ledger.Status, moves ...string) ledger.State {
	s := ledger.State{Status: status}
	for _, text := range moves {
		f := strings.Fields(text)
		share, err := ledger.ParsePercent(f[2])
		if err != nil {
			panic(err)
		}
		m := ledger.Move{At: at(f[0]), Kind: ledger.MoveKind(f[1]), Percent: ledger.Exactly(share), Origins: []ledger.Origin{{Tag: "secretplace"}}}
		if len(f) > 3 {
			m.Groups = []ledger.GroupShare{{Name: f[3], Percent: ledger.Everybody()}}
		}
		s.Moves = append(s.Moves, m)
		s.Percent, s.Groups = m.Percent, m.Groups
	}
	return s
}

// upTo is the state of a change that nobody or up to a share of users have.
func upTo(share string) ledger.State {
	s := state(ledger.StatusLimited, "03-03 exposed "+share)
	s.Moves[0].Percent.Lo, s.Percent.Lo = 0, 0
	return s
}

func in(env string, s ledger.State) ledger.InEnvironment {
	return ledger.InEnvironment{Environment: ledger.EnvironmentName(env), State: s, Components: []ledger.InComponent{{Component: "shop", State: s}}}
}

// shop is a ledger with two environments of tier production, one staging, and
// the changes given, named 000000000001 and so on.
func shop(changes ...ledger.Change) *ledger.Ledger {
	l := &ledger.Ledger{AsOf: at("03-20"), Environments: []ledger.Environment{
		{Name: "eu", Tier: ledger.TierProduction}, {Name: "us", Tier: ledger.TierProduction}, {Name: "staging", Tier: ledger.TierStaging},
	}}
	for i, c := range changes {
		c.Repository, c.ID = "shop", ledger.ChangeID(fmt.Sprintf("%012d", i+1))
		l.Changes = append(l.Changes, c)
	}
	return l
}

func customers() audience.Rules {
	return audience.Rules{Name: "customers", Sees: audience.SeesReleased, Kind: notes.KindOf, Headline: notes.Headline, Salt: "salt"}
}

// TestWho is the table of who sees what, and since when.
func TestWho(t *testing.T) {
	const released, limited = ledger.StatusReleased, ledger.StatusLimited
	eu := func(status ledger.Status, moves ...string) ledger.InEnvironments {
		return ledger.InEnvironments{in("eu", state(status, moves...))}
	}
	beta := customers()
	beta.Sees = "group:beta"
	anyOf := customers()
	anyOf.Any = true
	staging := customers()
	staging.Environments = []ledger.EnvironmentName{"staging"}
	nonsense := customers()
	nonsense.Sees = "releasd"
	excluded := state(released, "03-03 released 100")
	excluded.Excludes = []string{"beta"}
	both := ledger.InEnvironments{in("eu", state(released, "03-03 released 100")), in("us", state(released, "03-05 exposed 10", "03-08 released 100"))}
	half := ledger.InEnvironments{in("eu", state(released, "03-03 released 100")), in("us", state(ledger.StatusDark, "03-05 deployed 0"))}
	back := ledger.InEnvironments{in("eu", state(released, "03-03 released 100")), in("us", state(ledger.StatusUnReleased, "03-05 released 100", "03-07 un_released 0"))}
	lost := ledger.InEnvironments{in("eu", state(released, "03-03 released 100")), in("us", state(ledger.StatusUnknown))}
	noDate := state(released, "03-03 released 100")
	noDate.Moves[0].At = time.Time{}
	for _, tc := range []struct {
		name  string
		rules audience.Rules
		in    ledger.InEnvironments
		want  string // moves and status, or "" when it is not shown
	}{
		{"released", customers(), eu(released, "03-03 deployed 0", "03-10 exposed 25", "03-14 released 100"), "03-10 exposed 25, 03-14 released 100; released"},
		{"dark", customers(), eu(ledger.StatusDark, "03-03 deployed 0"), ""},
		{"not deployed", customers(), eu(ledger.StatusNotDeployed), ""},
		{"only in staging", customers(), ledger.InEnvironments{in("staging", state(released, "03-03 released 100"))}, ""},
		{"staging is theirs", staging, ledger.InEnvironments{in("staging", state(released, "03-03 released 100"))}, "03-03 released 100; released"},
		{"another group", customers(), eu(limited, "03-03 exposed 0 beta"), ""},
		{"own group", beta, eu(limited, "03-03 exposed 0 beta"), "03-03 released 0 beta; released"},
		{"own group, then all", beta, eu(released, "03-03 exposed 0 beta", "03-05 released 100"), "03-03 released 0 beta, 03-05 widened 100; released"},
		{"own group is kept out", beta, ledger.InEnvironments{in("eu", excluded)}, ""},
		{"perhaps", customers(), ledger.InEnvironments{in("eu", upTo("40"))}, ""},
		{"taken back", customers(), eu(ledger.StatusUnReleased, "03-03 released 100", "03-05 un_released 0"), "03-03 released 100, 03-05 un_released 0; un_released"},
		{"rolled back", customers(), eu(ledger.StatusRolledBack, "03-03 released 100", "03-05 rolled_back 0"), "03-03 released 100, 03-05 un_released 0; un_released"},
		{"narrowed", customers(), eu(limited, "03-03 released 100", "03-05 narrowed 10"), "03-03 released 100, 03-05 narrowed 10; limited"},
		{"all of two", customers(), both, "03-05 exposed 10, 03-08 released 100; released"},
		{"any of two", anyOf, both, "03-03 released 100; released"},
		{"one of two is dark", customers(), half, ""},
		{"one of two is dark, any", anyOf, half, "03-03 released 100; released"},
		{"taken back in one of two", customers(), back, "03-05 released 100, 03-07 un_released 0; un_released"},
		{"one of two is unknown", customers(), lost, ""},
		{"one of two is unknown, any", anyOf, lost, "03-03 released 100; released"},
		{"unknown after it was seen", customers(), eu(ledger.StatusUnknown, "03-03 released 100"), "03-03 released 100; unknown"},
		{"the status says less than the moves", customers(), eu(ledger.StatusDark, "03-03 released 100"), ""},
		{"a date is unknown", customers(), ledger.InEnvironments{in("eu", noDate)}, ""},
		{"a misspelt rule", nonsense, eu(released, "03-03 released 100"), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := shop(ledger.Change{Title: "feat: search", Type: "feat", Environments: tc.in})
			if got := told(audience.Reduce(l, tc.rules)); got != tc.want {
				t.Errorf("got %q\nwant %q", got, tc.want)
			}
		})
	}
}

// told writes the moves and the status of the one change that is shown.
func told(p audience.Public) string {
	l := p.Ledger()
	if len(l.Changes) == 0 {
		return ""
	}
	s := l.Changes[0].Environments[0]
	if s.Environment != p.Environment() {
		return "state of " + string(s.Environment)
	}
	var out []string
	for _, m := range s.Moves {
		text := fmt.Sprintf("%s %s %s", m.At.Format("01-02"), m.Kind, m.Percent)
		for _, g := range m.Groups {
			text += " " + g.Name
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ") + "; " + string(s.Status)
}

func released() ledger.InEnvironments {
	return ledger.InEnvironments{in("eu", state(ledger.StatusReleased, "03-03 released 100"))}
}

// TestUnknownFlag: a flag that no manifest knows holds a change back, whatever
// the rest of the ledger says.
func TestUnknownFlag(t *testing.T) {
	c := ledger.Change{Title: "feat: x", Type: "feat", Environments: released(), Flags: []ledger.ChangeFlag{{Key: "x", Role: ledger.RoleBehind}}}
	if got := told(audience.Reduce(shop(c), customers())); got != "" {
		t.Errorf("it is shown: %s", got)
	}
}

// TestKinds: an audience that is told of fixes alone is told of fixes alone.
func TestKinds(t *testing.T) {
	l := shop(
		ledger.Change{Title: "feat: a", Type: "feat", Environments: released()},
		ledger.Change{Title: "fix: b", Type: "fix", Environments: released()},
		ledger.Change{Title: "chore: c", Type: "chore", Environments: released()},
	)
	r := customers()
	titles := func() (out []string) {
		for _, c := range audience.Reduce(l, r).Ledger().Changes {
			out = append(out, c.Title)
		}
		return out
	}
	if d := cmp.Diff([]string{"A", "B"}, titles()); d != "" {
		t.Error(d)
	}
	r.Kinds = []string{"fixed"}
	if d := cmp.Diff([]string{"B"}, titles()); d != "" {
		t.Error(d)
	}
	r.Kind, r.Kinds = nil, nil
	if got := titles(); got != nil {
		t.Errorf("without a rule of kinds %v are told", got)
	}
}

// TestFlagWithoutKey: the note of a flag is named after its description; neither
// its key nor a commit's title is in the reduced ledger.
func TestFlagWithoutKey(t *testing.T) {
	behind := []ledger.ChangeFlag{{Key: "titan-v2", Role: ledger.RoleBehind, Known: true, Origins: []ledger.Origin{{File: "titan.yaml"}}}}
	l := shop(
		ledger.Change{Title: "chore: titan plumbing", Type: "chore", Environments: released(), Flags: behind, Author: "Ann Author", Body: "titan"},
		ledger.Change{Title: "feat: part one (#12)", Type: "feat", Environments: released(), Flags: behind, PullRequest: 12},
	)
	l.Flags = []ledger.Flag{{Key: "titan-v2", Description: "A new basket", Owner: "titan team", Source: "titan.yaml"}}
	p := audience.Reduce(l, customers())
	b, err := json.Marshal(p.Ledger())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"titan", "Ann", "plumbing", "shop", "eu\"", "000000000001"} {
		if strings.Contains(string(b), secret) {
			t.Errorf("%q is in %s", secret, b)
		}
	}
	list := notes.From(p.Ledger(), notes.Options{})
	if len(list) != 1 || list[0].Title != "A new basket" || len(list[0].Changes) != 2 {
		t.Errorf("notes %+v", list)
	}
}

// TestNoteHidesTitle: where a note says it for people, the commit's own title is
// withheld, and so is a flag's description behind the flag's note.
func TestNoteHidesTitle(t *testing.T) {
	l := shop(ledger.Change{
		Title: "feat: titan", Type: "feat", Environments: released(),
		Note: &ledger.NoteText{Title: "Faster search", Name: "search", Kind: "changed"}, Flags: []ledger.ChangeFlag{{Key: "k", Role: ledger.RoleBehind, Known: true}},
	})
	l.Flags = []ledger.Flag{{Key: "k", Description: "titan", Note: &ledger.NoteText{Title: "Search, faster"}}}
	b, err := json.Marshal(audience.Reduce(l, customers()).Ledger())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "titan") || !strings.Contains(string(b), "Faster search") {
		t.Errorf("got %s", b)
	}
}

// TestIDs: the public id is that of the first alias, so that a note published
// from a branch stays where it was after the merge; the others lead to it. It
// depends on the salt, and not on the title.
func TestIDs(t *testing.T) {
	branch := shop(ledger.Change{Title: "fix: a", Type: "fix", Environments: released()})
	merged := shop(ledger.Change{Title: "fix: b", Type: "fix", Environments: released(), Aliases: []ledger.ChangeID{"ffffffffffff", "000000000001"}})
	merged.Changes[0].ID = "aaaaaaaaaaaa"
	r := customers()
	before, after := audience.Reduce(branch, r).Ledger().Changes[0], audience.Reduce(merged, r).Ledger().Changes[0]
	if before.ID != after.ID || len(after.Aliases) != 2 {
		t.Errorf("id %s, then %s with aliases %v", before.ID, after.ID, after.Aliases)
	}
	if len(before.ID) != 12 || before.ID == "000000000001" {
		t.Errorf("id %s", before.ID)
	}
	r.Salt = "pepper"
	if got := audience.Reduce(branch, r).Ledger().Changes[0].ID; got == before.ID {
		t.Error("the salt makes no difference")
	}
	if audience.PublicID("a", "bc", "d") == audience.PublicID("ab", "c", "d") {
		t.Error("two triples have one id")
	}
}

// TestVersions: only versions that hold something visible, and two that look the
// same to the audience are one.
func TestVersions(t *testing.T) {
	c := func(component string) ledger.Change {
		return ledger.Change{
			Title: "fix: a", Type: "fix", Environments: released(), Version: "v1.0.0", Components: []ledger.ComponentName{ledger.ComponentName(component)},
			Versions: []ledger.ChangeVersion{{Name: "v1.0.0", Component: ledger.ComponentName(component)}},
		}
	}
	l := shop(c("web"), c("orders"))
	l.Versions = []ledger.Version{
		{Repository: "shop", Name: "v2.0.0", Component: "web", At: at("03-19"), Message: "secret"},
		{Repository: "shop", Name: "v1.0.0", Component: "web", At: at("03-02"), Message: "secret"},
		{Repository: "shop", Name: "v1.0.0", Component: "orders", At: at("03-01"), Message: "secret"},
	}
	got := audience.Reduce(l, customers()).Ledger().Versions
	if len(got) != 1 || got[0].Name != "v1.0.0" || len(got[0].Changes) != 2 || !got[0].At.Equal(at("03-01")) || got[0].Message != "" {
		t.Errorf("versions %+v", got)
	}
	r := customers()
	r.Fields.Environments = true
	if got := audience.Reduce(l, r).Ledger().Versions; len(got) != 2 || got[0].Component != "web" || len(got[0].Changes) != 1 {
		t.Errorf("with components: %+v", got)
	}
	r.Sees = audience.SeesVersion
	l.Changes[0].Environments = nil
	if got := told(audience.Reduce(l, r)); !strings.Contains(got, "released 100; released") {
		t.Errorf("in a version: %q", got)
	}
}

// TestFields: each field lets through what it names.
func TestFields(t *testing.T) {
	merged := at("03-02")
	commit, _ := ledger.ParseHash(strings.Repeat("ab", 20))
	c := ledger.Change{
		Title: "fix: a", Type: "fix", Scope: "the-scope", Author: "Ann Author", Commit: commit, Merged: &merged, Environments: released(),
		Flags: []ledger.ChangeFlag{{Key: "the-key", Role: ledger.RoleBehind, Known: true}}, Components: []ledger.ComponentName{"web"}, PullRequest: 4711,
	}
	l := shop(c)
	actor := "Ann Author"
	finished := at("03-03")
	l.Flags = []ledger.Flag{{Key: "the-key", Description: "Text"}}
	l.Deployments = []ledger.Deployment{{ID: "d", Environment: "eu", Repository: "shop", Status: ledger.RecordSucceeded, Actor: &actor, FinishedAt: &finished, Gained: []ledger.ChangeID{"000000000001", "999999999999"}}}
	l.Problems = []ledger.Problem{{Message: "the-problem"}}
	for _, tc := range []struct {
		fields  audience.Fields
		strings []string
	}{
		{audience.Fields{Authors: true}, []string{"Ann Author"}},
		{audience.Fields{Commits: true}, []string{commit.String(), "the-scope", "4711", "2026-03-02T"}},
		{audience.Fields{Flags: true}, []string{"the-key"}},
		{audience.Fields{Environments: true}, []string{`"eu"`, `"web"`, `"shop"`}},
		{audience.Fields{Problems: true}, []string{"the-problem"}},
	} {
		closed, open := customers(), customers()
		open.Fields = tc.fields
		for i, want := range map[bool]audience.Rules{false: closed, true: open} {
			b, err := json.Marshal(audience.Reduce(l, want).Ledger())
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range tc.strings {
				if strings.Contains(string(b), s) != i {
					t.Errorf("fields %+v: %q is there: %v, want %v\n%s", want.Fields, s, !i, i, b)
				}
			}
		}
	}
	r := customers()
	r.Fields.Environments = true
	if got := audience.Reduce(l, r).Ledger().Deployments; len(got) != 1 || len(got[0].Gained) != 1 || got[0].Actor != nil {
		t.Errorf("deployments %+v", got)
	}
}

// TestEverything: no reduction gives the whole ledger, so that nothing which takes
// a Public can be handed it.
func TestEverything(t *testing.T) {
	l := shop(ledger.Change{Title: "chore: x"})
	if p := audience.Reduce(l, audience.Rules{Sees: audience.SeesEverything}); len(p.Ledger().Changes)+len(p.Ledger().Versions) > 0 {
		t.Error("a whole ledger passes for a public one")
	}
	if got := (audience.Public{}).Ledger(); len(got.Changes) != 0 {
		t.Error("the zero Public is not empty")
	}
}
