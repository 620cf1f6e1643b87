package feed_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// present is the present of the checks: no test reads a clock.
var present = time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)

// TestChecker puts the checker itself before feeds that others wrote, each with
// one fault or none.
func TestChecker(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "corpora", "feeds", "feedvalidator")
	data, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil {
		t.Skip("the corpus of feeds is not there")
	}
	var index struct {
		Cases []struct {
			File     string
			Valid    bool
			Errors   []string
			Warnings []string
		}
	}
	if err := json.Unmarshal(data, &index); err != nil {
		t.Fatal(err)
	}
	decided := 0
	for _, c := range index.Cases {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(c.File)))
		if err != nil {
			t.Error(err)
			continue
		}
		failures, warnings := checkXML(data, present).events()
		switch {
		case c.Valid && len(failures) > 0:
			t.Errorf("%s is valid; the checker says %v", c.File, failures)
		case !c.Valid && !slices.ContainsFunc(c.Errors, func(e string) bool { return slices.Contains(failures, e) }):
			t.Errorf("%s has %v; the checker says %v", c.File, c.Errors, failures)
		default:
			decided++
		}
		if slices.Contains(failures, "SAXError") || slices.Contains(failures, "MissingNamespace") {
			continue // nothing more can be said
		}
		for _, w := range warnings {
			if !slices.Contains(c.Warnings, w) {
				t.Errorf("%s has no warning %s", c.File, w)
			}
		}
		for _, w := range c.Warnings {
			if !slices.Contains(warnings, w) {
				t.Errorf("%s has the warning %s; the checker says %v", c.File, w, warnings)
			}
		}
	}
	t.Logf("%d of %d cases decided", decided, len(index.Cases))
	if len(index.Cases) == 0 || decided == 0 {
		t.Error("the corpus decided nothing")
	}
}
