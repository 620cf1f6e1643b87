package flagfile

import (
	"regexp"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Waffle reads fixtures of django-waffle (waffle.readthedocs.io), in JSON or
// YAML: flags, switches and samples.
//
//   - model: waffle.flag
//     fields: {name: basket-v2, everyone: null, percent: "25.0", superusers: true, staff: false}
//
// What everyone says decides, when it says something. Else the rest are
// alternatives, and superusers are let in unless that is turned off: a flag with
// no fields is already on for somebody.
type Waffle struct{}

// Name is "waffle".
func (Waffle) Name() string { return "waffle" }

var waffleModel = regexp.MustCompile(`["']?model["']?\s*:\s*["']?waffle\.(flag|switch|sample)\b`)

// Match looks for the models.
func (Waffle) Match(_ string, head []byte) bool { return waffleModel.Match(head) }

// Effect is that of files which ship with the build.
func (Waffle) Effect() ledger.Effect { return ledger.EffectDeployment }

// Decode implements [Format].
func (Waffle) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		for _, doc := range r.documents(data) {
			if doc.IsNull() {
				continue
			}
			if !doc.Is(decode.List) {
				r.doubt(doc, "not-a-manifest", "a fixture is a list of objects", "want a list of objects, got %s", doc.Kind)
				continue
			}
			for _, n := range doc.Items {
				if model, _ := n.Get("model").Scalar(); strings.HasPrefix(model, "waffle.") {
					r.waffleObject(strings.TrimPrefix(model, "waffle."), n)
				}
			}
		}
	})
}

func (r *reading) waffleObject(model string, n *decode.Node) {
	fields := n.Get("fields")
	if !fields.Is(decode.Map) {
		r.doubt(n, "malformed-flag", "give it fields", "a %s has no fields", quote(model))
		return
	}
	key, ok := r.keyOf(fields, "name")
	if !ok {
		return
	}
	base := r.base(key, n)
	if note, ok := fields.Get("note").Str(); ok {
		base.Meta.Description = note
	}
	o := constant(serving(false), model)
	switch model {
	case "switch":
		active, ok := fields.Get("active").Bool()
		if !ok {
			r.doubt(fields, "unknown-state", "write active: true or false", "switch %s is neither active nor not", quote(key))
			r.unknown(base, "unknown state")
			return
		}
		o = constant(serving(active), "active")
	case "sample", "flag":
		if everyone, ok := fields.Get("everyone").Bool(); ok && model == "flag" {
			o = constant(serving(everyone), "everyone")
			break
		}
		if v := fields.Get("percent"); !v.IsNull() {
			share, ok := shareIn(v, 100)
			if !ok {
				r.doubt(v, "bad-percentage", "write a number from 0 to 100", "the percentage of flag %s cannot be read", quote(key))
				r.unknown(base, "percent")
				return
			}
			o.rules = append(o.rules, choice{via: "percent", parts: serving(true)}.take("percent", share))
		}
		if model == "flag" {
			o.rules = append(o.rules, wafflePeople(fields)...)
		}
	default:
		return // of another model of that application
	}
	r.emit(base, nil, o.logic())
}

// wafflePeople are those whom a flag names.
func wafflePeople(fields *decode.Node) []choice {
	var out []choice
	for _, who := range []struct {
		field, label string
		usual        bool
	}{{"superusers", "superusers", true}, {"staff", "staff", false}, {"authenticated", "those who are logged in", false}, {"testing", "testers", false}} {
		set, ok := fields.Get(who.field).Bool()
		if set || !ok && who.usual {
			out = append(out, choice{label: who.label, when: &cond{text: who.label}, parts: serving(true)})
		}
	}
	languages, _ := fields.Get("languages").Scalar()
	if list := strings.FieldsFunc(languages, func(r rune) bool { return r == ',' || r == ' ' }); len(list) > 0 {
		label := "language " + strings.Join(list, " or ")
		out = append(out, choice{label: cut(label), when: &cond{op: opIn, attr: "language", values: list}, parts: serving(true)})
	}
	for _, g := range itemsOf(fields.Get("groups")) {
		name := strings.Join(texts(g), " ") // by name, in natural keys; else by number
		if g.Is(decode.Number) {
			name = "group " + name
		}
		if name != "" {
			out = append(out, choice{label: cut(name), when: &cond{op: opIn, attr: "group", values: []string{name}}, parts: serving(true)})
		}
	}
	if users := itemsOf(fields.Get("users")); len(users) > 0 {
		label := counted(len(users), "user")
		out = append(out, choice{label: label, when: &cond{text: label}, parts: serving(true)})
	}
	return out
}
