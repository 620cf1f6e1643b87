package flagfile

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// ordered is a flag whose rules are asked in their order, and the first that
// takes somebody decides for them: the form of most formats. Rules that are
// alternatives are the same with one value.
type ordered struct {
	rules []choice
	rest  []part // for whom no rule takes
	via   string // the field that gives rest
}

// choice is a rule: whom it names, the share of them that it takes, and what
// they get.
type choice struct {
	when   *cond  // nil names everybody
	except []cond // whom it passes over all the same
	label  string
	// People are counted by an axis: those from from to below to are taken, those
	// from to to below most perhaps. Rules of one axis cut the same line, of two
	// rules on different axes nothing is known about the overlap. "" takes all.
	axis           string
	from, to, most ledger.Percent
	parts          []part
	via            string
}

// take makes c take the first part of an axis; all of it needs none.
func (c choice) take(axis string, s ledger.Share) choice {
	if s.Lo < ledger.Hundred {
		c.axis, c.from, c.to, c.most = axis, 0, s.Lo, s.Hi
	}
	return c
}

// given and withheld are what they get who have a flag without variants, and who
// do not have it. Like codeDefault, they cannot be names of variants.
const (
	given    = "\x00given"
	withheld = "\x00withheld"
)

// serving gives the parts of a switch.
func serving(value bool) []part {
	if value {
		return everyone(given)
	}
	return everyone(withheld)
}

// constant serves the same to everybody.
func constant(parts []part, via string) ordered { return ordered{rest: parts, via: via} }

// logic is what emit asks.
func (o ordered) logic() flagLogic {
	return flagLogic{instants: o.instants, outcome: o.outcome, cost: o.cost(), mentions: o.mentions, off: []string{withheld}}
}

// cost is what one outcome takes, in steps as those of other formats: each group
// looks along the axes at all rules that name nobody, and conditions are read.
func (o ordered) cost() int {
	groups, cuts, open, words := 1, 0, 1, 0
	variants := map[string]bool{}
	for _, c := range o.rules {
		if c.when == nil {
			open++
		} else {
			groups++
		}
		if c.axis != "" {
			cuts++
		}
		groups += len(c.except)
		for _, p := range c.parts {
			variants[p.variant] = true
		}
	}
	o.conditions(func(c cond) { words += c.size() })
	steps := groups * open
	if cuts > 0 {
		steps *= (3*cuts + maxAxes) * (1 + len(variants))
	}
	const quick = 16 // of these steps are one of others
	return 1 + (steps+words)/quick
}

// size is the number of comparisons and values in a condition.
func (c cond) size() int {
	n := 1 + len(c.values)
	for _, kid := range c.kids {
		n += kid.size()
	}
	return n
}

// id writes a condition so that equal ones have equal texts.
func (c cond) id(b *strings.Builder) {
	b.WriteByte(byte('a' + c.op))
	b.WriteString(strconv.Quote(c.attr))
	for _, v := range c.values {
		b.WriteString(strconv.Quote(v))
	}
	switch c.op {
	case opOpaque, opCompare:
		b.WriteString(strconv.Quote(c.text))
	case opTime:
		b.WriteString(strconv.FormatInt(c.at.UnixNano(), 10) + strconv.FormatBool(c.begins))
	}
	b.WriteByte('(')
	for _, kid := range c.kids {
		kid.id(b)
	}
	b.WriteByte(')')
}

func (o ordered) conditions(visit func(cond)) {
	for _, c := range o.rules {
		if c.when != nil {
			visit(*c.when)
		}
		for _, e := range c.except {
			visit(e)
		}
	}
}

func (o ordered) mentions(attr string, into map[string]bool) {
	o.conditions(func(c cond) { c.mentions(attr, into) })
}

func (o ordered) instants() []time.Time {
	var out []time.Time
	o.conditions(func(c cond) { out = c.instants(out) })
	return out
}

// instants adds those at which a condition on the clock changes.
func (c cond) instants(to []time.Time) []time.Time {
	if c.op == opTime {
		to = append(to, c.at)
	}
	for _, kid := range c.kids {
		to = kid.instants(to)
	}
	return to
}

// asked is a choice whose conditions are decided as far as they are known; who
// and but stand for the conditions that are left, "" for none.
type asked struct {
	choice
	who string
	but []string
}

// outcome walks the rules: once for those whom no condition names, and once for
// each group of people whom one does, taken to be in no other.
func (o ordered) outcome(s span, k known) outcome {
	k.span = s
	var list []asked
	var ids []string // of the groups, in the order of first mention
	labels := map[string]string{}
	group := func(c cond, label string) string {
		c = k.without(c)
		var text strings.Builder
		c.id(&text)
		id := text.String()
		if _, there := labels[id]; !there {
			ids = append(ids, id)
			labels[id] = cmp.Or(label, c.label())
		}
		return id
	}
	for _, c := range o.rules {
		a := asked{choice: c}
		if c.when != nil {
			switch k.decide(*c.when) {
			case no:
				continue
			case maybe:
				a.who = group(*c.when, c.label)
			}
		}
		skipped := false
		for _, e := range c.except {
			switch k.decide(e) {
			case yes:
				skipped = true
			case maybe:
				a.but = append(a.but, group(e, ""))
			}
		}
		if skipped {
			continue
		}
		list = append(list, a)
		if a.axis == "" && a.who == "" && len(a.but) == 0 {
			break // what comes after is never asked
		}
	}
	out := outcome{rest: o.walk(list, ""), via: o.via}
	for _, a := range list {
		if a.who == "" && a.via != "" {
			out.via = a.via
			break
		}
	}
	for _, id := range ids {
		out.rules = append(out.rules, rule{labels[id], o.walk(list, id)})
	}
	return out
}

// walk gives what the members of a group get; those of no group with who "".
func (o ordered) walk(list []asked, who string) []part {
	var asks []choice
	var axes []string
	for _, a := range list {
		if a.who != "" && a.who != who || slices.Contains(a.but, who) {
			continue
		}
		asks = append(asks, a.choice)
		if a.axis == "" {
			break
		}
		if !slices.Contains(axes, a.axis) {
			axes = append(axes, a.axis)
		}
	}
	if len(axes) == 0 {
		if len(asks) > 0 {
			return asks[0].parts
		}
		return o.rest
	}
	// What is true of every axis is true: each gives bounds of its own.
	out := o.along(asks, axes[0])
	for _, axis := range axes[1:min(len(axes), maxAxes)] {
		for i, p := range o.along(asks, axis) {
			out[i].share = ledger.Share{Lo: max(out[i].share.Lo, p.share.Lo), Hi: min(out[i].share.Hi, p.share.Hi)}
		}
	}
	return slices.DeleteFunc(out, func(p part) bool { return p.share.Hi == 0 })
}

// maxAxes bounds how many axes are looked along; more would only tighten bounds.
const maxAxes = 8

// along cuts one axis into pieces on which each of its rules surely, perhaps or
// never takes everybody, and sums what the pieces get. The parts are those of
// all rules, in one order whatever the axis.
func (o ordered) along(asks []choice, axis string) []part {
	ends := []ledger.Percent{0, ledger.Hundred}
	var out []part
	names := map[string]bool{}
	mention := func(parts []part) {
		for _, p := range parts {
			if !names[p.variant] {
				names[p.variant] = true
				out = append(out, part{variant: p.variant})
			}
		}
	}
	for _, c := range asks {
		if c.axis == axis {
			ends = append(ends, c.from, c.to, c.most)
		}
		mention(c.parts)
	}
	mention(o.rest)
	slices.Sort(ends)
	ends = slices.Compact(ends)
	for i := 0; i+1 < len(ends); i++ {
		from, to := ends[i], ends[i+1]
		if from < 0 || to > ledger.Hundred {
			continue
		}
		var perhaps []choice
		sure := o.rest
		for _, c := range asks {
			switch {
			case c.axis == "", c.axis == axis && c.from <= from && to <= c.to:
				sure = c.parts
			case c.axis != axis, c.from <= from && to <= c.most:
				perhaps = append(perhaps, c)
				continue
			default:
				continue
			}
			break
		}
		for n := range out {
			out[n].share = out[n].share.Plus(pieceShare(out[n].variant, to-from, perhaps, sure))
		}
	}
	return out
}

// pieceShare bounds what a variant gets of a piece that some rules may take a
// part of before another takes the rest.
func pieceShare(variant string, width ledger.Percent, perhaps []choice, sure []part) ledger.Share {
	whole := ledger.Exactly(width)
	last := whole.Times(variantShare(variant, sure))
	least, most := last, last
	for _, c := range perhaps {
		own := variantShare(variant, c.parts)
		taken := ledger.Exactly(min(width, c.most-c.from))
		rest := variantShare(variant, sure)
		if own.Hi > rest.Hi {
			most.Hi += ledger.Exactly(own.Hi - rest.Hi).Times(taken).Hi
		}
		if own.Lo < rest.Lo {
			least.Lo -= ledger.Exactly(rest.Lo - own.Lo).Times(taken).Hi
		}
	}
	return ledger.Share{Lo: max(least.Lo, 0), Hi: min(most.Hi, width)}
}

func variantShare(variant string, parts []part) ledger.Share {
	var s ledger.Share
	for _, p := range parts {
		if p.variant == variant {
			s = s.Plus(p.share)
		}
	}
	return s
}

// dead gives the first rule that nobody reaches, since one before it takes
// everybody; -1 when there is none.
func (o ordered) dead() int {
	for i, c := range o.rules {
		whole := c.axis == "" || c.from == 0 && c.to == ledger.Hundred
		if c.when == nil && len(c.except) == 0 && whole && i+1 < len(o.rules) {
			return i + 1
		}
	}
	return -1
}
