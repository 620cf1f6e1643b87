package flagfile

import (
	"slices"
	"strconv"
	"time"

	"daylight/generator/ledger"
)

// flagLogic is a flag of a format with rules, as the common part asks it.
type flagLogic struct {
	instants func() []time.Time // at which what it does may change, in any order
	outcome  func(span, known) outcome
	cost     int // of one outcome, in steps; at least 1
	// mentions collects the values with which its rules compare an attribute.
	mentions func(attr string, into map[string]bool)
	// natural is the variant that the format itself calls the one before the
	// flag does anything, "" when it has none.
	natural string
	// switched says that the format turns flags on and off beside its variants:
	// whoever gets one has the flag, unless a name or value tells otherwise, and
	// off lists what they get who do not have it.
	switched bool
	off      []string
}

// emit adds the settings of one flag: one, or one for each environment where the
// rules ask for the environment. base has key, meta and origin.
func (r *reading) emit(base Setting, variants []variant, f flagLogic) {
	if base.Environment == "" {
		base.Environment = r.Environment
	}
	var instants []time.Time
	environments := []ledger.EnvironmentName{base.Environment}
	if r.work > 0 {
		instants, environments = f.instants(), r.environmentsOf(f, base.Environment)
	}
	if r.work -= max(f.cost, 1) * (2 + min(len(instants), maxInstants)) * len(environments); r.work < 0 {
		r.report(base.Origin.Line, base.Origin.Col, ledger.LevelWarning, "flag-too-complex", "the rules of flag "+quote(string(base.Key))+" are too many to follow", "")
		base.State, base.Percent, base.Via = ledger.FlagUnknown, ledger.Undecided(), "too many rules"
		r.settings = append(r.settings, base)
		return
	}
	now := f.outcome(span{}, known{})
	served := mostServed(now)
	if f.switched {
		served = ""
	}
	base.Baseline, base.BaselineBy = baselineOf(variants, r.Baselines[base.Key], f.natural, served)
	if f.switched && len(base.Baseline) == 0 {
		base.BaselineBy = "" // who has the flag has the change
	}
	baseline := slices.Concat(base.Baseline, f.off)
	equal := equalVariants(variants)
	for _, env := range environments {
		k := known{}
		if r.Attribute != "" {
			k = known{attr: r.Attribute, value: string(env)}
		}
		s := base
		s.Environment = env
		_, s.Targets = settle(f.outcome(span{}, k), baseline, equal)
		s.Setting, s.Plan = timeline(slices.Clone(instants), func(sp span) ledger.Setting {
			out, _ := settle(f.outcome(sp, k), baseline, equal)
			return out
		})
		r.settings = append(r.settings, s)
	}
}

// environmentsOf lists the environments that a flag needs settings of its own
// for, and always the one of the file, which stands for all others.
func (r *reading) environmentsOf(f flagLogic, own ledger.EnvironmentName) []ledger.EnvironmentName {
	out := []ledger.EnvironmentName{own}
	if r.Attribute == "" {
		return out
	}
	mentioned := map[string]bool{}
	f.mentions(r.Attribute, mentioned)
	if len(mentioned) == 0 {
		return out
	}
	for name := range mentioned {
		out = append(out, ledger.EnvironmentName(name))
	}
	out = append(out, r.Environments...)
	slices.Sort(out)
	return slices.Compact(out)
}

// quote bounds and escapes a text of the file for a message.
func quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
