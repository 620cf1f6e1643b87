package flagfile

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"daylight/generator/ledger"
)

// TestAlgebra holds the shares of ordered rules against a population of a
// hundred people, whom each axis counts in an order of its own: whatever the
// orders are, what is served lies within the bounds, for everybody and for the
// members of a group. Rules on one axis alone have exact shares.
func TestAlgebra(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	exact := 0
	for range 400 {
		o, axes := randomRules(rng)
		places := map[string][]int{}
		for _, axis := range axes {
			places[axis] = rng.Perm(100)
		}
		out := o.outcome(span{}, known{})
		checkServed(t, o, places, "", out.rest)
		for _, r := range out.rules {
			checkServed(t, o, places, r.label, r.parts)
		}
		if len(axes) == 1 {
			exact++
			for _, p := range out.rest {
				if !p.share.IsExact() {
					t.Errorf("%+v: %s gets %s of one axis", o.rules, p.variant, p.share)
				}
			}
		}
	}
	if exact == 0 {
		t.Error("no rules on one axis alone were tried")
	}
}

func randomRules(rng *rand.Rand) (ordered, []string) {
	axes := []string{"a", "b", "c"}[:1+rng.IntN(3)]
	variants := []string{"x", "y", "z"}
	o := ordered{rest: everyone(variants[rng.IntN(3)])}
	for range rng.IntN(6) {
		c := choice{parts: everyone(variants[rng.IntN(3)])}
		if rng.IntN(5) > 0 {
			from, to := rng.IntN(100), rng.IntN(101)
			if from > to {
				from, to = to, from
			}
			c.axis, c.from, c.to = axes[rng.IntN(len(axes))], ledger.Percent(from)*100_000, ledger.Percent(to)*100_000
			c.most = c.to
		}
		if rng.IntN(3) == 0 {
			c.label = fmt.Sprintf("group %d", rng.IntN(2))
			c.when = &cond{text: c.label}
		}
		if rng.IntN(6) == 0 {
			c.except = []cond{{text: "group 1"}}
		}
		o.rules = append(o.rules, c)
	}
	return o, axes
}

// checkServed serves everybody in turn and compares with the bounds.
func checkServed(t *testing.T, o ordered, places map[string][]int, group string, parts []part) {
	t.Helper()
	served := map[string]ledger.Percent{}
	for person := range 100 {
		got := o.rest
		for _, c := range o.rules {
			in := c.when == nil || c.label == group
			out := len(c.except) > 0 && c.except[0].text == group
			at := ledger.Percent(0)
			if c.axis != "" {
				at = ledger.Percent(places[c.axis][person]) * 100_000
			}
			if in && !out && (c.axis == "" || c.from <= at && at < c.to) {
				got = c.parts
				break
			}
		}
		served[got[0].variant] += 100_000
	}
	for _, variant := range []string{"x", "y", "z"} {
		bounds := variantShare(variant, parts)
		if served[variant] < bounds.Lo || served[variant] > bounds.Hi {
			t.Errorf("%+v serve %s to %s %% of %q, and the bounds are %s", o.rules, variant, served[variant], group, bounds)
		}
	}
}
