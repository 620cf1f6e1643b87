package audience_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"daylight/generator/audience"
	"daylight/generator/ledger"
)

// filler puts a secret into every string and every commit that a type has room
// for, in lists, maps and behind pointers, too.
type filler struct {
	planter
	unknown []string // kinds of fields that nobody thought of
}

func (p *filler) fill(v reflect.Value, path string) {
	switch {
	case v.Type() == reflect.TypeFor[ledger.Hash]():
		p.plant(v, path)
		return
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(at("03-01")))
		return
	}
	switch v.Kind() {
	case reflect.String:
		p.plant(v, path)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		p.fill(v.Elem(), path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		p.fill(v.Index(0), path)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		p.fill(key, path+"[key]")
		p.fill(value, path)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			p.fill(v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	case reflect.Bool, reflect.Int, reflect.Int64:
	default:
		p.unknown = append(p.unknown, path+" "+v.Kind().String())
	}
}

// unsearched are the fields whose words no audit looks for, and why.
func unsearched() map[string]string {
	const sort, how = "a word for a sort of thing, which stands in any text", "how something was found, in our own words"
	const commit = "a commit that is a change is in the ledger, and no site shows others"
	out := map[string]string{
		".Schema": "our own address", ".Type": sort, ".Scope": sort, ".Kind": sort, ".Slot": sort, ".Variant": sort, ".Variants": sort,
		".RetiredAs": sort, ".Retired.As": sort, ".Via": how, ".Rule": how, ".Hint": how,
	}
	for _, f := range []string{"Hash", "Parents", "Author", "Title", "Body", "Components", "Note.Title", "Note.Text", "Note.Name"} {
		out["Facts.Repositories.Commits."+f] = commit
	}
	for _, f := range []string{"Repository", "Commit", "Tag", "Note", "File"} {
		out["Facts.Repositories.Commits.Note.Origins."+f] = commit
	}
	return out
}

// TestNoFieldIsForgotten: a secret in each field of a ledger and of its facts is
// found in a site, but for the fields that are named here with a reason. A field
// that is added to either is filled without a change here.
func TestNoFieldIsForgotten(t *testing.T) {
	var full ledger.Ledger
	var facts ledger.Facts
	p := &filler{planter: planter{where: map[string]string{}, words: enumerations()}}
	p.fill(reflect.ValueOf(&full).Elem(), "Ledger")
	p.fill(reflect.ValueOf(&facts).Elem(), "Facts")
	if len(p.unknown) > 0 {
		t.Fatalf("fields of kinds that nobody thought of: %v", p.unknown)
	}
	secrets := slices.Sorted(maps.Keys(p.where))
	r, err := audience.Audit(fstest.MapFS{"site.txt": {Data: []byte(strings.Join(secrets, "\n"))}},
		audience.AuditInput{Full: &full, Facts: &facts, Public: audience.Reduce(&ledger.Ledger{}, customers())})
	if err != nil {
		t.Fatal(err)
	}
	found, used, fields := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, f := range r.Findings {
		found[f.Text] = true
	}
	for _, s := range secrets {
		path := p.where[s]
		fields[path] = true
		reason := ""
		for end := range unsearched() {
			if strings.HasSuffix(path, end) {
				reason, used[end] = end, true
			}
		}
		if found[s] == (reason != "") {
			t.Errorf("%s: found %v, and the reason not to look for it is %q", path, found[s], reason)
		}
	}
	for _, end := range slices.Sorted(maps.Keys(unsearched())) {
		if !used[end] {
			t.Errorf("no field ends in %s any more", end)
		}
	}
	t.Logf("%d fields that hold words or commits, %d of them are not looked for", len(fields), len(fields)-len(r.Findings))
}
