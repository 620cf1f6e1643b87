package pages

import (
	"strings"
	"testing"
)

func TestSegment(t *testing.T) {
	for name, want := range map[string]string{
		"basket-v2":        "basket-v2",
		"v1.4.0":           "v1.4.0",
		"Basket":           "~42asket",
		"deploy/prod/7":    "deploy~2fprod~2f7",
		"key#2":            "key~232",
		"":                 "~",
		".":                "~2e",
		"..":               "~2e.",
		"index.html":       "~69ndex.html",
		"~":                "~7e",
		"größe":            "gr~c3~b6~c3~9fe",
		"a b":              "a~20b",
		"\x00":             "~00",
		"x:javascript":     "x~3ajavascript",
		"...":              "...",
		"INDEX.HTML":       "~49~4e~44~45~58.~48~54~4d~4c",
		"version/with/all": "version~2fwith~2fall",
	} {
		if got := Segment(name); got != want {
			t.Errorf("Segment(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSegmentOfALongName(t *testing.T) {
	a, b := strings.Repeat("a", 400), strings.Repeat("a", 401)
	if Segment(a) == Segment(b) {
		t.Error("two long names have one address")
	}
	if n := len(Segment(a)); n > longestSegment {
		t.Errorf("%d bytes", n)
	}
}

// Whatever the names, an address is one segment, is no file of its own folder,
// and belongs to one name, also where case does not count.
func FuzzSegment(f *testing.F) {
	for _, s := range [][2]string{{"a", "A"}, {"", "~"}, {".", "~2e"}, {"index.html", "~69ndex.html"}, {strings.Repeat("x", 300), "y"}, {"a/b", "a~2fb"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		s := Segment(a)
		if s == "" || s == "." || s == ".." || s == "index.html" || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789._-~") != "" || len(s) > longestSegment {
			t.Errorf("Segment(%q) = %q", a, s)
		}
		if a != b && s == Segment(b) {
			t.Errorf("%q and %q have the address %q", a, b, s)
		}
	})
}

func TestLinksAreRelative(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"/", "/", "./"},
		{"/", "/changes/", "changes/"},
		{"/changes/", "/", "../"},
		{"/changes/pr/12/", "/changes/abc/", "../../../changes/abc/"},
		{"/changes/", "", ""},
	} {
		if got := at(c.from).to(c.to); got != c.want {
			t.Errorf("from %s to %s: %q, want %q", c.from, c.to, got, c.want)
		}
	}
	missing := place{"/404.html", Site{Base: "https://x.example/shop"}.basePath()}
	if got := missing.to("/changes/"); got != "/shop/changes/" {
		t.Errorf("from the page for what is missing: %q", got)
	}
}

func TestNamesThatCollide(t *testing.T) {
	claims := taken{}
	got := []string{claims.claim("/v/", "v1", "shop/v1"), claims.claim("/v/", "v1", "cart/v1"), claims.claim("/v/", "v1", "cart/v1")}
	want := []string{"/v/v1/", "/v/cart~2fv1/", "/v/cart~2fv1~2b/"}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("address %d is %s, want %s", i, got[i], want[i])
		}
	}
}
