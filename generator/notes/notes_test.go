package notes_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"daylight/generator/ledger"
	"daylight/generator/notes"
)

var update = flag.Bool("update", false, "rewrite the wanted notes in testdata")

// TestNotes runs the scenarios of testdata: each holds a ledger in the notation
// of parse, and the notes that come of it.
func TestNotes(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := write(notes.From(parse(t, string(a.Files[0].Data)), notes.Options{}))
			if *update {
				a.Files = append(a.Files[:1], txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if len(a.Files) < 2 {
				t.Fatal("no section want; run with -update")
			}
			if d := cmp.Diff(string(a.Files[1].Data), got); d != "" {
				t.Errorf("notes differ (-want +got):\n%s", d)
			}
		})
	}
}

// write prints notes as a person would check them.
func write(list []notes.Note) string {
	var b strings.Builder
	for _, n := range list {
		breaking := ""
		if n.Breaking {
			breaking = ", breaking"
		}
		fmt.Fprintf(&b, "%s: %s (%s%s) %s\n", n.ID, n.Title, n.Kind, breaking, n.Version)
		if n.Key != n.ID {
			fmt.Fprintf(&b, "  key %s, aliases %s\n", n.Key, strings.Join(n.Aliases, " "))
		}
		if n.Body != "" {
			fmt.Fprintf(&b, "  body %q\n", n.Body)
		}
		fmt.Fprintf(&b, "  changes %v, audience %s", n.Changes, n.Audience)
		if !n.Released.IsZero() {
			fmt.Fprintf(&b, ", released %s", n.Released.Format("01-02"))
		}
		if !n.TakenBack.IsZero() {
			fmt.Fprintf(&b, ", taken back %s", n.TakenBack.Format("01-02"))
		}
		b.WriteString("\n")
		for _, e := range n.Entries {
			fmt.Fprintf(&b, "  - %s\n", e)
		}
		for _, e := range n.Events {
			fmt.Fprintf(&b, "  %s %s\n", e.At.Format("01-02"), e.Text)
		}
	}
	return b.String()
}

// parse reads a ledger with one environment, production. Lines are
//
//	change ID VERSION TITLE         newest merged first; TITLE may be "type: title"
//	  flag KEY | note NAME KIND TITLE | text TEXT | breaking | moves KEY
//	  MM-DD MOVE CAUSE PERCENT [GROUP]
//	flag KEY DESCRIPTION
//	kind KIND                       of the flag above
//	version NAME                    newest first
func parse(t *testing.T, text string) *ledger.Ledger {
	t.Helper()
	l := &ledger.Ledger{Environments: []ledger.Environment{{Name: "production", Tier: ledger.TierProduction}}}
	for raw := range strings.Lines(text) {
		line := strings.TrimRight(raw, "\n")
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		inner := strings.HasPrefix(line, " ")
		switch {
		case word == "":
		case !inner && word == "change":
			f := strings.SplitN(rest, " ", 3)
			kind, _, ok := strings.Cut(f[2], ": ")
			if !ok {
				kind = ""
			}
			l.Changes = append(l.Changes, ledger.Change{
				Repository: "shop", ID: ledger.ChangeID(f[0]), Version: ledger.VersionName(strings.Trim(f[1], "-")), Title: f[2], Type: kind,
				Environments: ledger.InEnvironments{{Environment: "production"}},
			})
		case !inner && word == "flag":
			key, description, _ := strings.Cut(rest, " ")
			l.Flags = append(l.Flags, ledger.Flag{Key: ledger.FlagKey(key), Description: description})
		case !inner && word == "kind": // of the flag above
			l.Flags[len(l.Flags)-1].Kind = rest
		case !inner && word == "version":
			l.Versions = append(l.Versions, ledger.Version{Name: ledger.VersionName(rest)})
		case inner:
			about(t, &l.Changes[len(l.Changes)-1], word, rest)
		default:
			t.Fatalf("cannot read line %q", line)
		}
	}
	return l
}

func about(t *testing.T, c *ledger.Change, word, rest string) {
	t.Helper()
	switch word {
	case "flag":
		c.Flags = append(c.Flags, ledger.ChangeFlag{Key: ledger.FlagKey(rest), Role: ledger.RoleBehind, Known: true})
	case "moves":
		c.Flags = append(c.Flags, ledger.ChangeFlag{Key: ledger.FlagKey(rest), Role: ledger.RoleMoves, Known: true})
	case "breaking":
		c.Breaking = true
	case "note":
		f := strings.SplitN(rest, " ", 3)
		c.Note = &ledger.NoteText{Name: strings.Trim(f[0], "-"), Kind: strings.Trim(f[1], "-"), Title: f[2]}
	case "text":
		if c.Note == nil {
			c.Note = &ledger.NoteText{}
		}
		c.Note.Text = rest
	default:
		at, err := time.Parse("2006-01-02 15:04", "2026-"+word+" 09:00")
		if err != nil {
			t.Fatal(err)
		}
		f := strings.Fields(rest)
		share, err := ledger.ParsePercent(f[2])
		if err != nil {
			t.Fatal(err)
		}
		m := ledger.Move{At: at, Kind: ledger.MoveKind(f[0]), Cause: ledger.Cause(f[1]), Percent: ledger.Exactly(share)}
		if len(f) > 3 {
			m.Groups = []ledger.GroupShare{{Name: f[3], Percent: ledger.Everybody()}}
		}
		s := &c.Environments[0].State
		s.Moves = append(s.Moves, m)
		when := ledger.Date{When: ledger.When{At: at}}
		if (share > 0 || len(m.Groups) > 0) && !s.FirstExposed.Known() {
			s.FirstExposed = when
		}
	}
}

func TestKindOf(t *testing.T) {
	note := &ledger.NoteText{Text: "We moved the button."}
	for _, tc := range []struct {
		change ledger.Change
		want   notes.Kind
	}{
		{ledger.Change{Type: "feat", Title: "feat: search"}, notes.Added},
		{ledger.Change{Type: "fix", Title: "fix: prices"}, notes.Fixed},
		{ledger.Change{Type: "perf", Title: "perf: faster"}, notes.Changed},
		{ledger.Change{Type: "chore", Title: "chore: tidy"}, ""},
		{ledger.Change{Type: "chore", Title: "chore: tidy", Note: note}, notes.Changed},
		{ledger.Change{Type: "refactor", Title: "refactor!: api", Breaking: true}, notes.Changed},
		{ledger.Change{Type: "fix", Title: "fix: x", Note: &ledger.NoteText{Title: "Safer", Kind: "security"}}, notes.Security},
		{ledger.Change{Type: "feat", Title: "feat: an admin page", Internal: true}, ""},
		{ledger.Change{Type: "feat", Title: "feat: an admin page", Internal: true, Note: note}, notes.Added},
		{ledger.Change{Title: "Search in orders"}, notes.Changed},
		{ledger.Change{Type: "basket", Title: "basket: new layout"}, notes.Changed},
		{ledger.Change{Title: `Revert "feat: search"`}, ""},
		{ledger.Change{Title: "Merge branch 'main' into search"}, ""},
		{ledger.Change{Title: "Bump left-pad from 1.0 to 1.1"}, ""},
		{ledger.Change{Title: "basket on for all", Flags: []ledger.ChangeFlag{{Key: "basket", Role: ledger.RoleMoves}}}, ""},
		{ledger.Change{Type: "feat", Title: "feat: x", Reverts: make([]ledger.Hash, 1)}, ""},
	} {
		if got := notes.KindOf(&tc.change); got != string(tc.want) {
			t.Errorf("KindOf(%q) = %q, want %q", tc.change.Title, got, tc.want)
		}
	}
}

func TestHeadline(t *testing.T) {
	for title, want := range map[string]string{
		"feat(basket)!: new layout (#12)":     "New layout",
		"fix: prices (#100) (#123)":           "Prices",
		"basket: new layout":                  "Basket: new layout",
		"Search\n\tin\x00 orders (!7)":        "Search in orders",
		"":                                    "",
		"éclair: on sale (see #4)":            "Éclair: on sale (see #4)",
		"chore(deps): bump x from 1 to 2 (#)": "Bump x from 1 to 2 (#)",
	} {
		if got := notes.Headline(&ledger.Change{Title: title}); got != want {
			t.Errorf("Headline(%q) = %q, want %q", title, got, want)
		}
	}
}

// TestStable: a new title and a new note file change neither key nor address of
// old notes, and the address of before leads to the note.
func TestStable(t *testing.T) {
	const before = "change aaaa v1 feat: search\n  03-03 released deployment 100\n"
	const after = "change aaaa v1 feat: find things\n  note search-for-all added Find things\n  03-03 released deployment 100\n"
	old, now := notes.From(parse(t, before), notes.Options{})[0], notes.From(parse(t, after), notes.Options{})[0]
	if old.Key != now.Key || old.ID != "aaaa" || now.ID != "search-for-all" {
		t.Errorf("ids %s, %s; keys %s, %s", old.ID, now.ID, old.Key, now.Key)
	}
	if d := cmp.Diff([]string{"aaaa"}, now.Aliases); d != "" {
		t.Errorf("aliases: %s", d)
	}
}

// TestUnique: two notes never share an address.
func TestUnique(t *testing.T) {
	l := parse(t, `
change cccc v2 feat: third
  note same added Third
  flag f
  03-05 exposed flag 10
change bbbb v1 feat: second
  note bbbb2 added Second
  03-04 released deployment 100
change aaaa v1 feat: first
  note same added First
  03-03 released deployment 100
`)
	ids := map[string]bool{}
	for _, n := range notes.From(l, notes.Options{}) {
		for _, id := range append([]string{n.ID}, n.Aliases...) {
			if ids[id] {
				t.Errorf("%s is the address of two notes", id)
			}
			ids[id] = true
		}
	}
	if !ids["same"] || !ids["f"] {
		t.Errorf("addresses %v", ids)
	}
}

func TestSectionsAndVersions(t *testing.T) {
	l := parse(t, `
version v2
version v1
change cccc - feat: not in a version
  03-05 released deployment 100
change bbbb v1 fix: prices
  03-04 released deployment 100
change aaaa v1 fix: old api
  breaking
  03-03 released deployment 100
change dddd v1 feat: search
  03-03 released deployment 100
`)
	list := notes.From(l, notes.Options{})
	var got []string
	for _, v := range notes.ByVersion(list, l.Versions) {
		name := "none"
		if v.Version != nil {
			name = string(v.Version.Name)
		}
		for _, s := range notes.Sections(v.Notes) {
			for _, n := range s.Notes {
				got = append(got, name+" "+s.Title+" "+n.ID)
			}
		}
	}
	want := []string{"none Added cccc", "v1 Added dddd", "v1 Fixed aaaa", "v1 Fixed bbbb"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if n := len(notes.From(l, notes.Options{Kinds: []notes.Kind{notes.Fixed}})); n != 2 {
		t.Errorf("%d notes of kind fixed, want 2", n)
	}
}

// TestJSON: dates that are not known are left out and not the year 1.
func TestJSON(t *testing.T) {
	n := notes.From(parse(t, "change aaaa v1 feat: search\n  03-03 exposed deployment 25\n"), notes.Options{})
	b, err := json.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "0001-01-01") {
		t.Errorf("a zero date in %s", b)
	}
}
