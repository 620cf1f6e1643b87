package story_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"daylight/generator/ledger"
	"daylight/generator/story"
)

var update = flag.Bool("update", false, "rewrite the wanted texts in testdata")

// TestExplain tells the story of each subject of the sample as text and as
// Markdown, and compares with testdata/explain.txtar.
func TestExplain(t *testing.T) {
	l := sample(t)
	teller := story.New(l, nil)
	got := &txtar.Archive{Comment: []byte("What explain prints for the sample of sample_test.go; `go test -update` rewrites it.\n")}
	for _, arg := range []string{"00000000000a", "00000000000b", "#9", "v1.4.0", "basket-v2", "search", "tag:1"} {
		found := story.Find(l, arg)
		if len(found) != 1 {
			t.Fatalf("Find(%q) gave %d subjects, want 1", arg, len(found))
		}
		s := teller.Explain(found[0])
		var text, md bytes.Buffer
		if err := teller.Text(&text, s, story.Layout{}); err != nil {
			t.Fatal(err)
		}
		if err := teller.Markdown(&md, s); err != nil {
			t.Fatal(err)
		}
		got.Files = append(got.Files, txtar.File{Name: arg, Data: text.Bytes()}, txtar.File{Name: arg + ".md", Data: md.Bytes()})
	}
	golden(t, filepath.Join("testdata", "explain.txtar"), txtar.Format(got))
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, d)
	}
}

func TestMoves(t *testing.T) {
	l := sample(t)
	teller := story.New(l, nil)
	c := &l.Changes[2]
	var got []string
	for _, line := range teller.Moves(c, &c.Environments[0]) {
		got = append(got, line.Text)
	}
	want := []string{
		"Deployed to production with v1.4.0; nobody can see it: flag basket-v2 is off there.",
		"Exposed in production: 25 % of users can see it now, because flag basket-v2 was opened to 25 % of users there.",
		"Released in production: everyone can see it now, because flag basket-v2 was turned on there as planned.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestMoveKinds has a sentence for every kind of move and every cause.
func TestMoveKinds(t *testing.T) {
	none, all := ledger.Share{}, ledger.Everybody()
	beta := ledger.GroupShare{Name: "beta", Percent: ledger.Everybody()}
	for _, tc := range []struct {
		before, move ledger.Move
		want         string
	}{
		{move("2026-03-10 08:00", ledger.MoveExposed, ledger.CauseFlag, percent(25)), move("2026-03-12 08:00", ledger.MoveWidened, ledger.CauseFlag, percent(50), beta),
			"Widened in production from 25 % of users to the beta group and 50 % of the other users, because a flag changed there."},
		{move("2026-03-10 08:00", ledger.MoveReleased, ledger.CauseDeployment, all), move("2026-03-12 08:00", ledger.MoveNarrowed, ledger.CauseTraffic, percent(5)),
			"Narrowed in production from everyone to 5 % of users, because the traffic changed there."},
		{move("2026-03-10 08:00", ledger.MoveReleased, ledger.CauseDeployment, all), move("2026-03-12 08:00", ledger.MoveUnReleased, ledger.CauseFlag, none),
			"Un-released in production: nobody can see it any more, because a flag changed there; the code stays deployed."},
		{move("2026-03-10 08:00", ledger.MoveReleased, ledger.CauseDeployment, all), move("2026-03-12 08:00", ledger.MoveRolledBack, ledger.CauseDeployment, none),
			"Rolled back in production: what runs there now does not hold it; everyone could see it until then."},
		{move("2026-03-10 08:00", ledger.MoveDeployed, ledger.CauseDeployment, none), move("2026-03-12 08:00", ledger.MoveReverted, ledger.CauseRevert, none),
			"Reverted in production: what runs there now holds the commit that undid it; nobody could see it before."},
		{move("2026-03-10 08:00", ledger.MoveDeployed, ledger.CauseDeployment, none), move("2026-03-12 08:00", ledger.MoveUndeployed, ledger.CauseDeployment, none),
			"Undeployed from production: nothing runs there any more; nobody could see it before."},
		{move("2026-03-10 08:00", ledger.MoveRolledBack, ledger.CauseDeployment, none), move("2026-03-12 08:00", ledger.MoveReturned, ledger.CauseDeployment, all),
			"Returned to production; everyone can see it."},
		{move("2026-03-10 08:00", ledger.MoveReverted, ledger.CauseDeployment, none), move("2026-03-12 08:00", ledger.MoveReapplied, ledger.CauseDeployment, none),
			"Reapplied in production; nobody can see it."},
		{ledger.Move{}, move("2026-03-12 08:00", ledger.MoveReleased, ledger.CauseDeployment, all),
			"Released in production: everyone can see it now, because no flag stands in front of it."},
		{ledger.Move{}, move("2026-03-12 08:00", ledger.MoveReleased, ledger.CauseDeclared, all),
			"Released in production: everyone can see it now, because its release was declared."},
	} {
		l := sample(t)
		c := &ledger.Change{Repository: "shop", ID: "0"}
		in := &ledger.InEnvironment{Environment: "production", State: ledger.State{Moves: []ledger.Move{tc.before, tc.move}}}
		if got := story.New(l, nil).Move(c, in, 1).Text; got != tc.want {
			t.Errorf("%s by %s:\n got %s\nwant %s", tc.move.Kind, tc.move.Cause, got, tc.want)
		}
	}
}

func TestStatus(t *testing.T) {
	l := sample(t)
	teller := story.New(l, nil)
	for i, want := range []string{
		"Not deployed to production: merged on 18 March, 38 hours ago.",
		"Dark in production for 16 days: deployed on 3 March, and nobody can see it, because flag search is off there.",
		"Released in production on 14 March, 5 days ago, 10 days after it was deployed: everyone can see it.",
	} {
		if got := teller.Status(&l.Changes[i], "production"); got != want {
			t.Errorf("status of change %d:\n got %s\nwant %s", i, got, want)
		}
	}
	if got, want := teller.Status(&l.Changes[0], "moon"), "Not in moon: none of its components runs there."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestStaging: nothing is released to an environment without users.
func TestStaging(t *testing.T) {
	l := sample(t)
	l.Environments[0].Tier = ledger.TierStaging
	teller := story.New(l, nil)
	c := &l.Changes[2]
	if got, want := teller.Status(c, "production"), "Visible in production on 14 March, 5 days ago, 10 days after it was deployed: everyone can see it."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := teller.Move(c, &c.Environments[0], 2).Text; !strings.HasPrefix(got, "Visible in production: everyone can see it now") {
		t.Errorf("got %s", got)
	}
}

// TestPublished: where nobody deploys, a version is the release.
func TestPublished(t *testing.T) {
	l := sample(t)
	for i := range l.Changes {
		l.Changes[i].Environments[0].Environment = ledger.Published
		l.Changes[i].Flags = nil
	}
	l.Environments[0].Name = ledger.Published
	teller := story.New(l, nil)
	got := []string{
		teller.Status(&l.Changes[0], ledger.Published), teller.Status(&l.Changes[2], ledger.Published),
		teller.Move(&l.Changes[2], &l.Changes[2].Environments[0], 0).Text, teller.Move(&l.Changes[2], &l.Changes[2].Environments[0], 2).Text,
	}
	want := []string{
		"In no published version yet: merged on 18 March, 38 hours ago.",
		"Released with v1.4.0 on 14 March, 5 days ago: everyone can use it.",
		"Published with v1.4.0.", "Released with v1.4.0: everyone can use it now.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestWhy(t *testing.T) {
	l := sample(t)
	teller := story.New(l, nil)
	text := func(i int) (out []string) {
		for _, line := range teller.Why(&l.Changes[i], "production") {
			out = append(out, line.Text)
		}
		return out
	}
	for i, want := range [][]string{
		{"The code is not there: v1.4.0 runs in production, and the change came with v1.5.0."},
		{"Flag search is off in production.", "Planned for 24 March: flag search is to open in production to the beta group."},
		nil,
	} {
		if d := cmp.Diff(want, text(i)); d != "" {
			t.Errorf("why change %d is not released: %s", i, d)
		}
	}
}

func TestWho(t *testing.T) {
	beta := ledger.GroupShare{Name: "beta", Percent: ledger.Everybody()}
	staff := ledger.GroupShare{Name: "staff", Percent: percent(50)}
	for _, tc := range []struct {
		percent  ledger.Share
		groups   []ledger.GroupShare
		excludes []string
		want     string
	}{
		{ledger.Share{}, nil, nil, "nobody"},
		{ledger.Everybody(), nil, nil, "everyone"},
		{ledger.Everybody(), nil, []string{"eu"}, "everyone except the eu group"},
		{percent(25), nil, nil, "25 % of users"},
		{ledger.Share{Hi: 4_000_000}, nil, nil, "up to 40 % of users"},
		{ledger.Share{Lo: 2_000_000, Hi: 4_000_000}, nil, nil, "20 to 40 % of users"},
		{ledger.Share{Lo: 2_000_000, Hi: ledger.Hundred}, nil, nil, "at least 20 % of users"},
		{ledger.Undecided(), nil, nil, "an unknown share of users"},
		{ledger.Share{}, []ledger.GroupShare{beta}, nil, "the beta group"},
		{percent(5), []ledger.GroupShare{beta, staff}, nil, "the beta group, 50 % of the staff group and 5 % of the other users"},
	} {
		if got := story.Who(tc.percent, tc.groups, tc.excludes); got != tc.want {
			t.Errorf("Who(%v, %v, %v) = %q, want %q", tc.percent, tc.groups, tc.excludes, got, tc.want)
		}
	}
}

func TestAgo(t *testing.T) {
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{
		59 * time.Second: "less than a minute", time.Minute: "1 minute", 90 * time.Minute: "1 hour",
		47 * time.Hour: "47 hours", 48 * time.Hour: "2 days", 89 * day: "89 days", 92 * day: "3 months",
		729 * day: "23 months", 800 * day: "2 years", -3 * day: "3 days",
	} {
		if got := story.Ago(d); got != want {
			t.Errorf("Ago(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestBoard(t *testing.T) {
	b := story.New(sample(t), nil).Board()
	since := at("2026-03-03 09:00")
	want := story.Board{AsOf: at("2026-03-20 00:00"), Problems: 1, Rows: []story.Row{{
		Environment: "production", Tier: ledger.TierProduction, Repository: "shop", Component: "shop",
		Runs: "v1.4.0", Weight: ledger.Everybody(), Since: &since, Behind: 1, Dark: 1, Released: 1,
	}}}
	if d := cmp.Diff(want, b); d != "" {
		t.Error(d)
	}
}

// TestBoardSlots: both slots of a lane are rows with what the lane holds, and a
// deployment's own tag is no name for what runs.
func TestBoardSlots(t *testing.T) {
	l := sample(t)
	blue, green := "blue", "green"
	live := l.Environments[0].Live[0]
	live.Slot, live.Weight = &blue, ledger.Share{}
	other := live
	other.Slot, other.Weight, other.Version, other.Ref, other.Deployment = &green, ledger.Everybody(), "", "deploy/production/7", "tag:1"
	l.Environments[0].Live = []ledger.Live{live, other}
	l.Deployments[0].Origins = []ledger.Origin{{Tag: "deploy/production/7"}}
	var got []string
	for _, r := range story.New(l, nil).Board().Rows {
		got = append(got, fmt.Sprintf("%s %s %s behind %d dark %d", r.Slot, r.Runs, r.Weight, r.Behind, r.Dark))
	}
	want := []string{"blue v1.4.0 0 behind 1 dark 1", "green commit 000000000028 100 behind 1 dark 1"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestLayout breaks lines at blanks, keeps names whole, and hangs what follows
// below the beginning of the sentence.
func TestLayout(t *testing.T) {
	l := sample(t)
	teller := story.New(l, nil)
	var b bytes.Buffer
	o := story.Layout{Width: 60, Dim: func(s string) string { return "<" + s + ">" }}
	if err := teller.Text(&b, teller.Explain(story.Subject{Change: &l.Changes[1]}), o); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.NewReplacer("<", "", ">", "", "\n", "").Replace(line)); n > 60 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	for _, want := range []string{
		"  Dark in production for 16 days: deployed on 3 March, and\n  nobody can see it, because flag search is off there.\n",
		"   3 Mar 2026, 09:00 UTC  Deployed to production with\n                          v1.4.0; nobody can see it: flag\n",
		"                            <date of a tag;>\n                            <tag deploy/2026-03-03 09:00>\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

// TestZone writes instants in the zone of display, and the same instant in
// another zone can be another day.
func TestZone(t *testing.T) {
	teller := story.New(sample(t), time.FixedZone("NZDT", 13*3600))
	if got, want := teller.When(at("2026-03-03 12:00")), "4 March 2026, 01:00 NZDT"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestHostile: what comes from a repository stays on its line, moves no cursor,
// and is no mark-up.
func TestHostile(t *testing.T) {
	l := sample(t)
	evil := "a\x1b[2J\r\nb\u202e c\x00 <img src=x> **d** [e](javascript:f) @everyone \xff `g` www.x.org https://x.org"
	l.Changes[2].Title = evil
	l.Flags[0].Key = ledger.FlagKey("k\x1b]0;" + evil)
	l.Changes[2].Flags[0].Key = l.Flags[0].Key
	l.Environments[0].Name = ledger.EnvironmentName(evil)
	teller := story.New(l, nil)
	s := teller.Explain(story.Subject{Change: &l.Changes[2]})
	var text, md bytes.Buffer
	if err := teller.Text(&text, s, story.Layout{}); err != nil {
		t.Fatal(err)
	}
	if err := teller.Markdown(&md, s); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{text.String(), md.String()} {
		if strings.ContainsAny(out, "\x1b\x00\r\u202e") || !utf8.ValidString(out) {
			t.Errorf("control characters in %q", out)
		}
	}
	for _, bad := range []string{"<img", "**d**", "[e](", "@everyone", " `g`", "www.x", "https://"} {
		if strings.Contains(md.String(), bad) {
			t.Errorf("Markdown holds %q:\n%s", bad, md.String())
		}
	}
	if !strings.Contains(text.String(), "a[2J b c <img src=x> **d**") {
		t.Errorf("the title is not told:\n%s", text.String())
	}
}
