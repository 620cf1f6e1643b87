package badge_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"daylight/generator/audience"
	"daylight/generator/badge"
	"daylight/generator/ledger"
	"daylight/generator/notes"
)

func at(day int) time.Time { return time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC) }

// shop has a canary of two components in production, one dark change, and one
// that is released.
func shop() *ledger.Ledger {
	state := func(s ledger.Status, released time.Time) ledger.InEnvironments {
		in := ledger.State{Status: s, Released: ledger.Date{When: ledger.When{At: released}}}
		if !released.IsZero() {
			in.FirstExposed = in.Released
			in.Moves = []ledger.Move{{At: released, Kind: ledger.MoveReleased, Percent: ledger.Everybody()}}
		}
		return ledger.InEnvironments{{Environment: "production", State: in}}
	}
	share := func(n int64) ledger.Share { return ledger.Exactly(ledger.Percent(n) * 100_000) }
	return &ledger.Ledger{
		AsOf: at(20),
		Environments: []ledger.Environment{
			{Name: "production", Tier: ledger.TierProduction, Live: []ledger.Live{
				{Component: "shop", Version: "v1.5.0", Weight: share(10)}, {Component: "shop", Version: "v1.4.0", Weight: share(90)},
				{Component: "api", Revision: ledger.Hash{0xab}, Weight: ledger.Everybody()}, {Component: "api", Version: "v0.9", Weight: share(0)},
			}},
			{Name: "staging", Tier: ledger.TierStaging, Live: []ledger.Live{{Component: "shop", Version: "v1.6.0", Weight: ledger.Everybody()}}},
		},
		Versions: []ledger.Version{{Name: "v1.5.0", At: at(9)}, {Name: "v1.4.0", At: at(2)}},
		Changes: []ledger.Change{
			{ID: "a", Title: "Search & find", Type: "feat", Version: "v1.4.0", Environments: state(ledger.StatusReleased, at(14))},
			{ID: "b", Title: "Secret", Type: "feat", Environments: state(ledger.StatusDark, time.Time{})},
		},
	}
}

// TestBadges lists the badges of both kinds of sites.
func TestBadges(t *testing.T) {
	list := func(l []badge.Badge) string {
		var b strings.Builder
		for _, x := range l {
			fmt.Fprintf(&b, "%s: %s (%s)\n", x.Name, x.Alt(), x.Tone)
		}
		return b.String()
	}
	want := `production-api: production api: ab0000000000 (good)
production-shop: production shop: v1.4.0 90 %, v1.5.0 10 % (good)
staging: staging: v1.6.0 (plain)
dark: dark: 1 change (wait)
last-release: last release: 14 March 2026 (plain)
`
	if d := cmp.Diff(want, list(badge.Team(shop()))); d != "" {
		t.Errorf("the team's (-want +got):\n%s", d)
	}
	want = `version: version: v1.4.0 (good)
last-release: last release: 14 March 2026 (plain)
`
	public := audience.Reduce(shop(), audience.Rules{Name: "customers", Sees: audience.SeesReleased, Kind: notes.KindOf})
	if d := cmp.Diff(want, list(badge.Public(public, notes.From(public.Ledger(), notes.Options{})))); d != "" {
		t.Errorf("the customers' (-want +got):\n%s", d)
	}
	empty := "dark: dark: 0 changes (good)\nlast-release: last release: none yet (plain)\n"
	if d := cmp.Diff(empty, list(badge.Team(&ledger.Ledger{}))); d != "" {
		t.Errorf("of nothing (-want +got):\n%s", d)
	}
	if d := cmp.Diff("last-release: last release: none yet (plain)\n", list(badge.Public(audience.Public{}, nil))); d != "" {
		t.Errorf("of nothing, for customers (-want +got):\n%s", d)
	}
}

// TestAnySVG: any text gives well-formed XML that says in words what it shows.
func TestAnySVG(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "</svg>", "\"&<>", "\x00\xff", strings.Repeat("w", 500)}))
		b := badge.Badge{Label: text.Draw(t, "label"), Value: text.Draw(t, "value"), Tone: "nonsense"}
		svg := string(b.SVG())
		d := xml.NewDecoder(strings.NewReader(svg))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%v in %s", err, svg)
			}
		}
		if strings.Count(svg, "<title>") != 1 || !strings.Contains(svg, `role="img" aria-label="`) {
			t.Errorf("nothing says what it shows: %s", svg)
		}
	})
}

// TestStatus: the fragment is one section, tells what runs and what is new, and
// escapes what it is given.
func TestStatus(t *testing.T) {
	s := badge.TeamStatus(shop())
	s.Title, s.Language, s.URL = "Shop <now>", "en", "https://shop.example/"
	fragment, document, err := s.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Shop &lt;now&gt;", "<td>v1.4.0 90 %, v1.5.0 10 %</td>", "1 change is dark.", "14 March 2026</time> Search &amp; find: Available to everyone.",
		"As of <time", `lang="en"`,
	} {
		if !strings.Contains(string(fragment), want) {
			t.Errorf("no %q in %s", want, fragment)
		}
	}
	if strings.Contains(string(fragment), "staging") || strings.Contains(string(fragment), "<html") {
		t.Errorf("too much in %s", fragment)
	}
	if !strings.Contains(string(document), string(fragment)) || !strings.HasPrefix(string(document), "<!DOCTYPE html>") {
		t.Errorf("the document is %s", document)
	}
	if _, err := html.Parse(strings.NewReader(string(document))); err != nil {
		t.Error(err)
	}
	public := badge.PublicStatus(notes.From(shop(), notes.Options{}), func(id string) string { return "https://shop.example/notes/" + id + "/" })
	fragment, _, err = public.HTML()
	if err != nil || !strings.Contains(string(fragment), `<a href="https://shop.example/notes/a/" target="_top">Search &amp; find</a>`) || strings.Contains(string(fragment), "As of") {
		t.Errorf("%v: %s", err, fragment)
	}
}
