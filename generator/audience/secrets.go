package audience

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// collect lists all strings and commits of the full ledger and of its facts that
// name something, with the extra ones, each once in the order of the ledger.
func collect(in AuditInput) []Secret {
	c := newCollector()
	c.walk(reflect.ValueOf(in.Full).Elem(), "")
	if in.Facts != nil {
		c.walk(reflect.ValueOf(in.Facts).Elem(), "")
	}
	for i := range in.Full.Changes {
		// People read a title without its type and number: it leaks like that too.
		if f := in.Public.Rules().Headline; f != nil {
			c.add("title", f(&in.Full.Changes[i]))
		}
	}
	c.out = append(c.out, in.Extra...)
	return slices.DeleteFunc(c.out, func(s Secret) bool { return strings.TrimSpace(s.Text) == "" })
}

// collector gathers secrets, each commit and each text once: a ledger names the
// same commit in many places.
type collector struct {
	out    []Secret
	hashes map[ledger.Hash]bool
	seen   map[Secret]bool
}

func newCollector() *collector {
	return &collector{hashes: map[ledger.Hash]bool{}, seen: map[Secret]bool{}}
}

func (c *collector) add(kind, text string) {
	s := Secret{kind, text}
	if !c.seen[s] {
		c.seen[s] = true
		c.out = append(c.out, s)
	}
}

// hash takes a value that is a commit, and reports whether it is one.
func (c *collector) hash(v reflect.Value, kind string) bool {
	if v.Type() != reflect.TypeFor[ledger.Hash]() {
		return false
	}
	if h := v.Interface().(ledger.Hash); !h.IsZero() && !c.hashes[h] {
		c.hashes[h] = true
		c.add(kind, h.String())
	}
	return true
}

// kindOfField names the fields of the ledger that hold words of a repository. By
// reflection a field that is new is audited as soon as it is there, under its
// own name.
func kindOfField(field string) string {
	switch field {
	case "Title":
		return "title"
	case "Body", "Text", "Message", "Description":
		return "body"
	case "Key", "Flag":
		return "flag"
	case "Commit", "Commits", "Revision", "Backports", "Backport", "RevertedBy", "Reverts":
		return "commit"
	case "Aliases", "Changes", "Gained", "Lost":
		return "change"
	}
	return strings.ToLower(field)
}

// silent are the fields that say what sort of thing it is, or how something was
// found: their values are words that stand in any text. The scope of a commit
// and the slot of a deployment are such words too: "cart", "blue".
func silent(field string) bool {
	switch field {
	case "Schema", "Type", "Scope", "Kind", "Via", "As", "Rule", "Hint", "Slot", "Variant", "Variants", "RetiredAs":
		return true
	}
	return false
}

// named lists the string types whose values come from a repository. All other
// string types of the ledger are enumerations.
func named(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[string](), reflect.TypeFor[ledger.VersionName](), reflect.TypeFor[ledger.EnvironmentName](),
		reflect.TypeFor[ledger.ComponentName](), reflect.TypeFor[ledger.FlagKey](), reflect.TypeFor[ledger.RepositoryName](),
		reflect.TypeFor[ledger.ChangeID]():
		return true
	}
	return false
}

// walk collects below a value; field is the name of the field that holds it.
func (c *collector) walk(v reflect.Value, field string) {
	if c.hash(v, "commit") {
		return
	}
	switch v.Kind() {
	case reflect.String:
		switch {
		case silent(field) || !named(v.Type()):
		case v.Type() == reflect.TypeFor[ledger.ChangeID]():
			c.add("commit", v.String())
		default:
			c.add(kindOfField(field), v.String())
		}
	case reflect.Pointer:
		if !v.IsNil() {
			c.walk(v.Elem(), field)
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[[]ledger.Commit]() {
			return // those that are changes are in the ledger, and no site shows others
		}
		for i := range v.Len() {
			c.walk(v.Index(i), field)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			c.walk(it.Key(), "Environment")
			c.walk(it.Value(), field)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if name == "Name" { // whose name it is, says the type around it
				name = strings.TrimPrefix(strings.TrimSuffix(v.Type().Name(), "Text"), "Change")
				if v.Type() == reflect.TypeFor[ledger.GroupShare]() {
					name = "Group"
				}
			}
			c.walk(v.Field(i), name)
		}
	}
}

// words collects all strings of a value, those of every type: to tell what is
// public no string is too common.
func (c *collector) words(v reflect.Value) {
	if c.hash(v, "") {
		return
	}
	switch v.Kind() {
	case reflect.String:
		c.add("", v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			c.words(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.words(v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			c.words(it.Key())
			c.words(it.Value())
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			c.words(v.Field(i))
		}
	}
}

// common are words that a site says of itself and that repositories use as
// names, too: to find them proves nothing.
func common(folded string) bool {
	const words = " production staging testing development other test live main master trunk default release releases version versions " +
		"deployment deployments deployed released dark limited flag flags change changes environment environments feature features " +
		"beta users user everyone admin root unknown none true false null site page team customers published latest next "
	return strings.Contains(words, " "+folded+" ")
}
