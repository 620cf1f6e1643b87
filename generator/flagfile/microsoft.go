package flagfile

import (
	"path"
	"regexp"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Microsoft reads the flags in the settings of Microsoft's feature management
// (learn.microsoft.com, feature-management), in both schemas, in JSON with
// comments:
//
//	{"FeatureManagement": {"Basket": true, "Search": {"EnabledFor": [
//	    {"Name": "Microsoft.Percentage", "Parameters": {"Value": 25}}]}}}
//	{"feature_management": {"feature_flags": [{"id": "Basket", "enabled": true,
//	    "conditions": {"client_filters": []}}]}}
//
// Filters are alternatives, unless the requirement type is All. Windows of time
// become the plan. In the older schema a flag enabled for an empty list of
// filters is off, in the newer one it is on. A variant with the status override
// Disabled turns an enabled flag off.
//
// The environment is that of the file's name, appsettings.Production.json, where
// the settings tell none; appsettings.json is for all others.
type Microsoft struct{}

// Name is "microsoft".
func (Microsoft) Name() string { return "microsoft" }

var (
	microsoftRoot  = regexp.MustCompile(`(^|[\s{,"'])(FeatureManagement|feature_management)["']?\s*:`)
	microsoftLayer = regexp.MustCompile(`(?i)^appsettings\.([a-z0-9_-]+)\.(json|jsonc|ya?ml)$`)
)

// Match looks for the section of the settings that holds the flags.
func (Microsoft) Match(_ string, head []byte) bool { return microsoftRoot.Match(head) }

// Effect is that of files which ship with the build.
func (Microsoft) Effect() ledger.Effect { return ledger.EffectDeployment }

// Decode implements [Format].
func (Microsoft) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		r.comments = true
		if found := microsoftLayer.FindStringSubmatch(path.Base(r.path)); found != nil && r.Options.Environment == "" {
			r.Options.Environment = ledger.EnvironmentName(strings.ToLower(found[1]))
		}
		for _, doc := range r.documents(data) {
			for _, name := range []string{"FeatureManagement", "feature_management"} {
				section := doc.Get(name)
				if section.IsNull() {
					continue
				}
				if !section.Is(decode.Map) {
					r.doubt(section, "not-a-manifest", "", "%s is %s where a map is wanted", name, section.Kind)
					continue
				}
				for _, e := range lastOf(section.Entries) {
					if e.Key == "feature_flags" && e.Value.Is(decode.List) {
						r.microsoftList(e.Value)
					} else if name == "FeatureManagement" {
						r.microsoftOld(e)
					}
				}
			}
		}
	})
}

// microsoftOld reads a flag of the older schema: true, false, or what it is
// enabled for.
func (r *reading) microsoftOld(e decode.Entry) {
	base := Setting{Key: ledger.FlagKey(e.Key), Origin: r.origin(e.Line, e.Col)}
	if enabled, ok := switchIn(e.Value); ok {
		r.emit(base, nil, constant(serving(enabled), "enabled").logic())
		return
	}
	list := e.Value.Get("EnabledFor")
	if !list.Is(decode.List) {
		r.doubt(e.Value, "unknown-state", "write true, false, or EnabledFor with a list of filters", "flag %s is neither true nor false, and enabled for nothing", quote(e.Key))
		r.unknown(base, "unknown state")
		return
	}
	o := constant(serving(false), "no filter")
	kind, _ := e.Value.Get("RequirementType").Scalar()
	for _, c := range r.microsoftFilters(e.Key, list.Items, kind) {
		c.parts = serving(true)
		o.rules = append(o.rules, c)
	}
	r.emit(base, nil, o.logic())
}

// microsoftList reads the flags of the newer schema.
func (r *reading) microsoftList(list *decode.Node) {
	for _, n := range list.Items {
		key, ok := r.keyOf(n, "id")
		if !ok {
			continue
		}
		base := r.base(key, n)
		for _, name := range []string{"description", "display_name"} {
			if text, ok := n.Get(name).Str(); ok && base.Meta.Description == "" {
				base.Meta.Description = text
			}
		}
		enabled := false
		if v := n.Get("enabled"); !v.IsNull() {
			if enabled, ok = switchIn(v); !ok {
				r.doubt(v, "unknown-state", "write true or false", "flag %s: enabled is neither true nor false", quote(key))
				r.unknown(base, "unknown state")
				continue
			}
		}
		r.microsoftNew(base, n, enabled)
	}
}

// microsoftNew walks the filters, and for those whom they let in, who gets which
// variant.
func (r *reading) microsoftNew(base Setting, n *decode.Node, enabled bool) {
	a := r.microsoftAllocation(string(base.Key), n)
	filters := n.Get("conditions", "client_filters")
	o := constant(a.disabled(), "no filter")
	switch {
	case !enabled:
		o = constant(serving(false), "enabled")
	case !filters.Is(decode.List) || len(filters.Items) == 0:
		o.rules = a.within(choice{via: "enabled"})
	default:
		kind, _ := n.Get("conditions", "requirement_type").Scalar()
		for _, c := range r.microsoftFilters(string(base.Key), filters.Items, kind) {
			o.rules = append(o.rules, a.within(c)...)
		}
	}
	l := o.logic()
	l.switched, l.off = true, append(l.off, a.off...)
	r.emit(base, a.variants, l)
}

// allocation says which variant they get for whom a flag is enabled.
type allocation struct {
	variants []variant
	off      []string // variants that turn the flag off
	on       []string // variants that turn it on where the filters do not
	named    []choice // by user or group
	rest     []part
	without  string // the variant where the flag is disabled, or ""
}

func (r *reading) microsoftAllocation(key string, n *decode.Node) allocation {
	a := allocation{rest: serving(true)}
	if list := n.Get("variants"); list.Is(decode.List) {
		for _, v := range list.Items {
			name, ok := v.Get("name").Scalar()
			if !ok {
				r.doubt(v, "malformed-flag", "give it a name", "a variant of flag %s has no name", quote(key))
				continue
			}
			value := v.Get("configuration_value")
			if value.IsNull() {
				value = named(name).value
			}
			a.variants = append(a.variants, variant{name, value})
			switch status, _ := v.Get("status_override").Scalar(); status {
			case "Disabled":
				a.off = append(a.off, name)
			case "Enabled":
				a.on = append(a.on, name)
			}
		}
	}
	where := n.Get("allocation")
	if name, ok := where.Get("default_when_enabled").Scalar(); ok {
		a.rest = everyone(name)
	}
	a.without, _ = where.Get("default_when_disabled").Scalar()
	a.percentiles(where.Get("percentile"))
	a.people(where.Get("user"), "users", "user")
	a.people(where.Get("group"), "groups", "group")
	return a
}

// percentiles splits those whom no name does.
func (a *allocation) percentiles(n *decode.Node) {
	if !n.Is(decode.List) {
		return
	}
	o := ordered{rest: a.rest}
	for _, item := range n.Items {
		name, _ := item.Get("variant").Scalar()
		from, ok1 := shareIn(item.Get("from"), 100)
		to, ok2 := shareIn(item.Get("to"), 100)
		if ok1 && ok2 && from.Lo < to.Hi {
			o.rules = append(o.rules, choice{axis: "percentile", from: from.Lo, to: to.Lo, most: to.Hi, parts: everyone(name)})
		}
	}
	a.rest = o.outcome(span{}, known{}).rest
}

func (a *allocation) people(n *decode.Node, field, attr string) {
	if !n.Is(decode.List) {
		return
	}
	for _, item := range n.Items {
		name, _ := item.Get("variant").Scalar()
		if list := texts(item.Get(field)); len(list) > 0 {
			a.named = append(a.named, people(attr, list, everyone(name)))
		}
	}
}

// people is a rule for those whom a list names: users are counted, a group has a
// name.
func people(attr string, list []string, parts []part) choice {
	c := choice{when: &cond{op: opIn, attr: attr, values: list}, parts: parts}
	if attr != "group" {
		c.label = counted(len(list), attr)
	}
	return c
}

// within makes the rules for those whom c takes.
func (a allocation) within(c choice) []choice {
	var out []choice
	for _, inner := range a.named {
		out = append(out, c.and(inner))
	}
	c.parts = a.rest
	return append(out, c)
}

// disabled is what they get for whom the flag is disabled.
func (a allocation) disabled() []part {
	for _, name := range a.on {
		if name == a.without {
			return everyone(name)
		}
	}
	return serving(false)
}
