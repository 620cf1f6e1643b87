package flagfile

import (
	"fmt"
	"math/big"
	"regexp"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// ConfigCat reads the configuration files of ConfigCat, version 6
// (github.com/configcat/config-json), whose keys have one letter:
//
//	{"f": {"basket-v2": {"t": 0, "v": {"b": false},
//	  "r": [{"c": [{"u": {"a": "Email", "c": 2, "l": ["@shop.example"]}}], "s": {"v": {"b": true}}}],
//	  "p": [{"p": 25, "v": {"b": true}}, {"p": 75, "v": {"b": false}}]}}}
//
// f are the flags: r their rules, of which the conditions c must all hold, p
// their split, v the value for the rest. Values that conditions compare may be
// hashed, and are never shown. A rule that asks for another flag may take
// anybody.
type ConfigCat struct{}

// Name is "configcat".
func (ConfigCat) Name() string { return "configcat" }

var (
	configcatFlags = regexp.MustCompile(`["']f["']\s*:\s*\{`)
	configcatValue = regexp.MustCompile(`["']v["']\s*:\s*\{\s*["'][bsid]["']\s*:`)
)

// Match looks for flags of one letter with values of one letter.
func (ConfigCat) Match(_ string, head []byte) bool {
	return configcatFlags.Match(head) && configcatValue.Match(head)
}

// Decode implements [Format].
func (ConfigCat) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		for _, doc := range r.documents(data) {
			if doc.IsNull() {
				continue
			}
			flags := doc.Get("f")
			if !flags.Is(decode.Map) {
				r.doubt(doc, "not-a-manifest", "give it a map f of flags", "the document has no flags")
				continue
			}
			for _, e := range lastOf(flags.Entries) {
				r.configcatFlag(doc, e)
			}
		}
	})
}

func (r *reading) configcatFlag(doc *decode.Node, e decode.Entry) {
	base := Setting{Key: ledger.FlagKey(e.Key), Origin: r.origin(e.Line, e.Col)}
	var v values
	rest, ok := configcatPlain(e.Value, &v)
	if !ok {
		r.report(e.Line, e.Col, ledger.LevelWarning, "malformed-flag", "flag "+quote(e.Key)+" has no value that can be read", "give it a v with b, s, i or d")
		r.unknown(base, brokenDefinition)
		return
	}
	natural := v.list[0].name
	o := constant(rest, "value")
	if split, ok := r.configcatSplit(e.Key, e.Value.Get("p"), &v); ok {
		o.rest, o.via = split, "percentages"
	}
	for i, n := range itemsOf(e.Value.Get("r")) {
		c := configcatConditions(doc, n.Get("c"), i)
		c.via = "rules"
		var ok bool
		if c.parts, ok = configcatPlain(n.Get("s"), &v); !ok {
			c.parts, ok = r.configcatSplit(e.Key, n.Get("p"), &v)
		}
		if !ok {
			r.doubt(n, "malformed-flag", "give it s with a value, or p with percentages", "a rule of flag %s serves nothing", quote(e.Key))
			continue
		}
		o.rules = append(o.rules, c)
	}
	l := o.logic()
	l.natural = natural
	r.emit(base, v.list, l)
}

// configcatPlain reads {"v": {"b": true}}.
func configcatPlain(n *decode.Node, v *values) ([]part, bool) {
	for _, kind := range []string{"b", "s", "i", "d"} {
		if value := n.Get("v", kind); value != nil {
			return everyone(v.add(value)), true
		}
	}
	return nil, false
}

// configcatSplit reads a list of {"p": share, "v": value}; false when there is
// none.
func (r *reading) configcatSplit(key string, n *decode.Node, v *values) ([]part, bool) {
	var weights []weight
	total := new(big.Rat)
	for _, item := range itemsOf(n) {
		amount, ok := numberIn(item.Get("p"))
		parts, okValue := configcatPlain(item, v)
		if !ok || !okValue || amount.Sign() < 0 {
			r.doubt(item, "bad-percentage", "give it p and v", "a share of flag %s cannot be read", quote(key))
			return everyone(codeDefault), true
		}
		total.Add(total, amount)
		weights = append(weights, weight{parts[0].variant, amount})
	}
	if len(weights) == 0 {
		return nil, false
	}
	if total.Cmp(big.NewRat(100, 1)) != 0 {
		r.doubt(n, "bad-percentage", "shares are 100 in all", "the shares of flag %s are not 100 in all", quote(key))
		return everyone(codeDefault), true
	}
	return split(weights), true
}

// configcatConditions reads conditions, all of which must hold.
func configcatConditions(doc, n *decode.Node, number int) choice {
	var c choice
	var all []cond
	segments := itemsOf(doc.Get("s"))
	for _, item := range itemsOf(n) {
		if user := item.Get("u"); user.Is(decode.Map) {
			all = append(all, configcatUser(user))
			continue
		}
		if s := item.Get("s"); s.Is(decode.Map) {
			i, ok := s.Get("s").Int()
			name := "segment"
			if ok && i >= 0 && i < int64(len(segments)) {
				name, _ = segments[i].Get("n").Scalar()
			}
			in := cond{text: name}
			if op, _ := s.Get("c").Int(); op == 1 {
				in = cond{op: opNot, kids: []cond{in}}
			}
			all = append(all, in)
			continue
		}
		// Another flag: who has it is not worked out.
		c = choice{}.take(fmt.Sprintf("flags of rule %d", number), ledger.Undecided()).with(c)
	}
	if len(all) > 0 {
		c.when = &cond{op: opAnd, kids: all}
	}
	return c
}

// configcatUser reads a comparison of a field of the user. The comparators are
// numbers; those that compare hashes tell nothing but the field.
func configcatUser(n *decode.Node) cond {
	attr, _ := n.Get("a").Scalar()
	op, _ := n.Get("c").Int()
	list := texts(n.Get("l"))
	value, _ := n.Get("s").Scalar()
	not := func(c cond) cond { return cond{op: opNot, kids: []cond{c}} }
	some := func(kind condOp) cond {
		out := cond{op: opOr}
		for _, v := range list {
			out.kids = append(out.kids, cond{op: kind, attr: attr, values: []string{v}})
		}
		return out
	}
	switch op {
	case 0:
		return cond{op: opIn, attr: attr, values: list}
	case 1:
		return not(cond{op: opIn, attr: attr, values: list})
	case 2:
		return some(opContains)
	case 3:
		return not(some(opContains))
	case 28:
		return cond{op: opIn, attr: attr, values: []string{value}}
	case 29:
		return not(cond{op: opIn, attr: attr, values: []string{value}})
	case 30:
		return some(opStarts)
	case 31:
		return not(some(opStarts))
	case 32:
		return some(opEnds)
	case 33:
		return not(some(opEnds))
	case 18, 19:
		if seconds, ok := n.Get("d").Int(); ok && attr == "$now" {
			return cond{op: opTime, at: time.Unix(seconds, 0).UTC(), begins: op == 19}
		}
	case 16, 17, 20, 21, 22, 23, 24, 25, 26, 27:
		return cond{op: opCompare, attr: attr, text: attr + " is a hidden value"}
	}
	return cond{op: opCompare, attr: attr, text: attr + " is a certain value"}
}
