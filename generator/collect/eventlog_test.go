package collect

import (
	"testing"
	"time"

	"daylight/generator/flagfile"
	"daylight/generator/ledger"
)

// Two logs of one source are one log; of two manifests the later counts. Each
// step keeps the place of its line, at the commit whose file was read.
func TestLogsAreJoined(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC) }
	log := func(file string, days ...int) flagfile.Setting {
		s := flagfile.Setting{Key: "basket", Environment: "production", Dated: true, Origin: ledger.Origin{Repository: "shop", File: file, Line: 1}}
		for line, day := range days {
			s.Plan = append(s.Plan, ledger.PlannedSetting{At: at(day), Origins: []ledger.Origin{{File: file, Line: line + 1}}})
		}
		return s
	}
	both := flagfile.Over(log("a.jsonl", 2, 9), log("b.jsonl", 5))
	if len(both.Plan) != 3 || !both.Plan[1].At.Equal(at(5)) || both.Plan[1].Origins[0].File != "b.jsonl" {
		t.Errorf("joined: %+v", both.Plan)
	}
	manifest := flagfile.Setting{Key: "basket", Environment: "production"}
	if got := flagfile.Over(log("a.jsonl", 2), manifest); got.Dated || len(got.Plan) != 0 {
		t.Errorf("a manifest after a log: %+v", got)
	}
	commit := ledger.Hash{7}
	steps := placed(both, commit)
	want := ledger.Origin{Repository: "shop", Commit: commit, File: "a.jsonl", Line: 2}
	if got := steps[2].Origins; len(got) != 1 || got[0] != want {
		t.Errorf("the last step is at %v", got)
	}
	if both.Plan[2].Origins[0].Repository != "" {
		t.Error("what was decoded is shared with other commits, and was changed")
	}
}
