package story_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/generator/ledger"
	"daylight/generator/story"
)

// texts are the sentences of lines.
func texts(lines []story.Line) []string {
	var out []string
	for _, l := range lines {
		out = append(out, l.Text)
	}
	return out
}

// section finds a part of a story by its heading.
func section(t *testing.T, s story.Story, heading string) []string {
	t.Helper()
	for _, sec := range s.Sections {
		if sec.Heading == heading {
			return texts(sec.Lines)
		}
	}
	t.Fatalf("no section %q in %v", heading, s)
	return nil
}

// TestRetiredAsDropped: the flag is still on in the last manifest that had it,
// and what was deployed without it shows the change to nobody. The reason is the
// retirement, from the instant at which the deletion is deployed.
func TestRetiredAsDropped(t *testing.T) {
	l := sample(t)
	basket, c := &l.Flags[0], &l.Changes[2]
	basket.Retired = &ledger.Retirement{At: at("2026-03-16 08:00"), As: "dropped", Commit: hash(13)}
	in := &c.Environments[0]
	in.Status, in.Percent = ledger.StatusUnReleased, ledger.Share{}
	in.Moves = append(in.Moves, move("2026-03-18 09:00", ledger.MoveUnReleased, ledger.CauseDeployment, ledger.Share{}))
	l.Changes = append(l.Changes, ledger.Change{
		Repository: "shop", ID: "00000000000d", Commit: hash(13), Title: "basket: the old one after all", Components: []ledger.ComponentName{"shop"},
		Environments: ledger.InEnvironments{{Environment: "production", State: ledger.State{
			Status: ledger.StatusReleased, Percent: ledger.Everybody(), Deployed: date("2026-03-18 09:00"),
			Moves: []ledger.Move{move("2026-03-18 09:00", ledger.MoveDeployed, ledger.CauseDeployment, ledger.Everybody())},
		}}},
	})
	teller := story.New(l, nil)
	c, in = &l.Changes[2], &l.Changes[2].Environments[0]
	got := []string{teller.Status(c, "production"), teller.Move(c, in, 3).Text}
	want := []string{
		"Un-released in production on 18 March, 39 hours ago: the code is still deployed, but nobody can see it any more, because flag basket-v2 was retired as dropped.",
		"Un-released in production: nobody can see it any more, because flag basket-v2 was retired as dropped; the code stays deployed.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	now := section(t, teller.Explain(story.Subject{Flag: &l.Flags[0]}), "Now")
	want = []string{
		"Retired as dropped: where the code no longer asks it, nobody has what was behind it.",
		"Until then on in production for everyone.",
	}
	if d := cmp.Diff(want, now); d != "" {
		t.Error(d)
	}
}

// TestSideBySide: production runs two components from one repository, and their
// builds ship different manifests. The flag has no one setting there, but what a
// change asks is what its own component ships.
func TestSideBySide(t *testing.T) {
	l := sample(t)
	search, c := &l.Flags[1], &l.Changes[1]
	search.Repository = "shop"
	search.Environments[0].State, search.Environments[0].Percent = ledger.FlagPartial, ledger.Undecided()
	search.Environments[0].Steps = []ledger.FlagMove{{At: at("2026-03-03 09:00"), State: ledger.FlagPartial, Percent: ledger.Undecided()}}
	in := &c.Environments[0]
	in.Status, in.Percent, in.Released = ledger.StatusReleased, ledger.Everybody(), date("2026-03-03 09:00")
	in.Moves = []ledger.Move{
		move("2026-03-03 09:00", ledger.MoveDeployed, ledger.CauseDeployment, ledger.Everybody()),
		move("2026-03-03 09:00", ledger.MoveReleased, ledger.CauseDeployment, ledger.Everybody()),
	}
	teller := story.New(l, nil)
	got := append(texts(teller.Moves(c, in)), teller.FlagStep(search, &search.Environments[0], 0).Text)
	want := []string{
		"Deployed to production with v1.4.0.",
		"Released in production: everyone can see it now, because flag search is on there.",
		"On in some of what runs in production from here on, and off in the rest, with the deployment of v1.4.0.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestSeveralFlags: one is off, one nobody knows, and the sentence holds both.
func TestSeveralFlags(t *testing.T) {
	l := sample(t)
	c := &l.Changes[1]
	c.Flags = append(c.Flags,
		ledger.ChangeFlag{Key: "serach", By: ledger.LinkTrailer, Role: ledger.RoleBehind},
		ledger.ChangeFlag{Key: "search", By: ledger.LinkPath, Role: ledger.RoleBehind, Known: true}) // linked twice
	teller := story.New(l, nil)
	got := append([]string{teller.Move(c, &c.Environments[0], 0).Text}, texts(teller.Why(c, "production"))[:2]...)
	want := []string{
		"Deployed to production with v1.4.0; nobody can see it: flag search is off there, and no manifest knows flag serach, which counts as off.",
		"Flag search is off in production.",
		"No manifest knows flag serach, which counts as off.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestUnreadFlag: what a flag says could not be read, and so nobody can say that
// nobody sees the change.
func TestUnreadFlag(t *testing.T) {
	l := sample(t)
	c := &l.Changes[1]
	f := &l.Flags[1].Environments[0]
	f.State, f.Percent, f.Steps[0].State, f.Steps[0].Percent = ledger.FlagUnknown, ledger.Undecided(), ledger.FlagUnknown, ledger.Undecided()
	c.Environments[0].Status = ledger.StatusUnknown
	teller := story.New(l, nil)
	got := append([]string{teller.Status(c, "production")}, texts(teller.Why(c, "production"))[:1]...)
	want := []string{
		"Unknown in production: it was deployed on 3 March, but what flag search says there could not be read.",
		"Whether anybody can see it is unknown: it was deployed on 3 March, but what flag search says there could not be read.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestNotThereYet: a change that is not deployed meets its flag once it is.
func TestNotThereYet(t *testing.T) {
	l := sample(t)
	c := &l.Changes[0]
	c.Flags = []ledger.ChangeFlag{{Key: "search", Role: ledger.RoleBehind, Known: true}}
	got := texts(story.New(l, nil).Why(c, "production"))
	want := []string{
		"The code is not there: v1.4.0 runs in production, and the change came with v1.5.0.",
		"Once it is there, nobody will see it at first: flag search is off in production.",
		"Planned for 24 March: flag search is to open in production to the beta group.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestNothingToDeploy: documentation belongs to no component; the versions that
// cover the whole repository hold it all the same. A change of a manifest alone
// has its effect through the flag.
func TestNothingToDeploy(t *testing.T) {
	l := sample(t)
	docs := &l.Changes[0]
	docs.Components, docs.Environments = []ledger.ComponentName{}, nil
	docs.Flags = []ledger.ChangeFlag{{Key: "basket-v2", By: ledger.LinkEdit, Role: ledger.RoleMoves, Known: true}}
	l.Flags[0].Environments[0].Steps[1].Written.Commit = docs.Commit
	s := story.New(l, nil).Explain(story.Subject{Change: docs})
	got := append(section(t, s, "Now"), section(t, s, "What it did to flags")...)
	want := []string{
		"There is nothing of it to deploy: it touches no file of a component that is deployed by itself.",
		"It changes who sees what is behind flag basket-v2.",
		"Flag basket-v2: opened in production to 25 % of users.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if about := strings.Join(section(t, s, "What it is"), " "); !strings.Contains(about, "First in version v1.5.0.") {
		t.Errorf("what holds it is not said: %s", about)
	}
}

// TestAgain: what was taken back and came again is told with both dates.
func TestAgain(t *testing.T) {
	l := sample(t)
	c := &l.Changes[2]
	in := &c.Environments[0]
	in.Moves = append(in.Moves,
		move("2026-03-16 08:00", ledger.MoveRolledBack, ledger.CauseDeployment, ledger.Share{}),
		move("2026-03-17 08:00", ledger.MoveReturned, ledger.CauseDeployment, ledger.Everybody()),
		move("2026-03-17 08:00", ledger.MoveReleased, ledger.CauseDeployment, ledger.Everybody()))
	want := "Released in production again on 17 March, 2 days ago (first on 14 March): everyone can see it."
	if got := story.New(l, nil).Status(c, "production"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestManyEnvironments: those that never saw the change share a line.
func TestManyEnvironments(t *testing.T) {
	l := sample(t)
	for _, name := range []ledger.EnvironmentName{"staging", "uat", "test-a", "test-b", "test-c"} {
		l.Environments = append(l.Environments, ledger.Environment{Name: name, Tier: ledger.TierStaging})
		l.Changes[0].Environments = append(l.Changes[0].Environments, ledger.InEnvironment{Environment: name, State: ledger.State{Status: ledger.StatusNotDeployed}})
	}
	got := section(t, story.New(l, nil).Explain(story.Subject{Change: &l.Changes[0]}), "Now")
	want := []string{
		"Not deployed to production: merged on 18 March, 38 hours ago.",
		"Not deployed to staging, uat, test-a and 2 more: merged on 18 March, 38 hours ago.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestFlagSteps has a sentence for each sort of step.
func TestFlagSteps(t *testing.T) {
	beta := []ledger.GroupShare{{Name: "beta", Percent: ledger.Everybody()}}
	f := &ledger.Flag{Key: "k", Effect: ledger.EffectMerge}
	step := func(when string, state ledger.FlagState, p ledger.Share, groups ...ledger.GroupShare) ledger.FlagMove {
		return ledger.FlagMove{At: at(when), State: state, Percent: p, Groups: groups}
	}
	in := &ledger.FlagInEnvironment{Environment: "production", Steps: []ledger.FlagMove{
		step("2026-03-01 08:00", ledger.FlagOff, ledger.Share{}),
		step("2026-03-02 08:00", ledger.FlagTargeted, ledger.Share{}, beta...),
		step("2026-03-03 08:00", ledger.FlagPartial, percent(10), beta...),
		step("2026-03-04 08:00", ledger.FlagPartial, percent(5), beta...),
		step("2026-03-05 08:00", ledger.FlagOn, ledger.Everybody()),
		step("2026-03-06 08:00", ledger.FlagOff, ledger.Share{}),
		step("2026-03-07 08:00", ledger.FlagUnknown, ledger.Undecided()),
		step("2026-03-08 08:00", ledger.FlagOff, ledger.Share{}),
	}}
	teller := story.New(&ledger.Ledger{AsOf: at("2026-03-20 00:00")}, nil)
	var got []string
	for i := range in.Steps {
		got = append(got, teller.FlagStep(f, in, i).Text)
	}
	want := []string{
		"Off from the start in production.",
		"Opened in production to the beta group.",
		"Widened in production from the beta group to the beta group and 10 % of the other users.",
		"Narrowed in production from the beta group and 10 % of the other users to the beta group and 5 % of the other users.",
		"Turned on in production for everyone, up from the beta group and 5 % of the other users.",
		"Turned off in production for everyone.",
		"Unknown in production from here on: what the manifest says could not be read.",
		"Turned off in production.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestFullTrafficHidesNothing: what was deployed with all of the traffic holds
// the change, so that its traffic is no reason for nobody to see it.
func TestFullTrafficHidesNothing(t *testing.T) {
	l := sample(t)
	basket := &l.Flags[0]
	basket.Retired = &ledger.Retirement{At: at("2026-03-16 08:00"), As: "dropped", Commit: hash(13)}
	l.Changes = append(l.Changes, ledger.Change{Repository: "shop", ID: "00000000000d", Commit: hash(13), Components: []ledger.ComponentName{"shop"},
		Environments: ledger.InEnvironments{{Environment: "production", State: ledger.State{Status: ledger.StatusReleased, Deployed: date("2026-03-18 09:00")}}}})
	finished := at("2026-03-18 09:00")
	l.Deployments = append([]ledger.Deployment{{ID: "d9", Environment: "production", Repository: "shop", Component: "shop", Revision: hash(13),
		Version: "v1.9.0", Status: ledger.RecordSucceeded, Weight: ledger.Everybody(), FinishedAt: &finished}}, l.Deployments...)
	c := &l.Changes[2]
	in := &c.Environments[0]
	in.Moves = append(in.Moves, move("2026-03-18 09:00", ledger.MoveUnReleased, ledger.CauseDeployment, ledger.Share{}))
	got := story.New(l, nil).Move(c, in, len(in.Moves)-1).Text
	if want := "Un-released in production: nobody can see it any more, because flag basket-v2 was retired as dropped; the code stays deployed."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestReturnedIsNotTheFirst: after an undeploy a lane begins again, and its first
// deployment was long ago.
func TestReturnedIsNotTheFirst(t *testing.T) {
	l := sample(t)
	finished := at("2026-03-18 09:00")
	l.Deployments = append([]ledger.Deployment{{ID: "d9", Environment: "production", Repository: "shop", Component: "shop", Revision: hash(13),
		Version: "v1.9.0", Relation: ledger.RelationFirst, Status: ledger.RecordSucceeded, Weight: ledger.Everybody(), FinishedAt: &finished}}, l.Deployments...)
	c := &l.Changes[2]
	in := &c.Environments[0]
	in.Moves = append(in.Moves, move("2026-03-18 09:00", ledger.MoveReturned, ledger.CauseDeployment, ledger.Everybody()))
	got := story.New(l, nil).Move(c, in, len(in.Moves)-1).Text
	if want := "Returned to production with v1.9.0; everyone can see it."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
