package flagfile

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// shareIn reads a number, or a text that is one, as a share where hundred stands
// for everybody. What is below 0 or above hundred is none.
func shareIn(n *decode.Node, hundred int64) (ledger.Share, bool) {
	v, ok := numberIn(n)
	if !ok {
		return ledger.Share{}, false
	}
	v = v.Quo(v, big.NewRat(hundred, 1))
	if v.Sign() < 0 || v.Cmp(big.NewRat(1, 1)) > 0 {
		return ledger.Share{}, false
	}
	return shareOf(v), true
}

// numberIn reads a number, or a text that is one and may end in a percent sign.
func numberIn(n *decode.Node) (*big.Rat, bool) {
	text, ok := n.Scalar()
	if !ok || n.Is(decode.Bool) {
		return nil, false
	}
	return decode.ParseNumber(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%")))
}

// switchIn reads true or false, also as a text or as 1 and 0.
func switchIn(n *decode.Node) (value, ok bool) {
	text, ok := n.Scalar()
	if !ok {
		return false, false
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}

// named makes a variant of which only the name is known.
func named(name string) variant {
	return variant{name, &decode.Node{Kind: decode.String, Text: name, Quoted: true}}
}

// valueName writes a value of a format whose variants have no names.
func valueName(n *decode.Node) string {
	if n.IsNull() {
		return "null"
	}
	if text, ok := n.Scalar(); ok {
		return cut(text)
	}
	var b strings.Builder
	writeValue(&b, n)
	return cut(b.String())
}

// writeValue writes a value as JSON on one line.
func writeValue(b *strings.Builder, n *decode.Node) {
	const most = 400 // more than anybody sees
	switch {
	case b.Len() > most:
	case n.IsNull():
		b.WriteString("null")
	case n.Is(decode.String):
		b.WriteString(strconv.Quote(n.Text))
	case n.Is(decode.List):
		for i, item := range n.Items {
			b.WriteString(map[bool]string{true: "[", false: ","}[i == 0])
			writeValue(b, item)
		}
		b.WriteString(map[bool]string{true: "[]", false: "]"}[len(n.Items) == 0])
	case n.Is(decode.Map):
		b.WriteString("{")
		for i, e := range n.Entries {
			b.WriteString(map[bool]string{false: ","}[i == 0] + strconv.Quote(e.Key) + ":")
			writeValue(b, e.Value)
		}
		b.WriteString("}")
	default:
		b.WriteString(n.Text)
	}
}

// values collects the variants of a format that has values and no names; equal
// values are one variant.
type values struct{ list []variant }

// add gives the name of a value.
func (v *values) add(n *decode.Node) string {
	text := valueText(n)
	for _, have := range v.list {
		if valueText(have.value) == text {
			return have.name
		}
	}
	name := valueName(n)
	for slices.ContainsFunc(v.list, func(have variant) bool { return have.name == name }) {
		name += "'" // of another kind: "1" and 1
	}
	v.list = append(v.list, variant{name, n})
	return name
}

// unknown adds a flag whose state the file does not tell.
func (r *reading) unknown(base Setting, via string) {
	base.Setting = ledger.Setting{State: ledger.FlagUnknown, Percent: ledger.Undecided(), Via: via}
	if base.Environment == "" {
		base.Environment = r.Environment
	}
	r.settings = append(r.settings, base)
}

// base is the beginning of a flag's setting.
func (r *reading) base(key string, n *decode.Node) Setting {
	return Setting{Key: ledger.FlagKey(key), Origin: r.origin(n.Line, n.Col)}
}

// notMap reports an entry that is no map, and whether it is none.
func (r *reading) notMap(key string, n *decode.Node) bool {
	if n.Is(decode.Map) {
		return false
	}
	r.doubt(n, "malformed-flag", "", "flag %s is %s where a map is wanted", quote(key), n.Kind)
	return true
}

// keyOf gives the key that a flag in a list has under a name, and reports one
// that has none.
func (r *reading) keyOf(n *decode.Node, name string) (string, bool) {
	key, ok := n.Get(name).Scalar()
	if !ok || key == "" {
		r.doubt(n, "malformed-flag", "say which flag it is", "a flag in the list has no %s", name)
		return "", false
	}
	return key, true
}

// counted is a number of things: "3 addresses".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "s") {
		return strconv.Itoa(n) + " " + noun + "es"
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// itemsOf gives the items of a list, and none of anything else.
func itemsOf(n *decode.Node) []*decode.Node {
	if !n.Is(decode.List) {
		return nil
	}
	return n.Items
}
