package feed_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestRules holds the checker against the list of rules: each good document has
// no finding, and each edit of one has the finding that its rule names, or none
// where it is allowed. An event of the checker that no rule breaks fails, too.
func TestRules(t *testing.T) {
	data, err := os.ReadFile("testdata/rules.txt")
	if err != nil {
		t.Fatal(err)
	}
	documents := map[string]string{}
	var rules []string
	for _, f := range txtar.Parse(data).Files {
		switch f.Name {
		case "rules":
			rules = strings.Split(strings.TrimSuffix(string(f.Data), "\n"), "\n")
		case "ics":
			documents[f.Name] = strings.ReplaceAll(string(f.Data), "\n", "\r\n")
		default:
			documents[f.Name] = string(f.Data)
		}
	}
	for name, doc := range documents {
		if found := checked(name, doc); len(found.found) > 0 {
			t.Errorf("the good %s: %v", name, found.found)
		}
	}
	seen := map[string]bool{}
	bad, good := 0, 0
	for _, line := range rules {
		parts := strings.SplitN(line, "; ", 3)
		name, rest, _ := strings.Cut(parts[2], ": ")
		event, edit, _ := strings.Cut(rest, "; ")
		old, now, ok := strings.Cut(edit, " => ")
		if !ok {
			old, ok = strings.CutSuffix(edit, " =>")
		}
		doc := documents[name]
		if broken := strings.Replace(doc, plainText(t, old), plainText(t, now), -1); ok && broken != doc {
			doc = broken
		} else {
			t.Errorf("rule %s: the document %s has no %q", parts[0], name, old)
			continue
		}
		r := checked(name, doc)
		failures, warnings := r.events()
		list := failures
		if inner, ok := strings.CutPrefix(event, "("); ok {
			event, list = strings.TrimSuffix(inner, ")"), warnings
		}
		switch {
		case event == "" && len(r.found) > 0:
			t.Errorf("rule %s allows it; the checker says %v", parts[0], r.found)
		case event != "" && !slices.Contains(list, event):
			t.Errorf("rule %s (%s): want %s, the checker says %v", parts[0], parts[1], event, r.found)
		case event == "":
			good++
		default:
			bad++
			seen[event] = true
		}
	}
	for _, event := range eventsOfChecker(t) {
		if !seen[event] {
			t.Errorf("no rule of the list ends in the event %s", event)
		}
	}
	t.Logf("%d rules, each with an example that breaks it; %d more examples that are allowed; %d events", bad, good, len(seen))
}

func checked(name, doc string) *report {
	r := &report{now: present}
	switch name {
	case "json":
		r.checkJSON([]byte(doc))
	case "ics":
		r.checkICal([]byte(doc))
	default:
		r = checkXML([]byte(doc), present)
	}
	return r
}

// plainText resolves the escapes of the list of rules.
func plainText(t *testing.T, s string) string {
	t.Helper()
	out, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return out
}

// eventsOfChecker reads the names of the events in the checker's own source.
func eventsOfChecker(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, name := range []string{"check_test.go", "check_atom_test.go", "check_rss_test.go", "check_data_test.go", "check_html_test.go"} {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range []string{`r.fail("`, `r.warn("`} {
			for i, part := range strings.Split(string(src), call) {
				if event, _, ok := strings.Cut(part, `"`); i > 0 && ok && !slices.Contains(out, event) {
					out = append(out, event)
				}
			}
		}
	}
	return out
}
