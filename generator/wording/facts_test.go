package wording_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"daylight/generator/ledger"
	"daylight/generator/wording"
)

// factsLedger has four changes in production: #1 dark behind flag basket-v2 since
// 3 March, #2 deployed that day and released on 14 March by flag checkout, #3
// limited to 25 %, #4 taken back on 20 March; and flag wish_list without changes,
// off. As of 1 April 2026.
func factsLedger() *ledger.Ledger {
	day := func(month, d int) time.Time { return time.Date(2026, time.Month(month), d, 9, 0, 0, 0, time.UTC) }
	on := func(month, d int) ledger.Date { return ledger.Date{When: ledger.When{At: day(month, d)}} }
	quarter := ledger.Share{Lo: ledger.Hundred / 4, Hi: ledger.Hundred / 4}
	change := func(n int, flag string, s ledger.State) ledger.Change {
		c := ledger.Change{ID: ledger.ChangeID(strings.Repeat(string(rune('0'+n)), 12)), PullRequest: n,
			Environments: ledger.InEnvironments{{Environment: "production", State: s}}}
		c.Commit[0], c.Commit[1], c.Commit[2], c.Commit[3] = 0xab, 0xcd, 0xef, byte(n)
		if flag != "" {
			c.Flags = []ledger.ChangeFlag{{Key: ledger.FlagKey(flag), Role: ledger.RoleBehind}}
		}
		return c
	}
	l := &ledger.Ledger{
		AsOf:         day(4, 1),
		Environments: []ledger.Environment{{Name: "production", Tier: ledger.TierProduction}},
		Changes: []ledger.Change{
			change(1, "basket-v2", ledger.State{Status: ledger.StatusDark, Deployed: on(3, 3)}),
			change(2, "checkout", ledger.State{Status: ledger.StatusReleased, Percent: ledger.Everybody(), Deployed: on(3, 3), FirstExposed: on(3, 14), Released: on(3, 14)}),
			change(3, "", ledger.State{Status: ledger.StatusLimited, Percent: quarter, Deployed: on(3, 5), FirstExposed: on(3, 6)}),
			change(4, "", ledger.State{Status: ledger.StatusUnReleased, Deployed: on(3, 1), FirstExposed: on(3, 2), Released: on(3, 2)}),
		},
		Flags: []ledger.Flag{
			{Key: "basket-v2", Changes: []ledger.ChangeID{"111111111111"}},
			{Key: "checkout", Changes: []ledger.ChangeID{"222222222222"}},
			{Key: "wish_list", Environments: ledger.FlagInEnvironments{{Environment: "production", State: ledger.FlagOff}}},
		},
	}
	l.Changes[0].Note = &ledger.NoteText{Title: "A basket", Origins: []ledger.Origin{{File: "changes/basket.md"}}}
	l.Changes[1].Note = &ledger.NoteText{Title: "A checkout", Origins: []ledger.Origin{{File: "changes/checkout.md"}}}
	return l
}

// TestFacts runs the rules that know the ledger on sentences of facts.json: a file,
// its text, and what is found there (nothing, for what is true).
func TestFacts(t *testing.T) {
	data, err := os.ReadFile("testdata/facts.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		File, Text string
		Want       []string
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	linter, facts := wording.New(shipped(t)), wording.NewFacts(factsLedger(), time.UTC)
	right, wrong := 0, map[string]int{}
	for _, c := range cases {
		var got []string
		for _, a := range linter.CheckFacts(markdownText(c.File, c.Text, ".md"), facts) {
			got = append(got, strings.TrimPrefix(a.Check, "Daylight.")+": "+a.Message+"; "+a.Problem().Hint)
			wrong[a.Check]++
		}
		if len(c.Want) == 0 {
			right++
		}
		if strings.Join(got, "\n") != strings.Join(c.Want, "\n") {
			t.Errorf("%s: %q:\n got %s\nwant %s", c.File, c.Text, strings.Join(got, "\n     "), strings.Join(c.Want, "\n     "))
		}
	}
	if right < 10 || len(wrong) != 3 {
		t.Errorf("%d true texts, and false ones for %v", right, wrong)
	}
}
