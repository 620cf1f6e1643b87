package search_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/generator/pages"
	"daylight/generator/publish"
	"daylight/generator/search"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"Keep a basket":                    "keep a basket",
		"orders/v1.4.0":                    "orders/v1.4.0 orders v1.4.0 v1",
		"basket-extras, off":               "basket-extras basket extras off",
		"liveChat on":                      "livechat live chat on",
		"Café crème":                       "cafe creme",
		"Ärger (#42)!":                     "arger 42",
		"see 068bf0306fa1aa99bb77cc55dd33": "see 068bf0306fa1",
		"検索 ok":                            "検 索 ok",
		"-- ... __":                        "",
		"a.b":                              "a.b",
		strings.Repeat("x", 50):            strings.Repeat("x", 40),
		"bad \xff byte":                    "bad byte",
	} {
		if got := strings.Join(slices.Collect(search.Words(text)), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// fataler is what tests and property tests have in common.
type fataler interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

// reader reads an index as the script does, but all of it.
type reader struct {
	First   []string
	Count   int
	PerFile int `json:"per_file"`
	Kinds   []string
	States  [][2]string
	Filters []struct {
		Name, Value string
		Count       int
	}
	terms map[string]map[int]bool // entries by term
	named map[string]map[int]bool
	shown [][]any
}

func read(t fataler, files []publish.File) reader {
	t.Helper()
	byPath := map[string][]byte{}
	for _, f := range files {
		byPath[f.Path] = f.Data
		if len(f.Data) > search.LargestShard {
			t.Errorf("%s has %d bytes", f.Path, len(f.Data))
		}
	}
	r := reader{terms: map[string]map[int]bool{}, named: map[string]map[int]bool{}}
	decode(t, byPath["search/index.json"], &r)
	last := ""
	for n := range r.First {
		var shard struct{ T, L []string }
		decode(t, byPath[fmt.Sprintf("search/t%d.json", n)], &shard)
		if shard.T[0] != r.First[n] {
			t.Errorf("shard %d begins with %q, the index says %q", n, shard.T[0], r.First[n])
		}
		for i, term := range shard.T {
			if term <= last {
				t.Errorf("%q stands behind %q", term, last)
			}
			last = term
			named, told, _ := strings.Cut(shard.L[i], " ")
			r.named[term] = entries(named)
			r.terms[term] = entries(named)
			maps.Copy(r.terms[term], entries(told))
		}
	}
	for n := 0; ; n++ {
		data, ok := byPath[fmt.Sprintf("search/e%d.json", n)]
		if !ok {
			break
		}
		var shown [][]any
		decode(t, data, &shown)
		r.shown = append(r.shown, shown...)
	}
	return r
}

func decode(t fataler, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// entries decodes a list in the slowest way: digit by digit, as a sum.
func entries(list string) map[int]bool {
	const digits = "GHIJKLMNOPQRSTUVWXYZghijklmnopqrstuvwxyz!#$%()*+,-./:;=?@[]^_{|}"
	out := map[int]bool{}
	at, distance, unit := -1, 0, 1
	for _, d := range list {
		v := strings.IndexRune(digits, d)
		distance += v % 32 * unit
		if v >= 32 {
			unit *= 32
			continue
		}
		at += distance + 1
		out[at] = true
		distance, unit = 0, 1
	}
	return out
}

// Each word leads to just those entries that hold it, however far apart.
func TestEveryWordLeadsToItsEntries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"lamp", "Lamp-shade", "shop/v1.2.0", "v1", "é", "滑", "deadbeefcafe0", "x", "b:c"})
		text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(word, 0, 4).Draw(t, "words"), " ") })
		gap := strings.Fields(strings.Repeat("void ", rapid.IntRange(0, 80).Draw(t, "gap")))
		var in []pages.Entry
		for range rapid.IntRange(0, 12).Draw(t, "entries") {
			in = append(in, pages.Entry{Kind: "Change", Title: text.Draw(t, "title"), Path: "/x/", Names: []string{text.Draw(t, "name")}, Text: text.Draw(t, "text"),
				Filters: []pages.Filter{{Name: "type", Value: rapid.SampledFrom([]string{"feat", "Fix"}).Draw(t, "type")}}})
			for range gap {
				in = append(in, pages.Entry{Title: "void", Names: []string{""}})
			}
		}
		files, err := search.Files(slices.Values(in), true)
		if err != nil {
			t.Fatal(err)
		}
		want, named := map[string]map[int]bool{}, map[string]map[int]bool{}
		put := func(into map[string]map[int]bool, term string, n int) {
			if into[term] == nil {
				into[term] = map[int]bool{}
			}
			into[term][n] = true
		}
		for n, e := range in {
			for w := range search.Words(e.Title + " " + e.Names[0]) {
				put(want, w, n)
				put(named, w, n)
			}
			for w := range search.Words(e.Text) {
				put(want, w, n)
			}
			for _, f := range e.Filters {
				put(want, f.Name+":"+strings.ToLower(f.Value), n)
			}
		}
		got := read(t, files)
		if diff := cmp.Diff(want, got.terms); diff != "" {
			t.Errorf("terms (-want +got):\n%s", diff)
		}
		for term, entries := range named {
			if !maps.Equal(entries, got.named[term]) {
				t.Errorf("%q is named by %v, want %v", term, got.named[term], entries)
			}
		}
	})
}

// At the size of a large house no file is too long, and what is common does not
// make the index grow without end.
func TestLargeIndexStaysInSmallFiles(t *testing.T) {
	files, err := search.Files(func(yield func(pages.Entry) bool) {
		for i := range 150_000 {
			if !yield(pages.Entry{Kind: "Change", Title: "fix lamp " + strconv.Itoa(i%7000), Path: "/changes/" + strconv.Itoa(i) + "/"}) {
				return
			}
		}
	}, true)
	if err != nil {
		t.Fatal(err)
	}
	r := read(t, files)
	if r.Count != 150_000 || len(r.shown) != r.Count {
		t.Errorf("%d entries, %d shown", r.Count, len(r.shown))
	}
	if n := len(r.terms["lamp"]); n != 120_000 {
		t.Errorf("a word of all leads to %d", n)
	}
	if n := len(r.terms["6999"]); n != 21 {
		t.Errorf("a rare word leads to %d", n)
	}
}

// Without parts, a name is found as it is written alone.
func TestNamesWithoutParts(t *testing.T) {
	for parts, want := range map[bool]int{true: 1, false: 0} {
		files, err := search.Files(slices.Values([]pages.Entry{{Title: "Thanks to ChrisBerg"}}), parts)
		if err != nil {
			t.Fatal(err)
		}
		r := read(t, files)
		if len(r.terms["chris"]) != want || len(r.terms["chrisberg"]) != 1 {
			t.Errorf("parts %v: %v", parts, r.terms)
		}
	}
}

// Docs of other versions come last, are counted apart, and count in no filter but
// that of the version.
func TestOtherVersionsComeLast(t *testing.T) {
	doc := func(version string, other bool) pages.Entry {
		return pages.Entry{Kind: "Docs", Title: "Install it", Path: "/docs/" + version + "/", ByVersion: other,
			Filters: []pages.Filter{{Name: "kind", Value: "Docs"}, {Name: "version", Value: version}}}
	}
	files, err := search.Files(slices.Values([]pages.Entry{doc("v2", false), doc("v1", true), doc("main", true)}), true)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(files, func(f publish.File) bool { return f.Path == "search/index.json" })
	want := `{"schema":1,"count":3,"usual":1,"per_file":200,"first":["install"],"kinds":["Docs"],"states":[["",""]],"filters":[` +
		`{"name":"kind","value":"Docs","count":1},{"name":"version","value":"v2","count":1},{"name":"version","value":"v1","count":1},{"name":"version","value":"main","count":1}]}`
	if diff := cmp.Diff(want, string(files[i].Data)); diff != "" {
		t.Errorf("index (-want +got):\n%s", diff)
	}
	if _, err := search.Files(slices.Values([]pages.Entry{doc("v1", true), doc("v2", false)}), true); err == nil {
		t.Error("entries in the wrong order are taken")
	}
}
