package compare_test

import (
	"crypto/sha1"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/generator/compare"
	"daylight/generator/ledger"
)

// sample builds facts of the repository "shop", one call a fact.
type sample struct{ facts ledger.Facts }

func newSample(components ...ledger.ComponentName) *sample {
	return &sample{ledger.Facts{Repositories: []ledger.Repository{{Name: "shop", Branch: "main", Components: components}}}}
}

func hash(name string) ledger.Hash { return sha1.Sum([]byte(name)) }

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, "2026-"+s)
	if err != nil {
		panic(err)
	}
	return t
}

// commit adds a commit; those whose name is one letter are the mainline.
func (s *sample) commit(name, on, at string, touches ...ledger.ComponentName) *sample {
	r := &s.facts.Repositories[0]
	c := ledger.Commit{Hash: hash(name), Title: name, Committed: day(at), Components: touches}
	if on != "" {
		c.Parents = []ledger.Hash{hash(on)}
	}
	r.Commits = append(r.Commits, c)
	if len(name) == 1 {
		r.Mainline = c.Hash
	}
	return s
}

func (s *sample) deploy(env, name, at string, with ...func(*ledger.Record)) *sample {
	d := ledger.Record{ID: fmt.Sprint("d", len(s.facts.Deployments)), Repository: "shop", Environment: ledger.EnvironmentName(env), Ref: name, Revision: hash(name),
		Status: ledger.RecordSucceeded, FinishedAt: day(at), TimeBasis: ledger.BasisDeclared, Origins: []ledger.Origin{{File: "log"}}}
	for _, f := range with {
		f(&d)
	}
	s.facts.Deployments = append(s.facts.Deployments, d)
	return s
}

func to(component ledger.ComponentName) func(*ledger.Record) {
	return func(d *ledger.Record) { d.Component = component }
}

func slot(name string, weight ledger.Percent) func(*ledger.Record) {
	w := ledger.Exactly(weight * ledger.Hundred / 100)
	return func(d *ledger.Record) { d.Slot, d.Weight = name, &w }
}

// flag adds a flag in front of some changes: "production=25" and the like, all
// from the first commit on; a third part is a later commit: "production=on@c".
func (s *sample) flag(key string, effect ledger.Effect, behind string, states ...string) *sample {
	h := ledger.FlagHistory{Key: ledger.FlagKey(key), Repository: "shop", Source: "flags.yaml", Effect: effect}
	for _, state := range states {
		env, value, _ := strings.Cut(state, "=")
		value, at, later := strings.Cut(value, "@")
		if !later {
			at = "a"
		}
		set := ledger.Setting{State: ledger.FlagPartial}
		switch value {
		case "on":
			set = ledger.Setting{State: ledger.FlagOn, Percent: ledger.Everybody()}
		case "off":
			set.State = ledger.FlagOff
		default:
			p, err := ledger.ParsePercent(value)
			if err != nil {
				panic(err)
			}
			set.Percent = ledger.Exactly(p)
		}
		h.Steps = append(h.Steps, ledger.FlagStep{Commit: hash(at), Environment: ledger.EnvironmentName(env), Setting: set})
	}
	s.facts.Flags = append(s.facts.Flags, h)
	for _, c := range strings.Fields(behind) {
		s.facts.Links = append(s.facts.Links, ledger.FlagLink{Repository: "shop", Commit: hash(c), Key: h.Key, By: ledger.LinkTrailer, Role: ledger.RoleBehind})
	}
	return s
}

// compared computes and compares, and tells the changes a line.
func (s *sample) compared(t *testing.T, pairs ...compare.Pair) (*ledger.Ledger, []compare.Comparison) {
	t.Helper()
	before := fmt.Sprint(s.facts)
	l := ledger.Compute(s.facts, ledger.Policy{}, day("06-01"))
	if len(pairs) == 0 {
		pairs = compare.Pairs(l)
	}
	out := compare.Of(s.facts, ledger.Policy{}, l, pairs...)
	if fmt.Sprint(s.facts) != before {
		t.Error("comparing changed the facts")
	}
	if again := compare.Of(s.facts, ledger.Policy{}, l, pairs...); !reflect.DeepEqual(out, again) {
		t.Error("comparing twice gives two results")
	}
	return l, out
}

func told(c compare.Component) string {
	var lines []string
	for _, ch := range c.Changes {
		line := fmt.Sprintf("%s %s: %s -> %s", ch.Title, ch.Effect, ch.Before.Status, ch.After.Status)
		if ch.After.Status == ledger.StatusLimited {
			line += " " + ch.After.Percent.String()
		}
		for _, f := range ch.Flags {
			line += " [" + string(f) + "]"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if want = strings.TrimSpace(want); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWhatAPromotionWouldDo(t *testing.T) {
	s := newSample("shop").
		commit("a", "", "03-01").commit("b", "a", "03-02").commit("c", "b", "03-03").commit("d", "c", "03-04").commit("e", "d", "03-05").
		commit("hotfix", "a", "03-02").
		deploy("production", "hotfix", "03-06").deploy("staging", "d", "03-07").
		flag("basket", ledger.EffectMerge, "b", "production=off", "staging=on").
		flag("rollout", ledger.EffectMerge, "c", "production=25", "staging=on")
	_, out := s.compared(t)
	if len(out) != 1 || out[0].From != "staging" || out[0].To != "production" || len(out[0].Components) != 1 {
		t.Fatalf("%+v", out)
	}
	c := out[0].Components[0]
	want(t, told(c), `
d visible: not_deployed -> released
c visible: not_deployed -> limited 25 [rollout]
b dark: not_deployed -> dark [basket]
hotfix taken: released -> rolled_back`)
	if c.Promotes.Revision != hash("d") || len(c.Replaces) != 1 || c.Replaces[0].Revision != hash("hotfix") || c.Same || c.Unknown {
		t.Errorf("%+v", c)
	}
	if c.Relation != ledger.RelationDiverged || c.Hold != nil {
		t.Errorf("relation %s, hold %v", c.Relation, c.Hold)
	}
	if c.Count(compare.EffectVisible) != 2 || c.Count(compare.EffectDark) != 1 {
		t.Error("counts")
	}
}

// TestAHeldLaneIsTold holds that a hold of the lane that is promoted to is told,
// and hides nothing of what a promotion would do.
func TestAHeldLaneIsTold(t *testing.T) {
	s := newSample("shop").commit("a", "", "03-01").commit("b", "a", "03-02").
		deploy("production", "b", "03-06").deploy("staging", "a", "03-07")
	for _, env := range []ledger.EnvironmentName{"production", "staging"} {
		s.facts.Holds = append(s.facts.Holds, ledger.Hold{Repository: "shop", Environment: env, Held: true,
			At: ledger.When{At: day("03-08"), Basis: ledger.BasisCommitterDate}, Reason: "frozen in " + string(env)})
	}
	_, out := s.compared(t)
	c := out[0].Components[0]
	if c.Relation != ledger.RelationOlder || c.Hold == nil || c.Hold.Reason != "frozen in production" {
		t.Errorf("relation %s, hold %+v", c.Relation, c.Hold)
	}
	want(t, told(c), "b taken: released -> rolled_back")
}

func TestFlagsThatShipGoWithTheBuild(t *testing.T) {
	// Production still runs b, whose manifest has the flag off there; that of c
	// lets everybody in. b is there already and would become visible.
	s := newSample("shop").
		commit("a", "", "03-01").commit("b", "a", "03-02").commit("c", "b", "03-03").
		deploy("production", "b", "03-04").deploy("staging", "c", "03-05").
		flag("basket", ledger.EffectDeployment, "b", "production=off", "staging=on", "production=on@c")
	_, out := s.compared(t)
	want(t, told(out[0].Components[0]), `
c visible: not_deployed -> released
b moved: dark -> released [basket]`)
}

func TestWhatIsTheSameMovesNothing(t *testing.T) {
	s := newSample("shop").commit("a", "", "03-01").
		deploy("production", "a", "03-04").deploy("staging", "a", "03-03")
	_, out := s.compared(t)
	if c := out[0].Components[0]; !c.Same || len(c.Changes) != 0 {
		t.Errorf("%+v", c)
	}
}

func TestComponentsAreTakenOneByOne(t *testing.T) {
	s := newSample("api", "web").
		commit("a", "", "03-01").commit("b", "a", "03-02", "api").commit("c", "b", "03-03", "web").
		deploy("staging", "c", "03-04", to("api")).deploy("staging", "b", "03-04", to("web")).deploy("production", "a", "03-04", to("api"))
	_, out := s.compared(t)
	var got []string
	for _, c := range out[0].Components {
		got = append(got, string(c.Component)+"\n"+told(c))
	}
	want(t, strings.Join(got, "\n"), `
api
b visible: not_deployed -> released
web
a visible: not_deployed -> released`)
}

func TestTheRevisionWithMostTrafficIsPromoted(t *testing.T) {
	s := newSample("shop").
		commit("a", "", "03-01").commit("b", "a", "03-02").commit("c", "b", "03-03").
		deploy("production", "a", "03-03", slot("blue", 100)).
		deploy("staging", "b", "03-04", slot("stable", 100)).deploy("staging", "c", "03-05", slot("canary", 10))
	_, out := s.compared(t)
	c := out[0].Components[0]
	want(t, told(c), "b visible: not_deployed -> released")
	if c.Others != 1 || len(c.Replaces) != 1 {
		t.Errorf("%+v", c)
	}
}

func TestARevisionThatNobodyKnowsPromotesNothing(t *testing.T) {
	s := newSample("shop").commit("a", "", "03-01").deploy("production", "a", "03-03").
		deploy("staging", "a", "03-04", func(d *ledger.Record) { d.Revision, d.Ref = ledger.Hash{}, "nowhere" })
	_, out := s.compared(t)
	if c := out[0].Components[0]; !c.Unknown || len(c.Changes) != 0 {
		t.Errorf("%+v", c)
	}
}

func TestPairsGoUpTheTiers(t *testing.T) {
	s := newSample("shop").commit("a", "", "03-01")
	for _, env := range []string{"production-eu", "production-us", "staging", "qa", "dev", "sandbox"} {
		s.deploy(env, "a", "03-03")
	}
	l, out := s.compared(t)
	var got []string
	for _, c := range out {
		got = append(got, string(c.From)+" -> "+string(c.To))
	}
	want(t, strings.Join(got, "\n"), `
staging -> production-eu
staging -> production-us
qa -> staging
dev -> qa`)
	if len(compare.Of(s.facts, ledger.Policy{}, l, compare.Pair{From: "nowhere", To: "staging"})[0].Components) != 0 {
		t.Error("an unknown environment runs something")
	}
}

// A comparison says what the ledger says when the promotion has really been
// made, for every pair, alone or together with others.
func TestAComparisonComesTrue(t *testing.T) {
	s := newSample("shop").
		commit("a", "", "03-01").commit("b", "a", "03-02").commit("c", "b", "03-03").commit("d", "c", "03-04").
		commit("hotfix", "b", "03-03").
		deploy("production", "hotfix", "03-04").deploy("staging", "c", "03-05").deploy("qa", "d", "03-06").
		flag("x", ledger.EffectMerge, "c d", "production=off", "staging=50", "qa=on")
	l, together := s.compared(t)
	for i, one := range together {
		alone := compare.Of(s.facts, ledger.Policy{}, l, one.Pair)
		if !reflect.DeepEqual(alone[0], one) {
			t.Errorf("%v alone differs from %v together", one.Pair, one.Pair)
		}
		live := one.Components[0].Promotes
		real := *s
		real.facts.Deployments = slices.Clone(s.facts.Deployments)
		real.deploy(string(one.To), live.Ref, "05-31")
		after := ledger.Compute(real.facts, ledger.Policy{}, day("06-01"))
		for _, ch := range together[i].Components[0].Changes {
			for _, c := range after.Changes {
				for _, in := range c.Environments {
					if c.ID == ch.ID && in.Environment == one.To && (in.Status != ch.After.Status || in.Percent != ch.After.Percent) {
						t.Errorf("%v, %s: said %v, became %s", one.Pair, c.Title, ch.After, in.Status)
					}
				}
			}
		}
	}
}
