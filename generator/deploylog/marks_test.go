package deploylog

import (
	"testing"
	"time"

	"daylight/generator/ledger"
)

// A record may say that it is a hotfix, or that it was bad although it
// succeeded; neither changes its kind, which history tells.
func TestMarks(t *testing.T) {
	for _, c := range []struct {
		line           string
		hotfix, faulty bool
	}{
		{`"kind": "hotfix"`, true, false},
		{`"hotfix": true`, true, false},
		{`"Unplanned": true`, true, false},
		{`"status": "rolled_back"`, false, true},
		{`"faulty": true`, false, true},
		{`"hotfix": "no", "faulty": false`, false, false},
		{`"kind": "deploy"`, false, false},
	} {
		data := []byte(`{"environment": "production", "revision": "1111111111111111111111111111111111111111", "at": "2026-03-03T09:00:00Z", ` + c.line + "}")
		records, problems := JSONLines{}.Read(Input{Repository: "shop", Files: []File{{Path: "log.jsonl", Data: data}}})
		if len(records) != 1 || len(problems) != 0 {
			t.Fatalf("%s: %d records, problems %v", c.line, len(records), problems)
		}
		if r := records[0]; r.Hotfix != c.hotfix || r.Faulty != c.faulty || r.Status != ledger.RecordSucceeded {
			t.Errorf("%s: hotfix %t, faulty %t, %s; want %t, %t", c.line, r.Hotfix, r.Faulty, r.Status, c.hotfix, c.faulty)
		}
	}
}

// What one source marks stays marked when another tells of the same event.
func TestMergeKeepsMarks(t *testing.T) {
	at := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
	tag := ledger.Record{ID: "a", Repository: "shop", Environment: "production", Revision: ledger.Hash{1}, Status: ledger.RecordSucceeded,
		FinishedAt: at, TimeBasis: ledger.BasisTagName, Origins: []ledger.Origin{{Tag: "deploy/1"}}}
	note := tag
	note.ID, note.Hotfix, note.Faulty, note.TimeBasis, note.Origins = "b", true, true, ledger.BasisDeclared, []ledger.Origin{{Note: "deployments"}}
	if got := Merge([]ledger.Record{tag, note}); len(got) != 1 || !got[0].Hotfix || !got[0].Faulty {
		t.Errorf("merged: %+v", got)
	}
}
