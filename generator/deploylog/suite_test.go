package deploylog

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// TestEverySource holds every source, reader or format of files, to the same
// suite: it has examples that give records, a damaged one whose faults have their
// place and cost nothing else, and a fuzz target. With -v it prints the table.
func TestEverySource(t *testing.T) {
	fuzzed := fuzzTargets(t)
	t.Logf("%-12s %9s %7s %8s  %-14s %s", "source", "examples", "records", "problems", "fuzz target", "a fault, with its place")
	for _, name := range sourceNames() {
		paths, err := filepath.Glob("testdata/" + name + "/*.txtar")
		if err != nil {
			t.Fatal(err)
		}
		records, faults := 0, 0
		place := ""
		for _, path := range paths {
			recs, probs := readAs(t, name, path)
			records += len(recs)
			faults += len(probs)
			for _, p := range probs {
				if place == "" && p.Level != ledger.LevelInfo && placed(name, p.Origins[0]) && len(recs) > 0 {
					place = p.String()
				}
			}
		}
		target := fuzzed[name]
		t.Logf("%-12s %9d %7d %8d  %-14s %.90s", name, len(paths), records, faults, target, place)
		switch {
		case len(paths) < 2 || records == 0:
			t.Errorf("%s has %d examples with %d records; want a good and a damaged one", name, len(paths), records)
		case place == "":
			t.Errorf("%s has no example that is damaged in one place and read in the others", name)
		case target == "":
			t.Errorf("%s has no fuzz target", name)
		}
	}
}

// sourceNames lists the readers, and in the place of files each format of them.
func sourceNames() []string {
	var out []string
	for _, r := range Readers() {
		if r.Name() == (Files{}).Name() {
			out = append(out, Formats()...)
			continue
		}
		out = append(out, r.Name())
	}
	return out
}

// readAs reads a scenario with a reader, or as files.
func readAs(t *testing.T, name, path string) ([]ledger.Record, []ledger.Problem) {
	_, in := readScenario(t, path)
	reader, ok := ByName(name)
	if !ok {
		reader = Files{}
	}
	records, problems := reader.Read(in)
	checkPromises(t, in, records, problems)
	return records, problems
}

// placed reports a place that is as exact as the source allows: file, line and
// column; of tags and branches, whose text is a name, the tag or the commit.
func placed(name string, o ledger.Origin) bool {
	switch name {
	case "tags", "tag", "branch":
		return o.Tag != "" || !o.Commit.IsZero()
	case "trailers":
		return (o.Tag != "" || !o.Commit.IsZero()) && o.Line > 0
	}
	return (o.File != "" || o.Note != "") && o.Line > 0 && o.Col > 0
}

// fuzzTargets finds, in the tests of this package, which source each fuzz target
// feeds: by the reader that it calls, or the format that it names.
func fuzzTargets(t *testing.T) map[string]string {
	t.Helper()
	readers := map[string]string{}
	for _, r := range Readers() {
		readers[strings.TrimPrefix(fmt.Sprintf("%T", r), "deploylog.")] = r.Name()
	}
	out := map[string]string{}
	files, _ := filepath.Glob("*_test.go")
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(f.Name.Name, "Fuzz") {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CompositeLit:
					if typed, ok := n.Type.(*ast.Ident); ok && readers[typed.Name] != "" {
						out[readers[typed.Name]] = f.Name.Name
					}
				case *ast.BasicLit:
					if text := strings.Trim(n.Value, `"`); slices.Contains(Formats(), text) && out[text] == "" {
						out[text] = f.Name.Name
					}
				}
				return true
			})
		}
	}
	return out
}

// TestEveryTool holds each way in which a desired state is written to the same
// suite: its value is found, a damaged version is told with file, line and
// column, what it said before stands, and other files go on.
func TestEveryTool(t *testing.T) {
	for _, c := range []struct{ name, file, value, good, bad, want string }{
		{"YAML by path", "production/shop.yaml", "image.tag", "image:\n  tag: v1\n", "image:\n  tag: v2\n x: y\n", "v1"},
		{"JSON by path", "production/shop.json", "image.tag", `{"image": {"tag": "v1"}}`, "{\"image\":\n {\"tag\": }}", "v1"},
		{"TOML by path", "production/shop.toml", "image.tag", "[image]\ntag = \"v1\"\n", "[image]\ntag = \n", "v1"},
		{"dotenv", "production/shop.env", "SHOP_TAG", "SHOP_TAG=v1\n", "<<<<<<<\nA=1\n", "v1"},
		{"the whole text", "production/shop", "@text", "v1\n", "v1\nv2\n", "v1"},
		{"one key", "production/shop", "image_tag", "image_tag: v1\nheld: false\n", "image_tag: v1\n  held: [\n", "v1"},
		{"kustomize", "production/shop/kustomization.yaml", "", "images:\n- name: lumen/shop\n  newTag: v1\n", "images:\n- name: lumen/shop\n newTag: v2\n", "v1"},
		{"Helm values", "production/shop/values.yaml", "", "image:\n  tag: v1\n", "image:\n\ttag: v2\n", "v1"},
		{"HelmRelease", "production/shop.yaml", "", "kind: HelmRelease\nspec: {values: {image: {tag: v1}}}\n", "kind: HelmRelease\nspec: {values: {image: {tag: v2}}\n", "v1"},
		{"chart", "production/shop/Chart.yaml", "", "name: shop\nappVersion: v1\n", "name: shop\nappVersion: v2\n x: [\n", "v1"},
		{"Flux setter", "production/shop.yaml", "", "image: a/shop:v1 # {\"$imagepolicy\": \"flux:shop\"}\n", "a:\n  b: 1\n c: 2\n", "v1"},
		{"Argo CD Image Updater, Helm", "production/.argocd-source-shop.yaml", "", "helm:\n  parameters:\n  - {name: image.tag, value: v1}\n", "helm:\n  parameters:\n  - {name: image.tag, value: v2\n", "v1"},
		{"Argo CD Image Updater, kustomize", "production/.argocd-source-shop.yaml", "", "kustomize: {images: [a/shop:v1]}\n", "kustomize: {images: [a/shop:v2}\n", "v1"},
		{"source hydrator", "production/shop/hydrator.metadata", "", `{"drySha": "v1", "repoURL": "x"}`, `{"drySha": "v2", }}`, "v1"},
		{"Kargo Render", "production/shop/.kargo-render/metadata.yaml", "", "sourceCommit: v1\n", "sourceCommit: v2\n x: [\n", "v1"},
		{"Bookkeeper", "production/shop/.bookkeeper/metadata.yaml", "", "sourceCommit: v1\n", "sourceCommit: v2\n x: [\n", "v1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			blobs := []string{c.good, c.bad, c.good}
			step := func(n int, path string, blob byte) Step {
				return Step{Commit: ledger.Hash(hashOf(string(rune('a' + n)))), At: time.Unix(int64(1_770_000_000+n), 0), Message: c.name,
					Changes: []history.PathChange{{Path: path, New: history.Hash{blob}}}}
			}
			other := strings.Replace(c.file, "production", "staging", 1)
			in := Input{Repository: "deployments"}
			in.Desired = Desired{Files: []string{"{environment}/**"}, Value: c.value,
				Blob: func(h history.Hash) ([]byte, error) { return []byte(blobs[h[0]-1]), nil },
				Lines: []CommitLine{{Steps: slices.Values([]Step{
					step(0, c.file, 1), step(1, c.file, 2), step(2, other, 3)})}}}
			records, problems := GitOps{}.Read(in)
			checkPromises(t, in, records, problems)
			if len(records) != 2 || records[0].Ref != c.want || records[1].Ref != c.want || records[1].Environment != "staging" {
				t.Errorf("%d records: %+v; want %s in production and in staging", len(records), records, c.want)
			}
			faults := slices.DeleteFunc(problems, func(p ledger.Problem) bool { return p.Rule != "unreadable" })
			if len(faults) != 1 || !placed("gitops", faults[0].Origins[0]) || faults[0].Origins[0].File != c.file {
				t.Errorf("faults %v; want one in %s, with line and column", faults, c.file)
			}
			if o := faults[0].Origins[0]; c.name == "source hydrator" && (o.Line != 1 || o.Col != 1+strings.LastIndexByte(c.bad, ',')) {
				t.Errorf("the fault is at %d:%d, and not at the comma", o.Line, o.Col)
			}
			for _, p := range faults {
				t.Logf("%-34s %s", c.name, p)
			}
		})
	}
}
