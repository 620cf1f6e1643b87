package deploylog

import (
	"bufio"
	"crypto/sha1"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/generator/history"
	"daylight/generator/ledger"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted records in testdata")

// hashOf makes a commit of a name, so that scenarios can speak of "a" and "b".
func hashOf(name string) history.Hash { return sha1.Sum([]byte(name)) }

// scenario is an archive in testdata/<reader>. Its comment may set pattern,
// environment, component, environments, zone, since, until, repository, of,
// guessed, format and jq. The file "tags" has a line for each tag: name, commit (or missing,
// tree), and the tagger's date where it is annotated, then the message.
// "commits" has name and date, "versions" name and commit; files called
// note:<commit> are notes, with "line: first seen" in seen:<commit>; all others
// are files of records.
func readScenario(t testing.TB, path string) (*txtar.Archive, Input) {
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	in := Input{Repository: "shop"}
	dates := map[history.Hash]time.Time{}
	refs := map[string]Resolution{}
	for line := range strings.Lines(string(a.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		setOption(t, &in, key, value)
		setHistoryOption(&in, key, value)
	}
	seen := map[string][]time.Time{}
	for _, f := range a.Files {
		if name, ok := strings.CutPrefix(f.Name, "seen:"); ok {
			for _, w := range strings.Fields(string(f.Data)) {
				seen[name] = append(seen[name], mustTime(t, w))
			}
		}
	}
	for _, f := range a.Files {
		name, isNote := strings.CutPrefix(f.Name, "note:")
		switch {
		case f.Name == "want" || strings.HasPrefix(f.Name, "seen:") || stepFile.MatchString(f.Name):
		case f.Name == "tags":
			in.Tags = readTags(t, f.Data)
		case f.Name == "commits":
			for s := bufio.NewScanner(strings.NewReader(string(f.Data))); s.Scan(); {
				commit, date, _ := strings.Cut(s.Text(), " ")
				dates[hashOf(commit)] = mustTime(t, date)
			}
		case f.Name == "versions":
			for s := bufio.NewScanner(strings.NewReader(string(f.Data))); s.Scan(); {
				ref, commit, _ := strings.Cut(s.Text(), " ")
				refs[ref] = Resolution{Resolved, ledger.Hash(hashOf(commit))}
				if commit == "ambiguous" {
					refs[ref] = Resolution{State: Ambiguous}
				}
			}
		case isNote:
			n := history.Note{Ref: "deployments", Target: hashOf(name), Text: string(f.Data)}
			for i, line := range strings.Split(strings.TrimSuffix(n.Text, "\n"), "\n") {
				l := history.NoteLine{Text: line}
				if i < len(seen[name]) {
					l.FirstSeen = seen[name][i]
				}
				n.Lines = append(n.Lines, l)
			}
			in.Notes = append(in.Notes, n)
		default:
			in.Files = append(in.Files, File{Path: f.Name, Data: f.Data, FirstSeen: seen[f.Name]})
		}
	}
	in.CommitDate = func(h history.Hash) time.Time { return dates[h] }
	in.Resolve = func(ref string) Resolution { return refs[ref] }
	historyScenario(t, a, &in)
	return a, in
}

func setOption(t testing.TB, in *Input, key, value string) {
	switch key {
	case "pattern":
		in.Pattern = value
	case "environment":
		in.Environment = ledger.EnvironmentName(value)
	case "component":
		in.Component = ledger.ComponentName(value)
	case "environments":
		for _, e := range strings.Fields(value) {
			in.Environments = append(in.Environments, ledger.EnvironmentName(e))
		}
	case "zone":
		in.Zone = time.FixedZone(value, map[string]int{"+02:00": 7200, "-08:00": -8 * 3600}[value])
	case "since":
		in.Since = mustTime(t, value)
	case "until":
		in.Until = mustTime(t, value)
	case "of":
		in.Of = ledger.RepositoryName(value)
	case "guessed":
		in.Guessed = true
	case "format":
		in.Format = value
	case "jq":
		in.Query = value
	}
}

func mustTime(t testing.TB, s string) time.Time {
	if s == "-" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, strings.TrimSpace(s))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func readTags(t testing.TB, data []byte) []history.Tag {
	var out []history.Tag
	for s := bufio.NewScanner(strings.NewReader(string(data))); s.Scan(); {
		words := strings.SplitN(s.Text(), " ", 4)
		tag := history.Tag{Name: words[0], Kind: history.TargetCommit, Target: hashOf(words[1])}
		switch words[1] {
		case "missing", "tree", "blob":
			tag.Kind = history.TargetKind(words[1])
		}
		if len(words) > 2 {
			tag.Annotated = true
			tag.Tagger = history.Signature{Name: "Release Engineer", When: mustTime(t, words[2])}
		}
		if len(words) > 3 {
			tag.Message = words[3]
		}
		out = append(out, tag)
	}
	return out
}

// TestReaders holds every reader to one suite.
func TestReaders(t *testing.T) {
	for _, r := range Readers() {
		t.Run(r.Name(), func(t *testing.T) {
			paths, err := filepath.Glob("testdata/" + r.Name() + "/*.txtar")
			if err != nil || len(paths) < 2 {
				t.Fatalf("testdata/%s has %d scenarios, want a good and a bad one at least", r.Name(), len(paths))
			}
			records, problems := 0, 0
			for _, path := range paths {
				t.Run(filepath.Base(path), func(t *testing.T) {
					a, in := readScenario(t, path)
					recs, probs := r.Read(in)
					records += len(recs)
					problems += len(probs)
					checkPromises(t, in, recs, probs)
					slices.Reverse(in.Tags)
					slices.Reverse(in.Notes)
					again, more := r.Read(in)
					if !reflect.DeepEqual(recs, again) || !reflect.DeepEqual(probs, more) {
						t.Error("reading twice, in another order, gives two results")
					}
					compare(t, path, a, in, printed(recs, probs))
				})
			}
			if records == 0 || problems == 0 {
				t.Errorf("the scenarios have %d records and %d problems; want some of both", records, problems)
			}
		})
	}
}

// TestMerge reads the scenarios in testdata/merge with all readers.
func TestMerge(t *testing.T) {
	paths, _ := filepath.Glob("testdata/merge/*.txtar")
	if len(paths) == 0 {
		t.Fatal("no scenarios")
	}
	for _, path := range paths {
		a, in := readScenario(t, path)
		var all []ledger.Record
		for _, r := range Readers() {
			recs, _ := r.Read(in)
			all = append(all, recs...)
		}
		merged := Merge(all)
		slices.Reverse(all)
		if again := Merge(all); !reflect.DeepEqual(merged, again) {
			t.Errorf("%s: another order of records gives another result", path)
		}
		if again := Merge(merged); !reflect.DeepEqual(merged, again) {
			t.Errorf("%s: merging twice changes the result", path)
		}
		compare(t, path, a, in, printed(merged, nil))
	}
}

func compare(t *testing.T, path string, a *txtar.Archive, in Input, got string) {
	for _, name := range []string{"a", "b", "c", "d"} {
		h := ledger.Hash(hashOf(name))
		got = strings.NewReplacer(h.String(), "<"+name+">", h.Short(), "<"+name+">").Replace(got)
	}
	if *update {
		files := slices.DeleteFunc(a.Files, func(f txtar.File) bool { return f.Name == "want" })
		a.Files = append(files, txtar.File{Name: "want", Data: []byte(got)})
		if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, f := range a.Files {
		if f.Name == "want" && string(f.Data) != got {
			t.Errorf("got\n%s\nwant\n%s", got, f.Data)
		}
	}
}

// checkPromises holds what every reader promises of every input.
func checkPromises(t testing.TB, in Input, records []ledger.Record, problems []ledger.Problem) {
	t.Helper()
	for i, rec := range records {
		if rec.ID == "" || rec.Environment == "" || rec.Status == "" || len(rec.Origins) == 0 || rec.Order != i {
			t.Fatalf("record %+v lacks what every record has", rec)
		}
		if rec.Status == ledger.RecordSucceeded && rec.FinishedAt.IsZero() {
			t.Fatalf("record %s succeeded, and has no time", rec.ID)
		}
		if rec.StartedAt.IsZero() && rec.FinishedAt.IsZero() || rec.TimeBasis == "" {
			t.Fatalf("record %s has no time, or no basis of it", rec.ID)
		}
		if rec.Weight != nil && (rec.Weight.Lo < 0 || rec.Weight.Hi > ledger.Hundred || rec.Weight.Lo > rec.Weight.Hi) {
			t.Fatalf("record %s has the weight %v", rec.ID, rec.Weight)
		}
	}
	for _, p := range problems {
		if len(p.Origins) == 0 || p.Rule == "" || p.Level == "" || p.Message == "" || strings.HasSuffix(p.Message, ".") {
			t.Fatalf("problem %v lacks a place, a rule, a level or a proper message", p)
		}
		for _, f := range in.Files {
			if o := p.Origins[0]; o.File == f.Path && (o.Line < 1 || o.Line > strings.Count(string(f.Data), "\n")+1 || o.Col < 1) {
				t.Fatalf("problem %v lies outside the file", p)
			}
		}
	}
}

// printed writes records and problems as a person would check them.
func printed(records []ledger.Record, problems []ledger.Problem) string {
	var b strings.Builder
	stamp := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return t.Format(time.RFC3339)
	}
	for _, r := range records {
		fmt.Fprintf(&b, "%s %s", stamp(r.FinishedAt), r.Environment)
		for _, s := range []string{string(r.Component), r.Slot} {
			if s != "" {
				b.WriteString("/" + s)
			}
		}
		revision := "unresolved"
		if !r.Revision.IsZero() {
			revision = r.Revision.Short()
		}
		fmt.Fprintf(&b, " %s %q %s, %s", revision, r.Ref, r.Status, r.TimeBasis)
		if r.Kind != "" {
			fmt.Fprintf(&b, ", %s", r.Kind)
		}
		if r.Weight != nil {
			fmt.Fprintf(&b, ", %s %%", r.Weight)
		}
		if !r.StartedAt.IsZero() {
			fmt.Fprintf(&b, ", since %s", stamp(r.StartedAt))
		}
		for _, s := range []string{r.Actor, r.URL, r.Description} {
			if s != "" {
				fmt.Fprintf(&b, ", %q", s)
			}
		}
		fmt.Fprintf(&b, "\n  %s", r.ID)
		for _, o := range r.Origins {
			fmt.Fprintf(&b, " [%s]", o)
		}
		b.WriteString("\n")
	}
	for _, p := range problems {
		fmt.Fprintf(&b, "%s %s: %s\n", p.Level, p.Rule, p)
	}
	return b.String()
}

func TestParseTime(t *testing.T) {
	oslo := time.FixedZone("", 7200)
	for text, want := range map[string]string{
		"2012.04.02-203155-utc":          "2012-04-02T20:31:55Z",
		"2012.04.02-203155":              "2012-04-02T18:31:55Z",
		"2019-08-19_145226":              "2019-08-19T12:52:26Z",
		"2023-11-28":                     "2023-11-27T22:00:00Z",
		"2025-07-22-at-21-01":            "2025-07-22T19:01:00Z",
		"20240305-101500":                "2024-03-05T08:15:00Z",
		"20240305101500":                 "2024-03-05T08:15:00Z",
		"202403051015":                   "2024-03-05T08:15:00Z",
		"2024-05-01T10-00-00Z":           "2024-05-01T10:00:00Z",
		"2024-05-01T10-00":               "2024-05-01T08:00:00Z",
		"2024-05-01T10:00:00.25+05:30":   "2024-05-01T04:30:00.25Z",
		"2022-08-05 14:25:15 +0800":      "2022-08-05T06:25:15Z",
		"2026-02-18T09:30Z":              "2026-02-18T09:30:00Z",
		"1714120242":                     "2024-04-26T08:30:42Z",
		"1714120242935":                  "2024-04-26T08:30:42.935Z",
		"1714120242935000":               "2024-04-26T08:30:42.935Z",
		"1714120242935000000":            "2024-04-26T08:30:42.935Z",
		"2024-02-29T23:59:60Z":           "2024-03-01T00:00:00Z",
		"2024-05-01T10:00:00.123456789Z": "2024-05-01T10:00:00.123456789Z",
	} {
		got, ok := parseTime(text, oslo)
		if !ok || got.at.Format(time.RFC3339Nano) != want {
			t.Errorf("parseTime(%q) = %s, %v; want %s", text, got.at.Format(time.RFC3339Nano), ok, want)
		}
	}
	for _, text := range []string{"", "soon", "2024-13-01", "2024-02-30", "2024-05-01T25:00", "20240", "99", "0001-01-01", "2024-05-01b"} {
		if got, ok := parseTime(text, nil); ok {
			t.Errorf("parseTime(%q) = %v; want none", text, got.at)
		}
	}
}

func TestPatternFaults(t *testing.T) {
	for pattern, want := range map[string]string{
		"deploy/{environment":                 "not closed",
		"deploy/{env}":                        "unknown placeholder {env}",
		"{time:%Q%k}":                         "a layout is like",
		"{environment:x}":                     "cannot use",
		"{time}-{epoch}":                      "two placeholders for the time",
		"production":                          "nothing in it varies",
		"{environment}/{time} {environment}}": "nothing",
	} {
		_, err := ParsePatterns(pattern)
		if pattern == "{environment}/{time} {environment}}" {
			if err != nil {
				t.Errorf("%s: %v", pattern, err) // a brace may be part of a name
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "read tag pattern") {
			t.Errorf("%s: %v, want %q", pattern, err, want)
		}
	}
}

func TestClaims(t *testing.T) {
	claims, err := Input{Pattern: "deploy/{environment}/{n} {time:%d.%m.%y}", Environments: []ledger.EnvironmentName{"production", ""}}.Claims()
	if err != nil {
		t.Fatal(err)
	}
	for tag, want := range map[string]bool{"deploy/production/7": true, "deploy/sandbox/7": false, "31.12.24": true, "v1.2.3": false} {
		if claims(tag) != want {
			t.Errorf("%s is claimed: %v", tag, !want)
		}
	}
	guessed, err := Input{Guessed: true}.Claims()
	if err != nil {
		t.Fatal(err)
	}
	for tag, want := range map[string]bool{
		"deploy/production/2024-05-01T10-00": true, "production-v1.2.3": true, "staging_2/2019-08-19_145226": true, "deploy-2023-11-28": true,
		"v1.2.3": false, "shop-v1.2.3": false, "release-2026.11.23": false, "v1.2.3-staging": false, "1714120242935": false,
	} {
		if guessed(tag) != want {
			t.Errorf("%s is claimed: %v", tag, !want)
		}
	}
}

// TestManyTags holds that reading grows with the number of tags and no faster.
func TestManyTags(t *testing.T) {
	var in Input
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 30_000 {
		in.Tags = append(in.Tags, history.Tag{
			Name: "deploy/production/" + at.Add(time.Duration(i)*time.Minute).Format("2006-01-02T15-04-05Z"), Kind: history.TargetCommit, Target: hashOf("a"),
		})
	}
	if records, _ := (Tags{}).Read(in); len(records) != 30_000 {
		t.Errorf("%d records", len(records))
	}
}

func FuzzTags(f *testing.F) {
	f.Add("deploy/production/2024-05-01T10-00-00Z", "deploy/{environment}/{time}", "")
	f.Add("deploys-2018-10-16\ndeploy-2016-11-23b", "deploy-{time}", "x")
	f.Add("production/last\n31.12.24", "{environment}/{any} {time:%d.%m.%y}", "a\n\xffb")
	f.Fuzz(func(t *testing.T, names, pattern, message string) {
		in := Input{Pattern: pattern}
		for name := range strings.SplitSeq(names, "\n") {
			in.Tags = append(in.Tags, history.Tag{Name: name, Kind: history.TargetCommit, Target: hashOf("a"), Annotated: true, Message: message,
				Tagger: history.Signature{When: time.Unix(1_700_000_000, 0)}})
		}
		records, problems := Tags{}.Read(in)
		checkPromises(t, in, records, problems)
	})
}

func FuzzNotes(f *testing.F) {
	f.Add(`{"env":"production","at":"2024-05-01T10:00:00Z","weight":[0,40]}`)
	f.Add("env=production, deployed-at=2026-02-18T09:30Z\nDeployed to prod: 2023-11-23\n\n{\n")
	f.Add("{\n \"environment\": {\"name\": \"x\"},\n \"ts\": 1714120242\n}\n")
	f.Fuzz(func(t *testing.T, text string) {
		in := Input{Notes: []history.Note{{Ref: "deployments", Target: hashOf("a"), Text: text}}}
		records, problems := Notes{}.Read(in)
		checkPromises(t, in, records, problems)
		checkPromises(t, in, renumber(Merge(records)), nil)
	})
}

func FuzzJSONLines(f *testing.F) {
	f.Add([]byte("# log\n{\"environment\":\"production\",\"sha\":\"abc\",\"at\":1714120242935}\n{\"env\":1}\n[]\n"))
	f.Add([]byte("{\"deployment.environment.name\":\"x\",\"service\":{\"version\":\"v1\"},\"status\":\"maybe\",\"kind\":\"what\",\"at\":\"2024-13-01\"}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		in := Input{Files: []File{{Path: "deployments.jsonl", Data: data, FirstSeen: []time.Time{time.Unix(1, 0)}}}}
		records, problems := JSONLines{}.Read(in)
		checkPromises(t, in, records, problems)
		checkPromises(t, in, renumber(Merge(records)), nil)
	})
}

// renumber gives merged records the order that the check wants.
func renumber(records []ledger.Record) []ledger.Record {
	for i := range records {
		records[i].Order = i
	}
	return records
}
