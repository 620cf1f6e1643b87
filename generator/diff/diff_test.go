package diff_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"daylight/generator/diff"
	"daylight/generator/ledger"
)

var update = flag.Bool("update", false, "rewrite what is wanted in testdata")

// TestDiff runs the scenarios of testdata: two builds in the notation of parse,
// and what is different.
func TestDiff(t *testing.T) {
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
			older, newer := parse(t, string(a.Files[0].Data)), parse(t, string(a.Files[1].Data))
			var text, markdown bytes.Buffer
			d := diff.Compare(older, newer)
			if err := d.Text(&text); err != nil {
				t.Fatal(err)
			}
			if err := d.Markdown(&markdown); err != nil {
				t.Fatal(err)
			}
			got := append(a.Files[:2:2], txtar.File{Name: "text", Data: text.Bytes()}, txtar.File{Name: "markdown", Data: markdown.Bytes()})
			if *update {
				if err := os.WriteFile(name, txtar.Format(&txtar.Archive{Comment: a.Comment, Files: got}), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(string(txtar.Format(a)), string(txtar.Format(&txtar.Archive{Comment: a.Comment, Files: got}))); d != "" {
				t.Errorf("differs (-want +got):\n%s", d)
			}
		})
	}
}

// parse reads a build. Lines are
//
//	as-of MM-DD
//	audience NAME
//	change ID TITLE              "0003 was 0001" for an id with an alias
//	  production STATUS PERCENT MM-DD|- MM-DD|- MM-DD|- [PLACE]
//
// with the dates of deployment, first exposure and release.
func parse(t *testing.T, text string) diff.Snapshot {
	t.Helper()
	s := diff.Snapshot{Schema: diff.Schema, Base: "https://shop.example/", Environments: []ledger.EnvironmentName{"production", "staging"}}
	for raw := range strings.Lines(text) {
		f := strings.Fields(raw)
		switch {
		case len(f) == 0:
		case f[0] == "as-of":
			s.AsOf = at(t, f[1])
		case f[0] == "audience":
			s.Audience, s.Environments = f[1], []ledger.EnvironmentName{ledger.EnvironmentName(f[1])}
		case f[0] == "change":
			e := diff.Entry{Repository: "shop", ID: f[1], Key: "key-" + f[1], Path: "/changes/" + f[1] + "/"}
			if f[2] == "was" {
				e.Aliases, f = []string{f[3]}, f[2:]
			}
			if s.Audience != "" {
				e.Repository = ""
			}
			e.Title = strings.Join(f[2:], " ")
			s.Entries = append(s.Entries, e)
		default:
			e := &s.Entries[len(s.Entries)-1]
			e.Environments = append(e.Environments, state(t, f))
		}
	}
	return s
}

func at(t *testing.T, day string) time.Time {
	t.Helper()
	v, err := time.Parse("2006-01-02 15:04", "2026-"+day+" 09:00")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func state(t *testing.T, f []string) diff.InEnvironment {
	t.Helper()
	share, err := ledger.ParsePercent(f[2])
	if err != nil {
		t.Fatal(err)
	}
	in := diff.InEnvironment{
		Environment: ledger.EnvironmentName(f[0]), Status: ledger.Status(f[1]), Percent: ledger.Exactly(share), Who: f[2] + " % of users",
	}
	place := ""
	if len(f) > 6 {
		place = strings.Join(f[6:], " ")
	}
	for i, d := range []**diff.Date{&in.Deployed, &in.FirstExposed, &in.Released} {
		if f[3+i] == "-" {
			continue
		}
		on := at(t, f[3+i])
		*d = &diff.Date{At: on, Basis: ledger.BasisTagName, From: place}
		in.Since = &on
	}
	return in
}

// TestSnapshotRoundTrips: what is written is read back, entry by entry on a line.
func TestSnapshotRoundTrips(t *testing.T) {
	a, err := txtar.ParseFile("testdata/events.txtar")
	if err != nil {
		t.Fatal(err)
	}
	want := parse(t, string(a.Files[1].Data))
	data, err := want.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(data), "\n"); got != len(want.Entries)+2 {
		t.Errorf("%d entries on %d lines", len(want.Entries), got)
	}
	got, err := diff.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := got.JSON()
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("%v; the second writing differs:\n%s\n%s", err, data, again)
	}
	if empty, err := (diff.Snapshot{}).JSON(); err != nil || !strings.Contains(string(empty), `"entries":[`) {
		t.Errorf("an empty snapshot is %s, %v", empty, err)
	}
}

// TestParseRefuses: what is no snapshot is refused, and says what it is.
func TestParseRefuses(t *testing.T) {
	for _, s := range []string{"", "[]", "{}", `{"schema":"data/schema/next/v1.json"}`, `{"schema":"data/schema/published/v1.json","entries":3}`} {
		if _, err := diff.Parse([]byte(s)); err == nil || !strings.HasPrefix(err.Error(), "parse ") {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// TestFromLedger: a whole ledger stands for its snapshot, and against itself it
// shows no difference.
func TestFromLedger(t *testing.T) {
	on := func(day string) ledger.Date {
		return ledger.Date{When: ledger.When{At: at(t, day), Basis: ledger.BasisTagName}}
	}
	l := &ledger.Ledger{
		Schema: ledger.SchemaLedger, AsOf: at(t, "03-20"), Environments: []ledger.Environment{{Name: "production", Tier: ledger.TierProduction}},
		Changes: []ledger.Change{{Repository: "shop", ID: "0001", Title: "basket", Environments: ledger.InEnvironments{{
			Environment: "production", State: ledger.State{
				Status: ledger.StatusLimited, Percent: ledger.Share{Hi: 40 * 100_000}, Groups: []ledger.GroupShare{{Name: "beta", Percent: ledger.Everybody()}},
				Deployed: on("03-03"), FirstExposed: on("03-04"), Moves: []ledger.Move{{At: at(t, "03-04"), Kind: ledger.MoveExposed}},
			},
		}}}},
	}
	s, err := diff.Parse(l.AppendJSON(nil))
	if err != nil {
		t.Fatal(err)
	}
	in := s.Entries[0].Environments[0]
	if in.Who != "the beta group and up to 40 % of users" || in.Deployed == nil || in.Released != nil {
		t.Errorf("read as %+v", in)
	}
	if d := diff.Compare(s, s); len(d.Events)+len(d.Corrections) > 0 {
		t.Errorf("differs from itself: %+v", d)
	}
}

// TestAnyTitle: no title breaks a line, the Markdown around it, or calls
// somebody.
func TestAnyTitle(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := parse(t, "as-of 03-20\nchange 0001 x\n production released 100 03-03 03-03 03-03\n")
		s.Entries[0].Title = rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"](x)", "@all", "**", "a\nb", "`", "<b>"})).Draw(r, "title")
		var text, markdown bytes.Buffer
		d := diff.Compare(diff.Snapshot{}, s)
		if err := d.Text(&text); err != nil {
			r.Fatal(err)
		}
		if err := d.Markdown(&markdown); err != nil {
			r.Fatal(err)
		}
		if n := strings.Count(text.String(), "\n"); n != 5 {
			r.Errorf("%d lines: %s", n, text.String())
		}
		if m := markdown.String(); strings.Contains(m, "@all") || strings.Contains(m, "<b>") || strings.Count(m, "\n") != 5 {
			r.Errorf("Markdown: %s", m)
		}
	})
}

// FuzzParse: no bytes stop the reader.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"schema":"data/schema/published/v1.json","entries":[{"id":"a","environments":[{"environment":"p","deployed":null}]}]}`))
	f.Add([]byte(`{"schema":"data/schema/ledger/v1.json","changes":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := diff.Parse(data)
		if err != nil {
			return
		}
		if d := diff.Compare(s, s); len(d.Corrections) > 0 && len(s.Entries) < 2 {
			t.Errorf("differs from itself: %+v", d.Corrections)
		}
	})
}

// life makes the snapshot of one change with these moves, "MM-DD kind percent",
// as of a day.
func life(t *testing.T, asOf string, moves ...string) diff.Snapshot {
	t.Helper()
	at := func(day string) time.Time {
		v, err := time.Parse("2006-01-02", "2026-"+day)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	s := ledger.State{Status: ledger.StatusDark}
	for _, line := range moves {
		f := strings.Fields(line)
		if f[0] > asOf {
			break
		}
		m := ledger.Move{At: at(f[0]), Kind: ledger.MoveKind(f[1])}
		when := ledger.Date{When: ledger.When{At: m.At, Basis: ledger.BasisTagName}}
		switch m.Kind {
		case ledger.MoveReleased:
			m.Percent, s.Status = ledger.Everybody(), ledger.StatusReleased
			if !s.Released.Known() {
				s.Released, s.FirstExposed, s.Deployed = when, when, when
			}
		case ledger.MoveUnReleased:
			s.Status = ledger.StatusUnReleased
		}
		s.Percent = m.Percent
		s.Moves = append(s.Moves, m)
	}
	return diff.OfLedger(&ledger.Ledger{
		AsOf: at(asOf), Environments: []ledger.Environment{{Name: "production"}},
		Changes: []ledger.Change{{Repository: "shop", ID: "a", Title: "A lamp", Environments: ledger.InEnvironments{{Environment: "production", State: s}}}},
	}, nil)
}

// TestPassing: what came and went between two builds is told, though the states
// at both ends are the same, and nothing is told twice.
func TestPassing(t *testing.T) {
	all := []string{"03-02 deployed", "03-04 released", "03-05 un_released", "03-06 released", "03-07 un_released"}
	for _, tt := range []struct{ from, to, want string }{
		{"03-03", "03-04", "released 03-04"},
		{"03-03", "03-05", "released 03-04; taken_back 03-05"},
		{"03-03", "03-06", "released 03-04; released 03-06; taken_back 03-05"},
		{"03-03", "03-07", "released 03-04; released 03-06; taken_back 03-05; taken_back 03-07"},
		{"03-04", "03-05", "taken_back 03-05"},
		{"03-04", "03-06", "released 03-06; taken_back 03-05"},
		{"03-05", "03-07", "released 03-06; taken_back 03-07"},
		{"03-07", "03-08", ""},
	} {
		var got []string
		for _, e := range diff.Compare(life(t, tt.from, all...), life(t, tt.to, all...)).Events {
			got = append(got, string(e.Kind)+" "+e.At.Format("01-02"))
		}
		if d := strings.Join(got, "; "); d != tt.want {
			t.Errorf("from %s to %s: %q, want %q", tt.from, tt.to, d, tt.want)
		}
	}
}

// TestStanding: a date that moved is told as moved by every build from then on,
// through two moves, until it is again what it was first.
func TestStanding(t *testing.T) {
	builds := []diff.Snapshot{
		life(t, "03-08", "03-04 released"), life(t, "03-09", "03-03 released"), life(t, "03-10", "03-03 released"),
		life(t, "03-11", "03-02 released"), life(t, "03-12", "03-04 released"),
	}
	want := []string{"04>03", "04>03", "04>02 03>02", "03>04 02>04"}
	for i := 1; i < len(builds); i++ {
		builds[i].Moved = diff.Standing(builds[i-1], builds[i])
		data, err := builds[i].JSON() // it goes through a file
		if err != nil {
			t.Fatal(err)
		}
		if builds[i], err = diff.Parse(data); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range builds[i].Moved {
			if c.What == "released" {
				got = append(got, c.Old[8:10]+">"+c.New[8:10])
			}
		}
		if d := strings.Join(got, " "); d != want[i-1] {
			t.Errorf("build %d: %q, want %q", i, d, want[i-1])
		}
	}
	builds[4].Moved[0].Old = "<script>"
	if n := len(diff.Standing(builds[4], builds[4])); n != len(builds[4].Moved)-1 {
		t.Errorf("%d dates are told after one was changed by hand", n)
	}
}
