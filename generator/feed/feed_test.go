package feed_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"daylight/generator/feed"
	"daylight/generator/ledger"
)

var update = flag.Bool("update", false, "rewrite the wanted feeds in testdata")

// check puts a file before the checker for its type, and gives all findings.
func check(f feed.File) []finding {
	r := &report{now: present}
	switch f.Type {
	case "application/feed+json":
		r.checkJSON(f.Data)
	case "text/calendar":
		r.checkICal(f.Data)
	default:
		r = checkXML(f.Data, present)
	}
	return r.found
}

// TestSites: every feed of both sites of the sample is free of errors and of
// warnings, and is what testdata says.
func TestSites(t *testing.T) {
	for name, list := range subjects() {
		got := &txtar.Archive{Comment: []byte("The feeds of the sample of sample_test.go; `go test -update` rewrites them.\n")}
		for _, s := range list {
			files, problems, err := s.Files()
			if err != nil || len(problems) > 0 {
				t.Fatalf("%s: %v, %v", s.Path, err, problems)
			}
			for _, f := range files {
				for _, x := range check(f) {
					t.Errorf("%s: %s", f.Path, x)
				}
				got.Files = append(got.Files, txtar.File{Name: f.Path, Data: bytes.ReplaceAll(f.Data, []byte("\r\n"), []byte("\n"))})
			}
		}
		golden := filepath.Join("testdata", name+".txtar")
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(golden, txtar.Format(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(txtar.Format(got))); d != "" {
			t.Errorf("feeds of %s (-want +got):\n%s", name, d)
		}
	}
}

// TestWithoutBase: feeds must say where they are, so that there are none without
// an address.
func TestWithoutBase(t *testing.T) {
	s := site()
	s.Base = ""
	if n := len(feed.Team(shop(), s)); n != 0 {
		t.Errorf("%d subjects without a base address", n)
	}
}

// sample is a feed with one entry for each title.
func sample(titles ...string) feed.Feed {
	f := feed.Feed{
		ID: "tag:shop.example,2026:feed/x", Title: "Shop", HomeURL: "https://shop.example/", AsOf: present,
		SelfURL: func(format string) string { return "https://shop.example/x." + format },
	}
	for i, title := range titles {
		f.Entries = append(f.Entries, feed.Entry{
			ID: feed.TagURI("shop.example", 2026, "x", string(rune('a'+i))), Title: title, URL: "https://shop.example/x/",
			Updated: present.AddDate(0, 0, -3), SummaryText: title, Categories: []string{title}, Author: title,
		})
	}
	return f
}

func files(t interface{ Fatal(...any) }, f feed.Feed) []feed.File {
	s := feed.Subject{Path: "/x", Feed: &f}
	out, _, err := s.Files()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestPrepare is what becomes of dates and doubles.
func TestPrepare(t *testing.T) {
	f := sample("b", "a", "future", "epoch", "twice", "twice")
	f.Entries[2].Updated = present.AddDate(0, 0, 1)
	f.Entries[3].Updated = time.Unix(0, 0)
	f.Entries[5].ID = f.Entries[4].ID
	p, problems := feed.Prepare(f)
	var got []string
	for _, e := range p.Entries {
		got = append(got, e.Updated.Format("2006-01-02T15:04:05.999999")+" "+e.Title)
	}
	want := []string{
		"2026-03-17T00:00:00.000002 twice", "2026-03-17T00:00:00.000001 a", "2026-03-17T00:00:00 b", "1990-01-01T00:00:00 epoch",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var rules []string
	for _, x := range problems {
		rules = append(rules, x.Rule)
	}
	if d := cmp.Diff([]string{"feed-future", "feed-date"}, rules); d != "" {
		t.Error(d)
	}
	again, problems := feed.Prepare(p)
	if d := cmp.Diff(p.Entries, again.Entries); d != "" || len(problems) > 0 {
		t.Errorf("a prepared feed changes: %s %v", d, problems)
	}
}

// TestEmpty: a feed without entries is valid and dated by its birth.
func TestEmpty(t *testing.T) {
	f := sample()
	f.Born = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	for _, file := range files(t, f) {
		for _, x := range check(file) {
			t.Errorf("%s: %s", file.Name, x)
		}
		if file.Name == "Atom" && !bytes.Contains(file.Data, []byte("<updated>2024-05-06T07:08:09Z</updated>")) {
			t.Errorf("no birth in %s", file.Data)
		}
	}
	c := feed.File{Type: "text/calendar", Data: feed.ICal(feed.Calendar{Name: "Empty"})}
	for _, x := range check(c) {
		t.Errorf("calendar: %s", x)
	}
}

func TestTagURI(t *testing.T) {
	for _, tc := range []struct {
		domain string
		year   int
		parts  []string
		want   string
	}{
		{"Shop.Example", 2026, []string{"shop", "change", "3fa9"}, "tag:shop.example,2026:shop/change/3fa9"},
		{"shop.example", 2026, []string{"a/b", "c d", "é#?"}, "tag:shop.example,2026:a%2Fb/c%20d/%C3%A9%23%3F"},
		{"", 0, []string{"x"}, "tag:daylight.invalid,2000:x"},
		{"<evil>", 2026, []string{"x"}, "tag:daylight.invalid,2026:x"},
	} {
		if got := feed.TagURI(tc.domain, tc.year, tc.parts...); got != tc.want {
			t.Errorf("got %s, want %s", got, tc.want)
		}
	}
}

// hostile are texts that broke feeds somewhere.
func hostile() []string {
	return []string{
		"", " \t\r\n", "a\x08b\x1b[2Jc", "]]>", "<![CDATA[", "<b>bold</b> & <x", "&amp; &lt;x&gt; &nbsp;", "</b>", "a\xffb\xfe", "\ufffd\ufffe\uffff",
		"\u0085\u009f", "\u202eevil\u2066", "--> <!-- x", "<script>alert(1)</script>", strings.Repeat("é", 100), "line\nbreak\r\nand\rmore", "\x00", "=cmd", "a;b,c\\d\"e",
	}
}

// TestHostile: nothing that stands in a commit message makes a feed invalid.
func TestHostile(t *testing.T) {
	for _, file := range files(t, sample(hostile()...)) {
		for _, x := range check(file) {
			t.Errorf("%s: %s\n%s", file.Name, x, file.Data)
		}
	}
}

// TestAnyBytes: any bytes as texts give well-formed feeds and calendars with
// unique ids, twice the same bytes, and what a reader reads back.
func TestAnyBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom(hostile()), rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 40), func(b []byte) string { return string(b) }))
		f := sample(rapid.SliceOfN(text, 0, 5).Draw(t, "titles")...)
		f.Title, f.Subtitle = text.Draw(t, "title"), text.Draw(t, "subtitle")
		c := feed.Calendar{Name: text.Draw(t, "name")}
		for i, e := range f.Entries {
			c.Events = append(c.Events, feed.Event{UID: e.ID, At: e.Updated, Summary: e.Title, Description: e.Title, URL: e.Title, Categories: e.Categories, WholeDay: i%2 == 0})
		}
		first, second := files(t, f), files(t, f)
		first = append(first, feed.File{Type: "text/calendar", Name: "Calendar", Data: feed.ICal(c)})
		for i, file := range first {
			for _, x := range check(file) {
				t.Errorf("%s: %s\n%q", file.Name, x, file.Data)
			}
			if i < len(second) && !bytes.Equal(file.Data, second[i].Data) {
				t.Errorf("%s differs when it is written again", file.Name)
			}
			if file.Type != "text/calendar" {
				readBack(t, f, file)
			}
		}
	})
}

// readBack reads a feed with a reader's library.
func readBack(t *rapid.T, f feed.Feed, file feed.File) {
	got, err := gofeed.NewParser().Parse(bytes.NewReader(file.Data))
	if err != nil {
		t.Fatalf("%s: %v\n%q", file.Name, err, file.Data)
	}
	want, _ := feed.Prepare(f)
	if len(got.Items) != len(want.Entries) {
		t.Fatalf("%s: %d items, want %d", file.Name, len(got.Items), len(want.Entries))
	}
	for i, item := range got.Items {
		e := want.Entries[i]
		if item.GUID != e.ID || item.Link != e.URL {
			t.Errorf("%s: item %s %s, want %s %s", file.Name, item.GUID, item.Link, e.ID, e.URL)
		}
		if item.PublishedParsed == nil || !item.PublishedParsed.Equal(e.Published.Truncate(time.Second)) {
			t.Errorf("%s: published %v, want %v", file.Name, item.PublishedParsed, e.Published)
		}
		if file.Name == "JSON Feed" && item.Title != e.Title {
			t.Errorf("%s: title %q, want %q", file.Name, item.Title, e.Title)
		}
	}
}

// TestXMLLint asks another parser, where it is installed.
func TestXMLLint(t *testing.T) {
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed")
	}
	for _, file := range files(t, sample(hostile()...))[:2] {
		cmd := exec.Command(lint, "--noout", "--nonet", "-")
		cmd.Stdin = bytes.NewReader(file.Data)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", file.Name, err, out)
		}
	}
}

// TestStableIDs: neither a new title nor another place of the page changes an
// id, and each id is one entry's alone over all feeds of a site but those that
// tell the same event.
func TestStableIDs(t *testing.T) {
	ids := func(change bool) string {
		l, s := shop(), site()
		if change {
			s.Title, s.Pages = "Another shop", feed.Addresses{
				Environment: s.Pages.Environment, Flag: func(ledger.FlagKey) string { return "/elsewhere/" },
			}
			for i := range l.Changes {
				l.Changes[i].Title += " again"
			}
		}
		var out []string
		for _, subject := range feed.Team(l, s) {
			for _, f := range files(t, *subject.Feed) {
				if f.Name == "JSON Feed" {
					var j struct{ Items []struct{ ID string } }
					if err := json.Unmarshal(f.Data, &j); err != nil {
						t.Fatal(err)
					}
					for _, item := range j.Items {
						out = append(out, item.ID)
					}
				}
			}
		}
		return strings.Join(out, "\n")
	}
	if d := cmp.Diff(ids(false), ids(true)); d != "" {
		t.Errorf("ids change:\n%s", d)
	}
}

// TestLimit: a feed has the newest entries.
func TestLimit(t *testing.T) {
	s := site()
	s.Limit = 1
	for _, subject := range feed.Team(shop(), s) {
		if n := len(subject.Feed.Entries); n > 3 {
			t.Errorf("%s has %d entries", subject.Path, n)
		}
	}
	if e := feed.Team(shop(), s)[0].Feed.Entries; len(e) == 0 || !strings.Contains(e[len(e)-1].Title, "everyone") {
		t.Errorf("the newest is %+v", e)
	}
}

// TestCalendarEditions: a planned step keeps its UID when the flag's entry is
// written anew, and counts its editions, with the date of the newest.
func TestCalendarEditions(t *testing.T) {
	event := func(written ...string) string {
		l := shop()
		var steps []ledger.FlagMove
		for _, w := range written {
			steps = append(steps, ledger.FlagMove{At: at(w), Written: ledger.Written{At: at(w)}, State: ledger.FlagOff})
		}
		l.Flags[1].Environments = ledger.FlagInEnvironments{{Environment: "production", Steps: steps}}
		var out []string
		for _, s := range feed.Team(l, site()) {
			if s.Calendar == nil {
				continue
			}
			for _, e := range s.Calendar.Events {
				if e.Status == feed.Tentative {
					out = append(out, fmt.Sprintf("%s #%d of %s", e.UID, e.Sequence, e.Recorded.Format("01-02")))
				}
			}
		}
		return strings.Join(out, "; ")
	}
	const uid = "tag:shop.example,2026:flag/search/planned/production/20260324T080000Z"
	for want, got := range map[string]string{
		uid + " #0 of 03-04": event("2026-03-04 10:00"),
		uid + " #1 of 03-06": event("2026-03-04 10:00", "2026-03-06 10:00"),
		uid + " #2 of 03-09": event("2026-03-04 10:00", "2026-03-06 10:00", "2026-03-09 10:00"),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
