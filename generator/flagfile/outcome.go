package flagfile

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// outcome is what a flag does once its rules are walked: the conditional rules
// that can be reached, in their order, and what the rest gets.
type outcome struct {
	rules []rule
	rest  []part
	via   string // the field that decided for the rest
}

// rule is a condition that names some people, and what they get.
type rule struct {
	label string
	parts []part
}

// part is a share of a population and the variant that it gets. The variant
// codeDefault is the one that is written in the code.
type part struct {
	variant string
	share   ledger.Share
}

// codeDefault cannot be the name of a variant, since manifests have no NUL there.
const codeDefault = "\x00code default"

// everyone gets this variant.
func everyone(variant string) []part { return []part{{variant, ledger.Everybody()}} }

// weight is a variant's part of a split, relative to the sum of all.
type weight struct {
	variant string
	amount  *big.Rat // not negative
}

// split turns weights into shares, each variant once, in the order of first
// mention. A share that has no end in five decimal places is the interval around
// it. Without any weight above zero the code's default is served.
func split(weights []weight) []part {
	total := new(big.Rat)
	var order []string
	sums := map[string]*big.Rat{}
	for _, w := range weights {
		if sums[w.variant] == nil {
			sums[w.variant] = new(big.Rat)
			order = append(order, w.variant)
		}
		sums[w.variant].Add(sums[w.variant], w.amount)
		total.Add(total, w.amount)
	}
	if total.Sign() <= 0 {
		return everyone(codeDefault)
	}
	var parts []part
	for _, name := range order {
		if sums[name].Sign() > 0 {
			parts = append(parts, part{name, shareOf(new(big.Rat).Quo(sums[name], total))})
		}
	}
	return parts
}

// shareOf gives the share of a fraction from 0 to 1, rounded outwards.
func shareOf(fraction *big.Rat) ledger.Share {
	scaled := new(big.Rat).Mul(fraction, new(big.Rat).SetInt64(int64(ledger.Hundred)))
	low := ledger.Percent(new(big.Int).Div(scaled.Num(), scaled.Denom()).Int64())
	high := low
	if !scaled.IsInt() {
		high++
	}
	return ledger.Share{Lo: min(max(low, 0), ledger.Hundred), Hi: min(max(high, 0), ledger.Hundred)}
}

// settle reduces an outcome to a setting, given the variants that count as off.
// It also counts the conditions that serve something else than the rest gets.
//
// Conditions are compared by the values that they serve: a flag may have two
// names for false. equal gives one name for all variants of a value.
func settle(o outcome, baseline []string, equal map[string]string) (ledger.Setting, int) {
	base := treated(o.rest, baseline)
	s := ledger.Setting{Percent: base, Via: o.via}
	for _, p := range o.rest {
		s.Fallback = s.Fallback || p.variant == codeDefault && p.share.Hi > 0
		if p.share.Hi > 0 && !strings.HasPrefix(p.variant, "\x00") {
			s.Variants = append(s.Variants, ledger.VariantShare{Variant: p.variant, Percent: p.share})
		}
	}
	slices.SortFunc(s.Variants, func(a, b ledger.VariantShare) int { return cmp.Compare(a.Variant, b.Variant) })
	targets := 0
	rest := byValue(o.rest, equal)
	named := map[string]bool{}
	for _, r := range o.rules {
		if slices.Equal(byValue(r.parts, equal), rest) {
			continue
		}
		targets++
		own := treated(r.parts, baseline)
		if own == base || named[r.label] {
			continue
		}
		named[r.label] = true
		if own.Hi == 0 {
			s.Excludes = append(s.Excludes, r.label)
		} else {
			s.Groups = append(s.Groups, ledger.GroupShare{Name: r.label, Percent: own})
		}
	}
	return withState(s), targets
}

// withState sorts groups and excludes by name, and sets the state that follows
// from percent and groups.
func withState(s ledger.Setting) ledger.Setting {
	slices.SortFunc(s.Groups, func(a, b ledger.GroupShare) int { return cmp.Compare(a.Name, b.Name) })
	slices.Sort(s.Excludes)
	switch {
	case s.Percent.Lo == ledger.Hundred:
		s.State = ledger.FlagOn
	case s.Percent.Hi > 0:
		s.State = ledger.FlagPartial
	case len(s.Groups) > 0:
		s.State = ledger.FlagTargeted
	default:
		s.State = ledger.FlagOff
	}
	return s
}

// treated sums the shares of the variants that count as the treatment.
func treated(parts []part, baseline []string) ledger.Share {
	var on, off ledger.Share
	for _, p := range parts {
		if p.variant == codeDefault || slices.Contains(baseline, p.variant) {
			off = off.Plus(p.share)
		} else {
			on = on.Plus(p.share)
		}
	}
	// Where the parts are intervals, both sums bound the share: what is surely
	// off cannot be on, and the rounding of thirds must not leave 99.99999 % of
	// a flag that has no off at all.
	return ledger.Share{Lo: max(on.Lo, ledger.Hundred-off.Hi), Hi: min(on.Hi, ledger.Hundred-off.Lo)}
}

// byValue gives what a population gets, each value once, sorted by name, so that
// two populations can be compared.
func byValue(parts []part, equal map[string]string) []part {
	var out []part
	for _, p := range parts {
		if p.share.Hi == 0 {
			continue
		}
		if name, ok := equal[p.variant]; ok {
			p.variant = name
		}
		if i := slices.IndexFunc(out, func(q part) bool { return q.variant == p.variant }); i >= 0 {
			out[i].share = out[i].share.Plus(p.share)
		} else {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(x, y part) int { return cmp.Compare(x.variant, y.variant) })
	return out
}

// equalVariants names each variant after the first one that has the same value.
func equalVariants(variants []variant) map[string]string {
	first := make(map[string]string, len(variants))
	out := make(map[string]string, len(variants))
	for _, v := range variants {
		value := valueText(v.value)
		if _, there := first[value]; !there {
			first[value] = v.name
		}
		out[v.name] = first[value]
	}
	return out
}

// valueText writes a value so that equal values have equal texts.
func valueText(n *decode.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString(strconv.Itoa(int(n.Kind)) + strconv.Quote(n.Text))
	for _, item := range n.Items {
		b.WriteString("[" + valueText(item) + "]")
	}
	for _, e := range n.Entries {
		b.WriteString("{" + strconv.Quote(e.Key) + valueText(e.Value) + "}")
	}
	return b.String()
}

// variant is a value that a flag can have, and its name.
type variant struct {
	name  string
	value *decode.Node
}

// baselineNames are those that authors give to the variant that changes nothing.
const baselineNames = " off false disabled control none default old legacy "

// baselineOf finds the variants that count as off, and says by which rule; see
// the package comment. natural is the format's own default, and served the
// variant that everybody gets now; "" where there is none.
func baselineOf(variants []variant, configured []string, natural, served string) (names []string, by string) {
	if len(variants) == 0 {
		return nil, ""
	}
	pick := func(rule func(v variant) bool) []string {
		var out []string
		for _, v := range variants {
			if rule(v) {
				out = append(out, v.name)
			}
		}
		slices.Sort(out)
		return out
	}
	booleans := len(pick(func(v variant) bool { return v.value.Is(decode.Bool) }))
	if booleans > 0 && booleans == len(variants) && len(configured) == 0 {
		return pick(func(v variant) bool { on, _ := v.value.Bool(); return !on }), "value"
	}
	if names := pick(func(v variant) bool { return slices.Contains(configured, v.name) }); len(names) > 0 {
		return names, "configured"
	}
	if names := pick(func(v variant) bool {
		return strings.Contains(baselineNames, " "+strings.ToLower(v.name)+" ")
	}); len(names) > 0 {
		return names, "name"
	}
	if names := pick(func(v variant) bool { return falsy(v.value) }); len(names) == 1 {
		return names, "falsy value"
	}
	if natural != "" {
		return pick(func(v variant) bool { return v.name == natural }), "the format's default"
	}
	return pick(func(v variant) bool { return v.name == served }), BaselineServedNow
}

// falsy reports whether a value stands for nothing.
func falsy(n *decode.Node) bool {
	switch {
	case n.IsNull():
		return true
	case n.Is(decode.Bool):
		on, _ := n.Bool()
		return !on
	case n.Is(decode.Number):
		r, ok := n.Number()
		return ok && r.Sign() == 0
	}
	return n.Text == "" && len(n.Items) == 0 && len(n.Entries) == 0
}

// mostServed is the one variant that everybody in an outcome gets, or "".
func mostServed(o outcome) string {
	if len(o.rest) == 1 && o.rest[0].variant != codeDefault {
		return o.rest[0].variant
	}
	return ""
}
