package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"daylight/generator"
	"daylight/generator/demo"
	"daylight/generator/ledger"
)

var update = flag.Bool("update", false, "rewrite testdata/demo-ledger.*, and review the difference")

// demoLedger reads the demo once for all tests.
var demoLedger = sync.OnceValues(func() (*ledger.Ledger, error) {
	dir, err := os.MkdirTemp("", "daylight")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	repository := filepath.Join(dir, "repository")
	if _, err := demo.Write(ctx, repository); err != nil {
		return nil, err
	}
	a := &app{stdout: new(bytes.Buffer), stderr: new(bytes.Buffer), getenv: func(string) string { return "" }, now: demo.AsOf}
	l, err := a.load(where{config: filepath.Join(repository, "site.toml"), repository: repository})
	if err != nil {
		return nil, err
	}
	defer l.Close()
	res, err := l.Ledger(ctx, l.asOf)
	if err != nil {
		return nil, err
	}
	return res.Ledger, nil
})

// TestDemoLedger compares the demo's ledger with what a person has read. It is in
// two forms, since the whole is some megabytes: testdata/demo-ledger.txt has a
// line for each change and environment, deployment, version, flag and problem,
// without ids, so that a commit more in the script adds lines and changes few;
// testdata/demo-ledger.json is the JSON of the changes that tell the most.
func TestDemoLedger(t *testing.T) {
	l, err := demoLedger()
	if err != nil {
		t.Fatal(err)
	}
	goldenFile(t, "testdata/demo-ledger.txt", digestOf(l))
	data, err := generator.LedgerJSON(telling(t, l))
	if err != nil {
		t.Fatal(err)
	}
	goldenFile(t, "testdata/demo-ledger.json", data)
}

func goldenFile(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); d != "" {
		t.Errorf("%s differs; `go test ./cmd/daylight -run TestDemoLedger -update` rewrites it (-want +got):\n%s", name, d)
	}
}

// telling picks a change for each of the situations that the demo is there to
// show, by title.
func telling(t *testing.T, l *ledger.Ledger) []ledger.Change {
	t.Helper()
	titles := []string{
		"the shop in the dark",                   // dark for weeks
		"keep baskets between visits",            // 5, 25, 100 %, and then the flag retired
		"lists of wishes",                        // a named group
		"choose when your lamp arrives",          // un-released, with the code left in place
		"filter by room, colour and price",       // rolled back
		"an endless list of lamps",               // reverted and reapplied
		"the basket stays in view",               // a canary by traffic, reverted later
		"send what is in stock first",            // blue and green, and a flag that ships with the build
		"see a lamp in your own room",            // a planned step in the future
		"look twice at strange orders",           // a setting that cannot be read: unknown
		"send the address from old browsers too", // a hotfix with a backport
	}
	out := make([]ledger.Change, 0, len(titles))
	for _, title := range titles {
		i := slices.IndexFunc(l.Changes, func(c ledger.Change) bool { return c.Title == title })
		if i < 0 {
			t.Fatalf("the demo has no change %q", title)
		}
		c := l.Changes[i]
		c.Environments = slices.Clone(c.Environments)
		for j := range c.Environments {
			c.Environments[j].Components = nil // with one component the lane says the same again
		}
		out = append(out, c)
	}
	return out
}

// digestOf writes a line for each fact of a ledger.
func digestOf(l *ledger.Ledger) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "as of %s, releases by %s\n\nchanges: title | environment | status | who | deployed, first exposed, released | moves\n", minute(l.AsOf), l.ReleasesBy)
	for _, c := range l.Changes {
		merged := "off mainline"
		if c.Merged != nil {
			merged = c.Merged.Format(time.DateOnly)
		}
		fmt.Fprintf(&b, "%s %s | version %s\n", merged, c.Title, cmp.Or(string(c.Version), "-"))
		for _, in := range c.Environments {
			fmt.Fprintf(&b, "    %s | %s | %s | %s, %s, %s |%s\n", in.Environment, in.Status, whoOf(in.State),
				dateOf(in.Deployed), dateOf(in.FirstExposed), dateOf(in.Released), movesOf(in.Moves))
		}
	}
	b.WriteString("\ndeployments: finished | environment/component | kind | relation | status | weight | what | gained, lost\n")
	for _, d := range l.Deployments {
		at := "-"
		if d.FinishedAt != nil {
			at = minute(*d.FinishedAt)
		}
		lane := string(d.Environment) + "/" + string(d.Component)
		if d.Slot != nil {
			lane += "/" + *d.Slot
		}
		fmt.Fprintf(&b, "%s | %s | %s (%s) | %s | %s | %s | %s | +%d -%d\n", at, lane, d.Kind, d.KindBasis, d.Relation, d.Status, d.Weight,
			cmp.Or(string(d.Version), "-"), len(d.Gained), len(d.Lost))
	}
	b.WriteString("\nversions: name | made | changes\n")
	for _, v := range l.Versions {
		fmt.Fprintf(&b, "%s | %s | %d\n", v.Name, minute(v.At), len(v.Changes))
	}
	b.WriteString("\nflags: key | effect | retired | changes, then a line for each environment with its steps\n")
	for _, f := range l.Flags {
		retired := "-"
		if f.Retired != nil {
			retired = cmp.Or(f.Retired.As, "?") + " " + minute(f.Retired.At)
		}
		fmt.Fprintf(&b, "%s | %s | %s | %d | planned %d\n", f.Key, f.Effect, retired, len(f.Changes), len(f.Plan))
		for _, in := range f.Environments {
			fmt.Fprintf(&b, "    %s %s:", in.Environment, in.State)
			for _, s := range in.Steps {
				fmt.Fprintf(&b, " %s %s %s;", minute(s.At), s.State, s.Percent)
			}
			b.WriteString("\n")
		}
	}
	b.WriteString("\nproblems: level | rule | message\n")
	for _, p := range l.Problems {
		fmt.Fprintf(&b, "%s | %s | %s\n", p.Level, p.Rule, p.Message)
	}
	return b.Bytes()
}

func minute(at time.Time) string { return at.UTC().Format("2006-01-02T15:04Z") }

func dateOf(d ledger.Date) string {
	if !d.Known() {
		return "-"
	}
	return minute(d.At)
}

func whoOf(s ledger.State) string {
	out := s.Percent.String() + " %"
	for _, g := range s.Groups {
		out += " + " + g.Name
	}
	for _, name := range s.Excludes {
		out += " - " + name
	}
	return out
}

func movesOf(list []ledger.Move) string {
	out := ""
	for _, m := range list {
		out += fmt.Sprintf(" %s by %s;", m.Kind, m.Cause)
	}
	return out
}

// publishedNames are the keys of the published ledger, as section 6 of the design has
// them, written down by hand: a key that is gone breaks somebody's program. "[]"
// stands for the items of a list, and "{}" for a key that is a name.
const publishedNames = `
schema as_of
environments[].name environments[].tier
environments[].live[].repository environments[].live[].component environments[].live[].slot environments[].live[].revision
environments[].live[].version environments[].live[].weight environments[].live[].since
changes[].repository changes[].id changes[].aliases changes[].commit changes[].commits changes[].title changes[].body changes[].note
changes[].type changes[].scope changes[].breaking changes[].pull_request changes[].author changes[].merged changes[].version
changes[].versions[].name changes[].versions[].component changes[].components changes[].backports changes[].reverted_by
changes[].off_mainline
changes[].flags[].key changes[].flags[].by changes[].flags[].role changes[].flags[].origins
changes[].environments.{}.status changes[].environments.{}.percent changes[].environments.{}.groups[].name
changes[].environments.{}.groups[].percent changes[].environments.{}.excludes
changes[].environments.{}.deployed.at changes[].environments.{}.deployed.basis changes[].environments.{}.deployed.origins
changes[].environments.{}.first_exposed.at changes[].environments.{}.first_exposed.basis changes[].environments.{}.first_exposed.origins
changes[].environments.{}.released.at changes[].environments.{}.released.basis changes[].environments.{}.released.origins
changes[].environments.{}.moves[].at changes[].environments.{}.moves[].kind changes[].environments.{}.moves[].percent
changes[].environments.{}.moves[].groups changes[].environments.{}.moves[].cause changes[].environments.{}.moves[].basis
changes[].environments.{}.moves[].origins
changes[].environments.{}.components.{}.status changes[].environments.{}.components.{}.percent
changes[].environments.{}.components.{}.groups changes[].environments.{}.components.{}.excludes
changes[].environments.{}.components.{}.deployed changes[].environments.{}.components.{}.first_exposed
changes[].environments.{}.components.{}.released changes[].environments.{}.components.{}.moves
versions[].name versions[].commit versions[].at versions[].basis versions[].changes versions[].deployed.{}.at
deployments[].id deployments[].environment deployments[].component deployments[].slot deployments[].ref deployments[].revision
deployments[].version deployments[].kind deployments[].kind_basis deployments[].relation deployments[].status deployments[].weight
deployments[].started_at deployments[].finished_at deployments[].time_basis deployments[].gained deployments[].lost deployments[].actor
deployments[].url deployments[].description deployments[].origins
flags[].key flags[].description flags[].owner flags[].retired
flags[].environments.{}.state flags[].environments.{}.percent flags[].environments.{}.groups
flags[].environments.{}.steps[].at flags[].environments.{}.steps[].written.at flags[].environments.{}.steps[].written.commit
flags[].environments.{}.steps[].state flags[].environments.{}.steps[].percent flags[].environments.{}.steps[].groups
flags[].environments.{}.steps[].origins
flags[].plan[].at flags[].plan[].environment flags[].plan[].state flags[].plan[].percent
problems[].message problems[].hint problems[].rule problems[].level
problems[].origins[].commit problems[].origins[].file problems[].origins[].line problems[].origins[].col
`

// TestLedgerNames: the demo's ledger has every name of the published form. No
// key is written in another style.
func TestLedgerNames(t *testing.T) {
	l, err := demoLedger()
	if err != nil {
		t.Fatal(err)
	}
	data, err := generator.LedgerJSON(l)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	keyPaths(tree, "", have)
	for _, name := range strings.Fields(publishedNames) {
		if !have[name] {
			t.Errorf("the ledger has no %s", name)
		}
	}
	for name := range have {
		last := name[strings.LastIndexByte(name, '.')+1:]
		if strings.Trim(last, "abcdefghijklmnopqrstuvwxyz_[]{}") != "" {
			t.Errorf("%s is not written in small letters", name)
		}
	}
}

// keyPaths gathers the paths of all keys below a value. The keys of an object that is
// keyed by environment or component are names, and stand as "{}".
func keyPaths(v any, path string, into map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			keyPaths(item, path+"[]", into)
		}
	case map[string]any:
		named := strings.HasSuffix(path, "changes[].environments") || strings.HasSuffix(path, "flags[].environments") ||
			strings.HasSuffix(path, ".components") || strings.HasSuffix(path, "versions[].deployed")
		for key, item := range v {
			if named {
				key = "{}"
			}
			at := strings.TrimPrefix(path+"."+key, ".")
			into[at] = true
			keyPaths(item, at, into)
		}
	}
}
