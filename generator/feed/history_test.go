package feed_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"

	"daylight/generator/audience"
	"daylight/generator/feed"
	"daylight/generator/ledger"
	"daylight/generator/pages"
)

// manyVersions is a shop that made n versions, one an hour.
func manyVersions(n int) *ledger.Ledger {
	l := shop()
	l.Versions = nil
	for i := range n {
		l.Versions = append([]ledger.Version{{Repository: "shop", Name: ledger.VersionName(fmt.Sprintf("v%d", i)), At: at("2026-01-01 09:00").Add(time.Duration(i) * time.Hour)}}, l.Versions...)
	}
	return l
}

// versionsOf gives the files of the feed of versions by address.
func versionsOf(t *testing.T, n, limit int) map[string][]byte {
	t.Helper()
	s := site()
	s.Limit = limit
	out := map[string][]byte{}
	for _, subject := range feed.Team(manyVersions(n), s) {
		if subject.Path != "/feeds/versions" {
			continue
		}
		files, _, err := subject.Files()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			out[f.Path] = f.Data
			for _, x := range check(f) {
				t.Errorf("%s with %d versions: %s", f.Path, n, x)
			}
		}
	}
	return out
}

// TestArchives: who follows the links from the feed to the oldest archive sees
// each entry; a full archive is the same to the byte when the feed grows by one
// entry that leaves the number of archives as it is.
func TestArchives(t *testing.T) {
	const limit = 3 // so that an archive holds six
	for n := range 30 {
		files := versionsOf(t, n, limit)
		seen := map[string]bool{}
		newer := ""
		address := "/feeds/versions.atom"
		for hops := 0; address != ""; hops++ {
			if hops > 10 {
				t.Fatal("the archives go round in a circle")
			}
			f, err := gofeed.NewParser().Parse(bytes.NewReader(files[address]))
			if err != nil {
				t.Fatalf("%s: %v", address, err)
			}
			for _, item := range f.Items {
				seen[item.GUID] = true
			}
			if hops > 1 && linkTo(files[address], "next-archive") != newer {
				t.Errorf("%s leads on to %q, want %q", address, linkTo(files[address], "next-archive"), newer)
			}
			newer, address = address, linkTo(files[address], "prev-archive")
		}
		if len(seen) != n {
			t.Errorf("%d versions: %d are found", n, len(seen))
		}
		for path, data := range versionsOf(t, n+1, limit) {
			old, ok := files[path]
			last := linkTo(data, "next-archive") == "" // which gets a link when another follows
			if ok && strings.Contains(path, "archive") && !last && linkTo(old, "next-archive") != "" && !bytes.Equal(old, data) {
				t.Errorf("%s changes from %d versions to %d", path, n, n+1)
			}
		}
	}
}

// linkTo gives the address within the site that a document links with a relation.
func linkTo(doc []byte, rel string) string {
	m := regexp.MustCompile(`<link href="https://shop.example/status([^"]*)" rel="` + rel + `"`).FindSubmatch(doc)
	if m == nil {
		return ""
	}
	return string(m[1])
}

// TestComplete: what is dark is a complete feed, so that what is released leaves
// the readers' lists, too; one that had to be cut is not.
func TestComplete(t *testing.T) {
	s := site()
	for limit, want := range map[int]bool{100: true, 1: false} {
		s.Limit = limit
		for _, subject := range feed.Team(shop(), s) {
			if subject.Path == "/feeds/dark" && subject.Feed.History.Complete != want {
				t.Errorf("with at most %d entries the feed of dark changes is complete: %v", limit, !want)
			}
		}
	}
}

// TestDimensions lists what can be subscribed to, one dimension at a time, and
// how much is in it.
func TestDimensions(t *testing.T) {
	l := shop()
	l.Changes[0].Components = []ledger.ComponentName{"api", "shop"}
	list := func(subjects []feed.Subject) string {
		var b strings.Builder
		for _, s := range subjects {
			if s.Group != "" {
				fmt.Fprintf(&b, "%s: %s %d\n", s.Group, s.Path, len(s.Feed.Entries))
			}
		}
		return b.String()
	}
	want := `By environment: /environments/70726f64756374696f6e/deployments 1
By environment: /environments/70726f64756374696f6e/releases 4
By environment: /environments/53746167696e672031/deployments 1
By component: /feeds/component/api 2
By component: /feeds/component/shop 6
By kind: /feeds/kind/added 2
By kind: /feeds/kind/changed 0
By kind: /feeds/kind/deprecated 0
By kind: /feeds/kind/removed 0
By kind: /feeds/kind/fixed 2
By kind: /feeds/kind/security 0
By flag: /flags/basket-v2/steps 2
By flag: /flags/search/steps 0
`
	if d := cmp.Diff(want, list(feed.Team(l, site()))); d != "" {
		t.Errorf("the team's (-want +got):\n%s", d)
	}
	// Customers have what they may see: by default kinds alone.
	rules := customers()
	if got := list(feed.Customers(audience.Reduce(l, rules), site())); strings.Count(got, "\n") != 6 || strings.Contains(got, "flag") || strings.Contains(got, "component") {
		t.Errorf("the customers':\n%s", got)
	}
	rules.Fields = audience.Fields{Environments: true, Flags: true}
	got := list(feed.Customers(audience.Reduce(l, rules), site()))
	for _, want := range []string{"/feeds/component/api 1", "/feeds/environment/production 2", "/feeds/flag/basket-v2 1", "/feeds/kind/fixed 1"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in those of partners:\n%s", want, got)
		}
	}
	if strings.Contains(got, "search") {
		t.Errorf("a flag that has brought nothing is named:\n%s", got)
	}
}

// TestOneEventOneID: an event has the same id in each feed that tells it, and
// two events never have one.
func TestOneEventOneID(t *testing.T) {
	titles := map[string]string{}
	for name, list := range subjects() {
		for _, s := range list {
			for _, e := range s.Feed.Entries {
				key := name + e.ID
				if old, ok := titles[key]; ok && old != e.Title {
					t.Errorf("%s is %q and %q", e.ID, old, e.Title)
				}
				titles[key] = e.Title
			}
		}
	}
}

// TestOPML: the list of feeds names each of them, and no calendar.
func TestOPML(t *testing.T) {
	list := feed.Team(shop(), site())
	data, err := feed.OPML("Shop & <more>\x01", list)
	if err != nil {
		t.Fatal(err)
	}
	type outline struct {
		Type     string    `xml:"type,attr"`
		XML      string    `xml:"xmlUrl,attr"`
		Text     string    `xml:"text,attr"`
		Outlines []outline `xml:"outline"`
	}
	var doc struct {
		Version  string    `xml:"version,attr"`
		Title    string    `xml:"head>title"`
		Outlines []outline `xml:"body>outline"`
	}
	if err := xml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Version != "2.0" || doc.Title != "Shop & <more>" {
		t.Errorf("head: %+v", doc)
	}
	var got, want []string
	for _, o := range doc.Outlines {
		for _, o := range append([]outline{o}, o.Outlines...) {
			if o.Text == "" || (o.Type == "rss") != (o.XML != "") {
				t.Errorf("outline %+v", o)
			}
			if o.XML != "" {
				got = append(got, o.XML)
			}
		}
	}
	for _, s := range list {
		want = append(want, "https://shop.example/status"+s.Path+".atom")
	}
	slices.Sort(got)
	slices.Sort(want)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestGlossary: new and changed terms are entries, and hostile ones are valid.
func TestGlossary(t *testing.T) {
	list := []feed.TermChange{
		{Slug: "dark", Name: "dark", What: "new", At: at("2026-01-02 09:00"), Definition: "Deployed, and nobody can see it."},
		{Slug: "dark", Name: "dark", What: "changed", At: at("2026-02-02 09:00"), Definition: "x"},
		{Slug: "undated", Name: "undated", What: "new"},
	}
	for i, h := range hostile() {
		list = append(list, feed.TermChange{Slug: fmt.Sprint("h", i), Name: h, What: "removed", At: at("2026-01-02 09:00")})
	}
	s, ok := feed.Glossary(site(), present, list, func(slug string) string { return "/glossary/" + pages.Segment(slug) + "/" })
	if !ok {
		t.Fatal("no feed")
	}
	files, problems, err := s.Files()
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	for _, f := range files {
		for _, x := range check(f) {
			t.Errorf("%s: %s\n%s", f.Path, x, f.Data)
		}
	}
	if len(s.Feed.Entries) != 2+len(hostile()) || !bytes.Contains(files[0].Data, []byte("tag:shop.example,2026:term/dark/20260202T090000Z")) {
		t.Errorf("%d entries in %s", len(s.Feed.Entries), files[0].Data)
	}
	none := site()
	none.Base = ""
	if _, ok := feed.Glossary(none, present, list, nil); ok {
		t.Error("a feed without an address")
	}
}

// TestEveryChain: whatever the feed, of the whole site or of one dimension, who
// follows its archives sees the entries of the same feed without a limit, each
// once at least, and each archive leads back to the feed.
func TestEveryChain(t *testing.T) {
	busy := manyVersions(40)
	for i := range 40 {
		d, c := busy.Deployments[i%2], busy.Changes[i%4]
		d.ID, d.FinishedAt = fmt.Sprint("more:", i), ptr(at("2026-01-05 09:00").Add(time.Duration(i)*time.Hour))
		c.ID, c.Flags = ledger.ChangeID(fmt.Sprintf("%012x", 500+i)), nil
		busy.Deployments, busy.Changes = append(busy.Deployments, d), append(busy.Changes, c)
	}
	busy.Changes[0].Components = []ledger.ComponentName{"api"} // so that there are feeds of components
	rules := customers()
	rules.Fields = audience.Fields{Authors: true, Commits: true, Flags: true, Environments: true}
	sites := map[string]func(feed.Site) []feed.Subject{
		"team":      func(s feed.Site) []feed.Subject { return feed.Team(busy, s) },
		"customers": func(s feed.Site) []feed.Subject { return feed.Customers(audience.Reduce(busy, rules), s) },
	}
	groups := map[string]bool{}
	for name, subjects := range sites {
		whole, cut := site(), site()
		whole.Limit, cut.Limit = 1000, 3
		want := map[string][]string{}
		for _, s := range subjects(whole) {
			want[s.Path] = idsOf(t, s)[s.Path+".atom"]
		}
		for _, s := range subjects(cut) {
			if len(s.Archives) == 0 {
				continue
			}
			groups[name+" "+s.Group] = true
			documents, files := idsOf(t, s), filesOf(t, s)
			seen, read := map[string]bool{}, map[string]bool{}
			for address := s.Path + ".atom"; address != ""; address = linkTo(files[address], "prev-archive") {
				for _, id := range documents[address] {
					seen[id] = true
				}
				if current := linkTo(files[address], "current"); strings.Contains(address, "/archive-") && current != s.Path+".atom" {
					t.Errorf("%s belongs to %q", address, current)
				}
				read[address] = true
			}
			if len(seen) != len(want[s.Path]) {
				t.Errorf("%s %s: the archives tell %d of %d entries", name, s.Path, len(seen), len(want[s.Path]))
			}
			for path := range files {
				if strings.HasSuffix(path, ".atom") && !read[path] {
					t.Errorf("%s %s: nothing leads to %s", name, s.Path, path)
				}
			}
		}
	}
	for _, g := range []string{"team ", "team By environment", "team By component", "team By kind", "customers By kind", "customers By component"} {
		if !groups[g] {
			t.Errorf("no feed of %q has archives; there are %v", g, groups)
		}
	}
}

func filesOf(t *testing.T, s feed.Subject) map[string][]byte {
	t.Helper()
	list, _, err := s.Files()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range list {
		out[f.Path] = f.Data
	}
	return out
}

// idsOf gives the ids of the entries of each Atom document of a subject.
func idsOf(t *testing.T, s feed.Subject) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for path, data := range filesOf(t, s) {
		if !strings.HasSuffix(path, ".atom") {
			continue
		}
		f, err := gofeed.NewParser().Parse(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, item := range f.Items {
			out[path] = append(out[path], item.GUID)
		}
	}
	return out
}
