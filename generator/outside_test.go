package generator

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/generator/audience"
	"daylight/generator/docs"
	"daylight/generator/glossary"
	"daylight/generator/ledger"
)

// sealed are the types that only a reduction makes. What they hold cannot be
// handed in by anybody else, since their fields have no name outside their
// packages.
func sealed() []reflect.Type {
	return []reflect.Type{
		reflect.TypeFor[audience.Public](), reflect.TypeFor[docs.Public](),
		reflect.TypeFor[audience.Shown[glossary.Term]](), reflect.TypeFor[audience.Shown[termEvent]](),
	}
}

// withheld are the types that hold what not everybody may see.
func withheld() []reflect.Type {
	return []reflect.Type{
		reflect.TypeFor[ledger.Ledger](), reflect.TypeFor[ledger.Facts](), reflect.TypeFor[ledger.Change](), reflect.TypeFor[ledger.Flag](),
		reflect.TypeFor[ledger.Deployment](), reflect.TypeFor[ledger.Environment](), reflect.TypeFor[ledger.Problem](),
		reflect.TypeFor[Result](), reflect.TypeFor[Project](), reflect.TypeFor[Opened](), reflect.TypeFor[docs.Library](), reflect.TypeFor[docs.Edition](),
		reflect.TypeFor[glossary.Term](), reflect.TypeFor[termEvent](), reflect.TypeFor[readDocs](),
	}
}

// reach lists what can be reached from a type through fields, elements and
// pointers: the types that are withheld, by their path, and all functions and
// interfaces, behind which anything may be.
func reach(t reflect.Type) (bad, hidden []string) {
	seen := map[reflect.Type]bool{}
	var walk func(t reflect.Type, path string)
	walk = func(t reflect.Type, path string) {
		if slices.Contains(sealed(), t) || seen[t] {
			return
		}
		seen[t] = true
		if slices.Contains(withheld(), t) {
			bad = append(bad, path+" "+t.String())
			return
		}
		if strings.HasPrefix(t.PkgPath(), "time") || strings.HasPrefix(t.PkgPath(), "regexp") {
			return
		}
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array:
			walk(t.Elem(), path)
		case reflect.Map:
			walk(t.Key(), path)
			walk(t.Elem(), path)
		case reflect.Struct:
			for i := range t.NumField() {
				f := t.Field(i)
				walk(f.Type, path+"."+f.Name)
			}
		case reflect.Func, reflect.Interface:
			hidden = append(hidden, path+" "+t.String())
		}
	}
	walk(t, t.Name())
	return bad, hidden
}

// TestPublicSiteIsSealed: what makes the site of readers who do not see
// everything is a plain function, whose argument leads to no ledger, no facts, no
// docs and no terms but those that were reduced. Functions in it could hide
// anything, so that each is known here: those that make addresses and HTML of
// what they are given.
func TestPublicSiteIsSealed(t *testing.T) {
	f := reflect.TypeOf(publicSite)
	if f.NumIn() != 2 || f.In(0) != reflect.TypeFor[*site]() || f.In(1) != reflect.TypeFor[outside]() {
		t.Fatalf("publicSite is %v", f)
	}
	bad, hidden := reach(f.In(1))
	if len(bad) > 0 {
		t.Errorf("a public site can reach %v", bad)
	}
	want := []string{
		"outside.feeds.Markdown func([]uint8) string",
		"outside.feeds.Pages.Change func(*ledger.Change) string",
		"outside.feeds.Pages.Deployment func(*ledger.Deployment) string",
		"outside.feeds.Pages.Version func(*ledger.Version) string",
		"outside.feeds.Pages.Environment func(ledger.EnvironmentName) string",
		"outside.feeds.Pages.Flag func(ledger.FlagKey) string",
		"outside.feeds.Pages.Note func(string) string",
	}
	if d := cmp.Diff(want, hidden); d != "" {
		t.Errorf("functions of a public site (-want +got):\n%s", d)
	}
}

// TestReach proves that the walk can fail.
func TestReach(t *testing.T) {
	type leaky struct {
		A []map[string]struct{ L *ledger.Ledger }
		F func() *Result
		D docs.Public
	}
	bad, hidden := reach(reflect.TypeFor[leaky]())
	if d := cmp.Diff([]string{"leaky.A.L ledger.Ledger"}, bad); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"leaky.F func() *generator.Result"}, hidden); d != "" {
		t.Error(d)
	}
}

// TestSealed: nobody outside its package puts anything into a sealed type, since
// it has no field that is exported, and all that its methods give is said here.
func TestSealed(t *testing.T) {
	var got []string
	for _, s := range sealed() {
		for i := range s.NumField() {
			if f := s.Field(i); f.IsExported() {
				t.Errorf("%v has the field %s", s, f.Name)
			}
		}
		for i := range s.NumMethod() {
			m := s.Method(i)
			got = append(got, fmt.Sprintf("%s.%s %s", s.Name(), m.Name, strings.TrimPrefix(m.Type.String(), "func("+s.String()+")")))
		}
	}
	want := []string{
		"Public.Change func(audience.Public, string) (*ledger.Change, bool)",
		"Public.Environment  ledger.EnvironmentName",
		"Public.Flag func(audience.Public, string) (*ledger.Flag, bool)",
		"Public.Ledger  *ledger.Ledger",
		"Public.Rules  audience.Rules",
		"Public.Library  *docs.Library",
		"Public.Shelf  *docs.Shelf",
		"Shown[daylight/generator/glossary.Term].List  []glossary.Term",
		"Shown[daylight/generator.termEvent].List  []generator.termEvent",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("methods (-want +got):\n%s", d)
	}
}
