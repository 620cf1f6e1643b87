package notes_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/generator/ledger"
	"daylight/generator/notes"
)

const changelogLedger = `change 7 - feat: not deployed yet
change 6 v2 feat: dark room
  flag room
  03-12 deployed deployment 0
change 5 v2 feat: a [new] basket
  flag basket
  03-12 deployed deployment 0
  03-13 exposed flag 25
change 4 v2 fix: prices of gifts
  03-12 released deployment 100
change 3 v1 feat: lists of wishes
  breaking
  03-02 released deployment 100
change 2 v1 feat: a bad idea
  03-02 released deployment 100
  03-04 un_released flag 0
change 1 v1 chore: tidy
  03-02 released deployment 100
flag basket A basket of your own
flag room
version v2
version v1
`

// told sets the statuses, which the notation of the scenarios does not have.
func told(t *testing.T) *ledger.Ledger {
	l := parse(t, changelogLedger)
	for i := range l.Changes {
		s := &l.Changes[i].Environments[0].State
		s.Status = ledger.StatusNotDeployed
		if n := len(s.Moves); n > 0 {
			s.Deployed.At = s.Moves[0].At
			s.Status = map[ledger.MoveKind]ledger.Status{
				ledger.MoveDeployed: ledger.StatusDark, ledger.MoveExposed: ledger.StatusLimited,
				ledger.MoveReleased: ledger.StatusReleased, ledger.MoveUnReleased: ledger.StatusUnReleased,
			}[s.Moves[n-1].Kind]
		}
	}
	return l
}

// TestChangelog: what is released stands in its version, and the rest says why
// nobody, or not everybody, sees it.
func TestChangelog(t *testing.T) {
	link := func(v ledger.VersionName) string { return "https://shop.example/tags/" + string(v) }
	got := notes.Changelog(told(t), notes.ChangelogOptions{Links: link})
	want := `# Changelog

What is new, by version.
The dates are those on which users could see it, which may be later than the version's.

## [Unreleased]

### Deployed, and seen by some

- Added: A basket of your own (v2, 25 % of users since 2026-03-13)

### Deployed, and dark

- Added: Dark room (v2, deployed 2026-03-12, flag room)

### Not deployed

- Added: Not deployed yet

## [v2]

### Fixed

- Prices of gifts (released 2026-03-12)

## [v1]

### Added

- **Breaking:** Lists of wishes (released 2026-03-02)
- A bad idea (taken back 2026-03-04)

[v2]: <https://shop.example/tags/v2>
[v1]: <https://shop.example/tags/v1>
`
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	one := notes.Changelog(told(t), notes.ChangelogOptions{Version: "v2"})
	if want := "## [v2]\n\n### Fixed\n\n- Prices of gifts (released 2026-03-12)\n"; one != want {
		t.Errorf("of one version: %q, want %q", one, want)
	}
}

// TestChangelogForm: whatever titles say, the headings are those of Keep a
// Changelog and ours, each item is one line, and nothing is mark-up.
func TestChangelogForm(t *testing.T) {
	allowed := " # Changelog ## [Unreleased] ## [v1] ## [v2] ## No version ### Deployed, and seen by some ### Deployed, and dark ### Not deployed " +
		"### Added ### Changed ### Deprecated ### Removed ### Fixed ### Security "
	rapid.Check(t, func(r *rapid.T) {
		l := told(t)
		for i := range l.Changes {
			l.Changes[i].Title = "feat: " + rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"x\n## [v9]", "[a](b)", "<b>", "@all", "- x\r\n# y"})).Draw(r, "title")
		}
		for line := range strings.Lines(notes.Changelog(l, notes.ChangelogOptions{})) {
			line = strings.TrimRight(line, "\n")
			switch {
			case strings.HasPrefix(line, "#") && !strings.Contains(allowed, " "+line+" "):
				r.Errorf("heading %q", line)
			case strings.Contains(line, "<b>") || strings.Contains(strings.ReplaceAll(line, `\]`, ""), "](") || strings.Contains(line, "@all"):
				r.Errorf("mark-up in %q", line)
			}
		}
	})
}
