package flagfile

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// cond is a condition on the evaluation context, in the one form that all
// formats' languages are brought to.
type cond struct {
	op     condOp
	attr   string   // of comparisons
	values []string // of comparisons; several for opIn
	kids   []cond   // of opAnd, opOr, opNot
	text   string   // of opOpaque and opCompare: how it reads
	// Of opTime: the condition begins to hold at the instant, or ends to.
	at     time.Time
	begins bool
}

type condOp uint8

const (
	opOpaque   condOp = iota // not understood: may be true or false
	opTrue                   // always
	opFalse                  // never
	opAnd                    // all kids
	opOr                     // one of the kids
	opNot                    // not the kid
	opIn                     // the attribute is one of the values
	opContains               // the attribute holds the value
	opStarts                 // the attribute begins with it
	opEnds                   // the attribute ends with it
	opPresent                // the attribute is there
	opCompare                // the attribute is compared in another way, told by text
	opTime                   // the clock is compared with an instant
)

// truth of a condition where only a part of the context is known.
type truth uint8

const (
	maybe truth = iota
	yes
	no
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// known is what is known of the context: one attribute's value, and the time.
type known struct {
	attr  string // "" when nothing is known
	value string // "" is a value that no rule mentions
	span  span   // in which the condition is asked; empty when no time is known
}

// decide evaluates a condition as far as it is known.
func (k known) decide(c cond) truth {
	switch c.op {
	case opTrue:
		return yes
	case opFalse:
		return no
	case opTime:
		switch {
		case !k.span.from.IsZero() && !k.span.from.Before(c.at):
			return truthOf(c.begins)
		case !k.span.to.IsZero() && !k.span.to.After(c.at):
			return truthOf(!c.begins)
		}
		return maybe
	case opNot:
		switch k.decide(c.kids[0]) {
		case yes:
			return no
		case no:
			return yes
		}
		return maybe
	case opAnd, opOr:
		stop, out := no, yes
		if c.op == opOr {
			stop, out = yes, no
		}
		for _, kid := range c.kids {
			switch t := k.decide(kid); t {
			case stop:
				return stop
			case maybe:
				out = maybe
			}
		}
		return out
	}
	if k.attr == "" || c.attr != k.attr {
		return maybe
	}
	return k.compare(c)
}

// compare decides a comparison of the attribute that is known.
func (k known) compare(c cond) truth {
	one := ""
	if len(c.values) > 0 {
		one = c.values[0]
	}
	switch c.op {
	case opIn:
		return truthOf(slices.Contains(c.values, k.value))
	case opPresent:
		return yes
	case opStarts:
		return truthOf(k.value != "" && strings.HasPrefix(k.value, one))
	case opEnds:
		return truthOf(k.value != "" && strings.HasSuffix(k.value, one))
	case opContains:
		return truthOf(k.value != "" && strings.Contains(k.value, one))
	}
	return maybe
}

// mentions collects the values with which a condition compares an attribute.
func (c cond) mentions(attr string, into map[string]bool) {
	if c.attr == attr && c.op == opIn {
		for _, v := range c.values {
			into[v] = true
		}
	}
	for _, kid := range c.kids {
		kid.mentions(attr, into)
	}
}

// without removes what is known to hold from a condition, so that the name of a
// group does not repeat the environment.
func (k known) without(c cond) cond {
	if c.op != opAnd {
		return c
	}
	kept := cond{op: opAnd}
	for _, kid := range c.kids {
		if k.decide(kid) != yes {
			kept.kids = append(kept.kids, k.without(kid))
		}
	}
	if len(kept.kids) == 1 {
		return kept.kids[0]
	}
	return kept
}

// groupAttributes are those whose value is itself the name of a group.
const groupAttributes = " group groups role roles segment segments cohort cohorts plan tier audience ring team usertype "

// label names the people whom a condition names. It is a name that a reader
// knows where there is one ("beta"), else the condition in words. Values that
// may tell who somebody is are counted, not shown.
func (c cond) label() string {
	s := c.words()
	const most = 80
	if r := []rune(s); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	return s
}

func (c cond) words() string {
	switch c.op {
	case opTrue:
		return "everybody"
	case opFalse:
		return "nobody"
	case opNot:
		kid := c.kids[0].words()
		if attr, value, ok := strings.Cut(kid, " is "); ok && c.kids[0].op == opIn && attr == c.kids[0].attr {
			return attr + " is not " + value
		}
		return "not " + kid
	case opAnd, opOr:
		var parts []string
		for _, kid := range c.kids {
			parts = append(parts, kid.words())
		}
		return strings.Join(parts, map[condOp]string{opAnd: " and ", opOr: " or "}[c.op])
	case opIn, opContains:
		return c.membership()
	case opStarts:
		return c.attr + " begins with " + masked(c.attr, c.values)
	case opEnds:
		return c.attr + " ends with " + masked(c.attr, c.values)
	case opPresent:
		return c.attr + " is given"
	case opTime:
		when := map[bool]string{true: "from ", false: "until "}[c.begins]
		return when + c.at.UTC().Format(time.RFC3339)
	}
	return maskedText(c.text)
}

func (c cond) membership() string {
	if len(c.values) == 1 {
		if c.values[0] == "true" && c.op == opIn {
			return c.attr
		}
		if c.values[0] == "false" && c.op == opIn {
			return "not " + c.attr
		}
		if strings.Contains(groupAttributes, " "+strings.ToLower(c.attr)+" ") {
			return c.values[0]
		}
	}
	if c.op == opContains {
		return c.attr + " holds " + masked(c.attr, c.values)
	}
	return c.attr + " is " + masked(c.attr, c.values)
}

// personal are the attributes whose values name a person or a customer.
const personal = " email mail user userid username id key targetingkey name ip account accountid customer customerid "

// masked shows a single value that names nobody, and counts all others.
func masked(attr string, values []string) string {
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-.", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, attr)
	whole := len(values) == 1 && strings.Index(values[0], "@") > 0
	if len(values) == 1 && !whole && (!strings.Contains(personal, " "+plain+" ") || strings.HasPrefix(values[0], "@")) {
		return values[0]
	}
	if len(values) == 1 {
		return "one value"
	}
	return "one of " + strconv.Itoa(len(values)) + " values"
}

// maskedText removes addresses from a text that is not understood.
func maskedText(s string) string {
	words := strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s))
	for i, w := range words {
		if strings.Index(w, "@") > 1 {
			words[i] = "…"
		}
	}
	return strings.Join(words, " ")
}
