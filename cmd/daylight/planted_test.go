package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/generator/audience"
	"daylight/generator/gitrepo/script"
)

// secret is a text that is planted in one place of a repository.
type secret struct {
	place string
	text  string
	// leaks says that the team's site tells it, so that switching the reduction
	// off tells it to customers. What no page shows is only put into a site by hand.
	leaks bool
}

// planted makes a secret for each place that can name something. Each is a word
// that stands nowhere else; what is prose has seven of them in a row.
func planted(seed int) map[string]secret {
	out := map[string]secret{}
	next := seed*1000 + 100
	word := func() string {
		next++
		return fmt.Sprintf("q%sv%d", strings.Repeat("x", next%3), next)
	}
	for _, p := range []struct {
		place string
		prose bool
		leaks bool
	}{
		{"title of a change", true, true}, {"body of a change", true, true}, {"author", false, true}, {"mail of an author", false, false},
		{"branch", false, false}, {"flag", false, true}, {"description of a flag", true, true}, {"owner of a flag", false, true},
		{"title of a note", true, true}, {"text of a note", true, true}, {"name of a note's file", false, true}, {"component", false, true},
		{"environment", false, true}, {"actor of a deployment", false, true}, {"description of a deployment", true, true},
		{"address of a deployment", false, true}, {"version", false, true}, {"message of a version", true, true},
		{"file of a manifest", false, true}, {"page for the team", true, true}, {"term for the team", true, true}, {"group of users", false, true},
		{"title of an incident", true, true},
	} {
		text := word()
		if p.prose {
			for range 6 {
				text += " " + word()
			}
		}
		out[p.place] = secret{p.place, text, p.leaks}
	}
	return out
}

// whyDark are the reasons for which nobody may know of the change that carries
// the secrets. Each is a manifest of flags.
var whyDark = []struct{ name, flags string }{
	{"its flag is off", "%s: { description: '%s', owner: '%s', production: off }\n"},
	{"its flag is on where customers are not", "%s: { description: '%s', owner: '%s', production: off, staging: on }\n"},
	{"its flag is for a group", "%s: { description: '%s', owner: '%s', production: { groups: [%s] } }\n"},
	{"nothing tells what its flag says", "%s: { description: '%s', owner: '%s', production: perhaps }\n"},
}

// whole is a secret as it stands in the repository: a part of an address is no
// secret by itself.
func (s secret) whole() string {
	switch s.place {
	case "mail of an author":
		return s.text + "@mail.example"
	case "address of a deployment":
		return "https://ci.example/" + s.text
	case "file of a manifest":
		return "config/" + s.text + ".yaml"
	case "version":
		return "v1.1.0-" + s.text
	}
	return s.text
}

// plantRepository writes a repository with one change that customers see and
// one, with everything around it, of which they must not know.
func plantRepository(t *testing.T, dir string, s map[string]secret, flags string) {
	t.Helper()
	w := script.New(dir)
	do := func(words ...string) {
		if err := w.Do(words); err != nil {
			t.Fatalf("%v: %v", words, err)
		}
	}
	of := func(place string) string { return s[place].text }
	args := []any{of("flag"), of("description of a flag"), of("owner of a flag")}
	if strings.Count(flags, "%s") == 4 {
		args = append(args, of("group of users"))
	}
	manifest := "config/" + of("file of a manifest") + ".yaml"
	do("at", "2026-03-02T09:00:00Z")
	do("write", "site.toml", `base = "https://shop.example/"
[[components]]
name = "shop"
paths = ["shop/**"]
[[components]]
name = "`+of("component")+`"
paths = ["hidden/**"]
[[deployments]]
from = "tags"
[[deployments]]
from = "notes"
[[flags]]
format = "short"
files = ["config/*.yaml"]
effect = "merge"
[[metrics.incidents]]
files = ["ops/incidents.yaml"]
[[audiences]]
name = "team"
sees = "everything"
[[audiences]]
name = "customers"
`)
	do("write", "ops/incidents.yaml", "- { id: one, component: shop, started_at: 2026-03-02T12:00:00Z, resolved_at: 2026-03-02T13:00:00Z, title: '"+of("title of an incident")+"' }\n")
	do("write", "shop/a.ts", "1")
	do("write", "hidden/a.ts", "1")
	do("write", "content/docs/index.md", "# Welcome\n\nHow to use the shop.\n")
	do("write", "content/docs/inside.md", "---\naudience: [team]\n---\n# Inside\n\n"+of("page for the team")+"\n")
	do("write", "content/glossary/inner.md", "---\nterm: inner\naudience: team\n---\n"+of("term for the team")+".\n")
	do("write", manifest, fmt.Sprintf(flags, args...))
	do("commit", "chore: begin")
	do("write", "shop/a.ts", "2")
	do("commit", "fix: rounding of prices")
	do("as", of("author")+" <"+of("mail of an author")+"@mail.example>")
	do("branch", "feature/"+of("branch"))
	do("write", "hidden/a.ts", "2")
	do("write", "changes/"+of("name of a note's file")+".md", "---\nflag: "+of("flag")+"\n---\n# "+of("title of a note")+"\n\n"+of("text of a note")+"\n")
	do("commit", "feat: "+of("title of a change")+`\n\n`+of("body of a change")+`\n\nFlag: `+of("flag"))
	do("at", "+1h")
	do("tag", "v1.0.0", "HEAD~1")
	do("note", "deployments", "HEAD", fmt.Sprintf(`{"environment":"production","component":"shop","status":"succeeded","finished_at":"2026-03-02T11:00:00Z","actor":%q,"description":%q,"url":%q}`,
		of("actor of a deployment"), of("description of a deployment"), "https://ci.example/"+of("address of a deployment")))
	do("note", "deployments", "HEAD", fmt.Sprintf(`{"environment":"production","component":%q,"status":"succeeded","finished_at":"2026-03-02T11:00:00Z"}`, of("component")))
	do("note", "deployments", "HEAD", fmt.Sprintf(`{"environment":%q,"component":"shop","status":"succeeded","finished_at":"2026-03-02T11:30:00Z"}`, of("environment")))
	do("write", "hidden/a.ts", "3")
	do("commit", "chore: later")
	do("tag", "v1.1.0-"+of("version"), "HEAD", "A version: "+of("message of a version"))
	do("ref", "refs/heads/work/"+of("branch"), "HEAD")
	do("ref", "refs/remotes/origin/"+of("branch"), "HEAD")
	if err := w.Checkout(); err != nil {
		t.Fatal(err)
	}
}

// TestPlantedSecrets plants a secret in every place of a repository and builds
// both sites. Customers' has none of them, by the audit and by a plain search of
// its bytes. Of the team's, which is what customers would read if nothing were
// reduced, the audit finds each that it tells; and it finds each of all of them
// when it is put into the customers' site by hand, in any way of writing. With
// -v it prints the table of places.
func TestPlantedSecrets(t *testing.T) {
	t.Parallel()
	for i, why := range whyDark {
		if i > 0 && testing.Short() {
			break // one reason is enough for a short run
		}
		t.Run(why.name, func(t *testing.T) {
			dir := t.TempDir()
			s := planted(i + 1)
			plantRepository(t, dir, s, why.flags)
			if strings.Count(why.flags, "%s") < 4 {
				delete(s, "group of users")
			}
			daylight(t, exitDone, "build", "-q", "-r", dir, "-o", filepath.Join(dir, "public"), "--as-of", "2026-03-06")
			open := audited(t, dir, filepath.Join(dir, "public", "team"))
			closed := audited(t, dir, filepath.Join(dir, "public", "customers"))
			if len(closed.Findings) > 0 {
				t.Errorf("customers read %v", closed.Findings)
			}
			bytesOf := strings.ToLower(string(bytes.Join(slices.Collect(mapsValues(readSite(t, filepath.Join(dir, "public", "customers")))), nil)))
			if !strings.Contains(bytesOf, "rounding of prices") {
				t.Error("customers read nothing at all")
			}
			byHand := byHand(t, dir, s)
			t.Logf("%-28s | in the team's site | put there by hand      | customers", "place")
			for _, place := range sortedPlaces(s) {
				x := s[place]
				found, hand, leaked := finds(open, x.text), byHand[place], strings.Contains(bytesOf, strings.Fields(x.text)[0])
				t.Logf("%-28s | %-18v | %d of %d ways of writing | %v", place, found, len(hand), len(ways()), leaked)
				if x.leaks && !found {
					t.Errorf("%s: not found where nothing is reduced", place)
				}
				for _, w := range ways() {
					if !slices.Contains(hand, w.name) {
						t.Errorf("%s: not found when it is written as %s", place, w.name)
					}
				}
				if leaked {
					t.Errorf("%s: customers read it", place)
				}
			}
			if i == 0 {
				logTable(t, s, byHand)
			}
		})
	}
}

// byHand puts each secret into the customers' site in each way, and gives the
// ways in which the audit finds it.
func byHand(t *testing.T, dir string, s map[string]secret) map[string][]string {
	t.Helper()
	site := filepath.Join(dir, "by-hand")
	if err := os.MkdirAll(site, 0o755); err != nil {
		t.Fatal(err)
	}
	names := map[string][2]string{}
	for i, place := range sortedPlaces(s) {
		for k, w := range ways() {
			name, data := fmt.Sprintf("f%d-%d.txt", i, k), []byte{}
			if w.name == "file name" {
				name = fmt.Sprintf("f%d ", i) + strings.ReplaceAll(s[place].whole(), "/", "~2f") + ".txt"
			} else {
				data = w.of(s[place].whole())
			}
			names[name] = [2]string{place, w.name}
			if err := os.WriteFile(filepath.Join(site, name), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	out := map[string][]string{}
	for _, f := range audited(t, dir, site).Findings {
		n, ok := names[f.Path]
		if ok && !slices.Contains(out[n[0]], n[1]) {
			out[n[0]] = append(out[n[0]], n[1])
		}
	}
	return out
}

// finds reports whether a finding is about a secret.
func finds(r audience.Report, text string) bool {
	return slices.ContainsFunc(r.Findings, func(f audience.Finding) bool {
		return strings.Contains(strings.ToLower(f.Text), strings.Fields(text)[0]) || strings.Contains(strings.ToLower(f.Text), strings.Fields(text)[len(strings.Fields(text))-1])
	})
}

func sortedPlaces(s map[string]secret) []string {
	var out []string
	for p := range s {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

func mapsValues(m map[string][]byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for name, data := range m { // in any order: they are searched
			if !yield(append([]byte(name+"\n"), data...)) {
				return
			}
		}
	}
}

// audited is the report of `daylight audit` on a folder, for customers.
func audited(t *testing.T, dir, site string) audience.Report {
	t.Helper()
	var out, errs bytes.Buffer
	a := &app{stdout: &out, stderr: &errs, getenv: func(string) string { return "" }, now: time.Now}
	a.run(context.Background(), []string{"audit", "--audience", "customers", "--format", "json", "-q", "-r", dir, "--as-of", "2026-03-06", site})
	var r audience.Report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	return r
}

// daylight runs a command line that has to end with a status.
func daylight(t *testing.T, want int, args ...string) {
	t.Helper()
	var out, errs bytes.Buffer
	a := &app{stdout: &out, stderr: &errs, getenv: func(string) string { return "" }, now: time.Now}
	if got := a.run(context.Background(), args); got != want {
		t.Fatalf("daylight %v: exit status %d, want %d\n%s%s", args, got, want, out.String(), errs.String())
	}
}
