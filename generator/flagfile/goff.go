package flagfile

import (
	"bytes"
	"math/big"
	"regexp"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// GOFF reads the manifests of GO Feature Flag (gofeatureflag.org), in YAML, JSON
// or TOML:
//
//	basket-v2:
//	  variations: { on: true, off: false }
//	  targeting:
//	    - { query: beta eq true, variation: on }
//	  defaultRule:
//	    percentage: { on: 25, off: 75 }
//
// What is served follows the provider's code and not its documentation where
// the two differ: before a progressive rollout begins, everybody has the initial
// variation.
type GOFF struct{}

// Name is "goff".
func (GOFF) Name() string { return "goff" }

var (
	goffVariations = regexp.MustCompile(`(?m)(^|[\s{,."'\]])["']?variations["']?\s*[:=\]]`)
	goffDefault    = regexp.MustCompile(`(?m)(^|[\s{,."'\]])["']?(defaultRule|targeting)["']?(\.[A-Za-z]+)?\s*[:=\]]`)
)

// Match looks for variations beside a defaultRule or targeting.
func (GOFF) Match(_ string, head []byte) bool {
	return goffVariations.Match(head) && goffDefault.Match(head) && !bytes.Contains(head, []byte("defaultVariant"))
}

// Decode implements [Format].
func (GOFF) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return remembered("", files, o, func(r *reading, data []byte) {
		r.match = GOFF{}.Match
		for _, doc := range r.documents(data) {
			if doc.IsNull() {
				continue
			}
			if !doc.Is(decode.Map) {
				r.doubt(doc, "not-a-manifest", "the root maps the key of each flag to its definition", "want a map of flags, got %s", doc.Kind)
				continue
			}
			for _, e := range doc.Entries {
				r.goffFlag(e)
			}
		}
	})
}

// goffFlag is a flag's definition, whole or, in a scheduled step, a part of one.
type goffFlag struct {
	variations []variant
	targeting  []goffRule
	fallback   *goffRule // defaultRule
	disable    *bool
	start, end time.Time // of the experimentation
	steps      []goffStep
	broken     bool // nothing is served but the code's default
}

type goffRule struct {
	name      string
	query     string
	cond      cond // the query, understood
	variation string
	weights   []weight // a negative amount deletes the variation, in a step
	ramp      *goffRamp
	disable   *bool
	broken    bool
}

// goffRamp is a progressiveRollout: the share of the variation at its end goes
// from low to high between the two instants.
type goffRamp struct {
	from, to   time.Time
	start, end string   // variations
	low, high  *big.Rat // percent of the variation at the end
}

type goffStep struct {
	at   time.Time
	part goffFlag
}

// goffFlag adds the settings of one flag.
func (r *reading) goffFlag(e decode.Entry) {
	base := Setting{Key: ledger.FlagKey(e.Key), Origin: r.origin(e.Line, e.Col)}
	if !e.Value.Is(decode.Map) {
		r.report(e.Line, e.Col, ledger.LevelWarning, "malformed-flag", "flag "+quote(e.Key)+" is "+e.Value.Kind.String()+" where a map is wanted",
			"give it variations and a defaultRule")
		r.emit(base, nil, goffFlag{broken: true}.logic())
		return
	}
	f := r.goffDefinition(e.Key, e.Value, true)
	for _, m := range e.Value.Entries {
		switch {
		case m.Key == "metadata" && m.Value.Is(decode.Map):
			base.Meta.takeAll(m.Value)
		case m.Key == "metadata" && !m.Value.IsNull():
			r.doubt(m.Value, "malformed-flag", "", "metadata of flag %s is %s where a map is wanted", quote(e.Key), m.Value.Kind)
		case m.Key == "description" || m.Key == "owner":
			base.Meta.takeMeta(m)
		}
	}
	r.emit(base, f.variations, f.logic())
}

func (f goffFlag) logic() flagLogic {
	return flagLogic{instants: f.instants, outcome: f.outcome, cost: f.cost(), mentions: f.mentions}
}

// outcome is what the flag does in a span, given what is known of the context.
func (f goffFlag) outcome(s span, k known) outcome {
	f = f.at(s.from)
	if f.broken {
		return outcome{rest: everyone(codeDefault), via: brokenDefinition}
	}
	if f.disable != nil && *f.disable {
		return outcome{rest: everyone(codeDefault), via: "disable"}
	}
	if !f.start.IsZero() && s.from.Before(f.start) || !f.end.IsZero() && !s.from.IsZero() && !s.from.Before(f.end) {
		return outcome{rest: everyone(codeDefault), via: "experimentation"}
	}
	var o outcome
	for _, rule := range f.targeting {
		if rule.disable != nil && *rule.disable {
			continue
		}
		switch c := rule.cond; k.decide(c) {
		case yes:
			o.rest, o.via = rule.parts(s), "targeting"
			return o
		case maybe:
			o.rules = append(o.rules, outcomeRule(rule, k.without(c), s))
		}
	}
	o.rest, o.via = f.fallback.parts(s), f.fallback.via()
	return o
}

var genericRule = regexp.MustCompile(`(?i)^((legacy)?(default)?rule[-_ ]?\d*|\d+)?$`)

// outcomeRule names a rule by its name, unless that says nothing.
func outcomeRule(g goffRule, c cond, s span) rule {
	label := g.name
	if genericRule.MatchString(label) {
		label = c.label()
	}
	return rule{label: label, parts: g.parts(s)}
}

func (g goffRule) via() string {
	switch {
	case g.ramp != nil:
		return "progressive rollout"
	case len(g.weights) > 0:
		return "percentage"
	}
	return "default rule"
}

// parts is what the rule serves in a span: a ramp beats percentages, and they
// beat a variation.
func (g goffRule) parts(s span) []part {
	switch {
	case g.broken:
		return everyone(codeDefault)
	case g.ramp != nil:
		return g.ramp.parts(s)
	case len(g.weights) > 0:
		return split(g.weights)
	case g.variation != "":
		return everyone(g.variation)
	}
	return everyone(codeDefault)
}

func (p goffRamp) parts(s span) []part {
	if s.from.Before(p.from) {
		return everyone(p.start)
	}
	low := shareOf(p.share(s.from))
	high := low
	if s.from.Before(p.to) {
		to := s.to
		if to.IsZero() || to.After(p.to) {
			to = p.to
		}
		high = shareOf(p.share(to))
	}
	arriving := ledger.Share{Lo: min(low.Lo, high.Lo), Hi: max(low.Hi, high.Hi)}
	return []part{{p.end, arriving}, {p.start, arriving.Inverse()}}
}

// share is the fraction of the arriving variation at an instant from p.from on.
func (p goffRamp) share(at time.Time) *big.Rat {
	done := big.NewRat(1, 1)
	if at.Before(p.to) {
		done.SetFrac64(int64(at.Sub(p.from)), int64(p.to.Sub(p.from)))
	}
	percent := new(big.Rat).Sub(p.high, p.low)
	percent.Mul(percent, done).Add(percent, p.low)
	return percent.Quo(percent, big.NewRat(100, 1))
}
