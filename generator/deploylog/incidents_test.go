package deploylog

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"daylight/generator/ledger"
)

// tellIncident writes an incident in a line.
func tellIncident(in ledger.Incident) string {
	at := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return t.UTC().Format("2006-01-02T15:04Z")
	}
	return strings.Join([]string{in.ID, at(in.StartedAt), at(in.ResolvedAt), "env=" + string(in.Environment), "part=" + string(in.Component),
		"by=" + in.Deployment, in.Title, in.URL, fmt.Sprint(in.Origins)}, " | ")
}

// One incident in each form in which teams keep them.
func TestIncidentForms(t *testing.T) {
	for _, c := range []struct{ name, path, data, want string }{
		{"a line of our own keys", "incidents.jsonl",
			"# kept by hand\n" + `{"id": "INC-1", "started_at": "2026-03-04T10:00:00Z", "resolved_at": "2026-03-04T11:30:00Z", "environment": "production", "component": "shop", "deployment": "v1.4.0", "title": "Checkout slow", "url": "https://status.example/1"}`,
			"INC-1 | 2026-03-04T10:00Z | 2026-03-04T11:30Z | env=production | part=shop | by=v1.4.0 | Checkout slow | https://status.example/1 | [incidents.jsonl:2:1]"},
		{"a list in YAML, times without an offset", "incidents.yaml",
			"- id: 7\n  started_at: 2026-03-04 10:00\n  resolved_at: 2026-03-04 11:30\n  service: shop\n",
			"7 | 2026-03-04T10:00Z | 2026-03-04T11:30Z | env= | part=shop | by= |  |  | [incidents.yaml:1:3]"},
		{"a tracker's export", "issues.json",
			`{"incidents": [{"number": 12, "created_at": "2026-03-04T10:00:00Z", "closed_at": "2026-03-05T00:00:00Z", "html_url": "javascript:alert(1)", "title": "Broken"}]}`,
			"12 | 2026-03-04T10:00Z | 2026-03-05T00:00Z | env= | part= | by= | Broken |  | [issues.json:1:16]"},
		{"CDEvents, two of one incident and one of something else", "events.jsonl",
			`{"context": {"type": "dev.cdevents.incident.detected.0.2.0", "timestamp": "2026-03-04T10:00:00Z", "id": "e1"}, "subject": {"id": "inc-9", "content": {"environment": {"id": "production"}, "service": {"id": "shop"}, "description": "slow"}}}` + "\n" +
				`{"context": {"type": "dev.cdevents.service.deployed.0.2.0", "timestamp": "2026-03-04T10:10:00Z"}, "subject": {"id": "shop"}}` + "\n" +
				`{"context": {"type": "dev.cdevents.incident.resolved.0.2.0", "timestamp": "2026-03-04T12:00:00Z", "id": "e2"}, "subject": {"id": "inc-9", "content": {}}}`,
			"inc-9 | 2026-03-04T10:00Z | 2026-03-04T12:00Z | env=production | part=shop | by= | slow |  | [events.jsonl:1:1 events.jsonl:3:1]"},
		{"opened in one line, over in another", "log.jsonl",
			`{"id": "A", "started_at": "2026-03-04T10:00:00Z", "title": "slow"}` + "\n" + `{"id": "A", "resolved_at": "2026-03-04T12:00:00Z"}`,
			"A | 2026-03-04T10:00Z | 2026-03-04T12:00Z | env= | part= | by= | slow |  | [log.jsonl:1:1 log.jsonl:2:1]"},
		{"TOML", "incident.toml", "id = \"T\"\nstarted_at = 2026-03-04T10:00:00Z\n",
			"T | 2026-03-04T10:00Z | - | env= | part= | by= |  |  | [incident.toml:1:1]"},
	} {
		found, problems := Incidents(Input{Files: []File{{Path: c.path, Data: []byte(c.data)}}})
		if len(found) != 1 || len(problems) != 0 || tellIncident(found[0]) != c.want {
			t.Errorf("%s: %d incidents, problems %v", c.name, len(found), problems)
			for _, in := range found {
				t.Errorf("got  %s\nwant %s", tellIncident(in), c.want)
			}
		}
	}
}

// What is wrong with an incident is said at its place, and the others are read.
func TestIncidentProblems(t *testing.T) {
	for data, want := range map[string]string{
		`{"id": "A", "title": "when?"}`: "f.jsonl:1:1: nothing tells when incident \"A\" began (0 read)",
		`{"id": "A", "started_at": "2026-03-04T10:00:00Z", "resolved_at": "2026-03-03"}`: "f.jsonl:1:1: incident \"A\" ended at 2026-03-03T00:00:00Z, before it began at 2026-03-04T10:00:00Z (1 read)",
		`{"id": "A", "started_at": "yesterday"}`:                                         "f.jsonl:1:1: nothing tells when incident \"A\" began; f.jsonl:1:27: the time \"yesterday\" cannot be read (0 read)",
		`{"id": "A",`:                                                                    "f.jsonl:1:1: this line is no JSON: '{' is not closed (0 read)",
		`"what a day"`:                                                                   "f.jsonl:1:1: this is not understood as an incident (0 read)",
		`[[[[[[[[[[1]]]]]]]]]]`:                                                          "f.jsonl:1:9: this is not understood as an incident (0 read)",
	} {
		found, problems := Incidents(Input{Files: []File{{Path: "f.jsonl", Data: []byte(data)}}})
		var list []string
		for _, p := range problems {
			list = append(list, p.String())
		}
		if got := fmt.Sprintf("%s (%d read)", strings.Join(list, "; "), len(found)); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", data, got, want)
		}
	}
}

// A program reads what no key fits.
func TestIncidentQuery(t *testing.T) {
	data := `{"rows": [["X", 1772618400, 1772622000]]}`
	in := Input{Files: []File{{Path: "f.json", Data: []byte(data)}}, Environment: "live", Of: "shop",
		Query: `.rows[] | {id: .[0], started_at: .[1], resolved_at: .[2]}`}
	found, problems := Incidents(in)
	if len(found) != 1 || len(problems) != 0 || found[0].ID != "X" || found[0].Environment != "live" || found[0].Repository != "shop" ||
		found[0].ResolvedAt.Sub(found[0].StartedAt) != time.Hour {
		t.Errorf("%+v, problems %v", found, problems)
	}
	in.Query = ".["
	if _, problems := Incidents(in); len(problems) != 1 || problems[0].Rule != "bad-query" || problems[0].Level != ledger.LevelError {
		t.Errorf("a broken program: %v", problems)
	}
}

// Whatever the bytes: sorted, started, no end before the beginning, no id twice,
// and the same again.
func FuzzIncidents(f *testing.F) {
	for _, seed := range []string{`{"id": "A", "started_at": "2026-03-04T10:00:00Z"}`, "- id: 7\n  started_at: 2026-03-04 10:00\n", `{"incidents": [{"created_at": 1772618400}]}`,
		`{"context": {"type": "dev.cdevents.incident.detected.0.2.0", "timestamp": "2026-03-04T10:00:00Z"}, "subject": {"id": "inc-9"}}`, "id = 1\nstarted_at = 2026-03-04T10:00:00Z", "[[[["} {
		for _, path := range []string{"f.json", "f.jsonl", "f.yaml", "f.toml"} {
			f.Add(path, []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		in := Input{Repository: "shop", Files: []File{{Path: path, Data: data}}}
		found, problems := Incidents(in)
		seen := map[string]bool{}
		for i, x := range found {
			if x.StartedAt.IsZero() || !x.ResolvedAt.IsZero() && x.ResolvedAt.Before(x.StartedAt) || x.ID == "" || seen[x.ID] || len(x.Origins) == 0 {
				t.Fatalf("incident %+v", x)
			}
			seen[x.ID] = true
			if i > 0 && ledger.CompareIncidents(found[i-1], x) > 0 {
				t.Fatalf("not in order: %v, %v", found[i-1], x)
			}
		}
		again, more := Incidents(in)
		if fmt.Sprint(again) != fmt.Sprint(found) || fmt.Sprint(more) != fmt.Sprint(problems) {
			t.Fatal("read twice, it is not the same")
		}
	})
}
