package generator_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// may says what a package may import besides the standard library: ours by the
// path below the module, theirs by module path.
type may struct {
	ours, theirs []string
	// never lists standard packages that this one must not touch.
	never []string
}

// table is who may import whom. Imports run downward only. A new package gets
// its row with its first file; a row is an architecture decision, so change the
// code before you change this.
var table = map[string]may{
	"generator/ledger":  {never: []string{"os", "os/exec", "io/fs", "net", "net/http", "log", "html/template"}},
	"generator/history": {never: []string{"os", "os/exec", "io/fs", "net", "net/http", "log", "html/template"}},
	"generator/chart":   {never: []string{"os", "os/exec", "net", "net/http"}},
	"generator/publish": {theirs: []string{"golang.org/x/sys"}},
	"generator/cache":   {},

	"generator/glossary": {},
	"generator/decode":   {theirs: []string{"go.yaml.in/yaml/v3", "github.com/pelletier/go-toml/v2", "github.com/itchyny/gojq"}},
	"generator/versions": {theirs: []string{"github.com/Masterminds/semver/v3"}},
	"generator/config":   {ours: []string{"generator/decode", "generator/flagfile"}},
	"generator/markdown": {ours: []string{"generator/glossary", "generator/docs"}, theirs: []string{"github.com/yuin/goldmark", "github.com/alecthomas/chroma/v2"}},

	"generator/gitrepo": {
		ours:   []string{"generator/history"},
		theirs: []string{"github.com/go-git/go-git/v5", "github.com/go-git/go-billy/v5", "golang.org/x/text", "golang.org/x/sync"},
	},
	"generator/gitrepo/script": {
		ours:   []string{"generator/gitrepo", "generator/history"},
		theirs: []string{"github.com/go-git/go-git/v5", "github.com/go-git/go-billy/v5", "golang.org/x/tools/txtar"},
	},
	"generator/demo": {ours: []string{"generator/gitrepo/script"}, theirs: []string{"golang.org/x/tools/txtar"}},

	"generator/deploylog": {ours: []string{"generator/ledger", "generator/history", "generator/decode", "generator/versions"}},
	"generator/flagfile":  {ours: []string{"generator/ledger", "generator/decode"}},
	"generator/coderefs":  {ours: []string{"generator/decode"}, never: []string{"os", "os/exec", "net", "net/http"}},
	"generator/collect": {
		ours: []string{"generator/ledger", "generator/history", "generator/deploylog", "generator/flagfile", "generator/versions",
			"generator/cache", "generator/coderefs", "generator/facts"},
		theirs: []string{"golang.org/x/sync", "github.com/bmatcuk/doublestar/v4"},
	},
	"generator/facts":  {ours: []string{"generator/ledger", "generator/deploylog"}, never: []string{"os", "os/exec", "net", "net/http", "html/template"}},
	"generator/detect": {ours: []string{"generator/history", "generator/deploylog", "generator/flagfile", "generator/versions", "generator/config", "generator/ledger"}},

	"generator/stale":    {ours: []string{"generator/ledger"}, never: []string{"os", "os/exec", "net", "net/http"}},
	"generator/compare":  {ours: []string{"generator/ledger"}, never: []string{"os", "os/exec", "net", "net/http"}},
	"generator/story":    {ours: []string{"generator/ledger"}},
	"generator/notes":    {ours: []string{"generator/ledger"}},
	"generator/diff":     {ours: []string{"generator/ledger", "generator/notes"}, never: []string{"os", "os/exec", "net", "net/http"}},
	"generator/schema":   {},
	"generator/badge":    {ours: []string{"generator/ledger", "generator/notes", "generator/audience"}, never: []string{"os", "os/exec", "net", "net/http"}},
	"generator/metrics":  {ours: []string{"generator/ledger"}, never: []string{"os", "os/exec", "io/fs", "net", "net/http", "html/template"}},
	"generator/audience": {ours: []string{"generator/ledger"}, theirs: []string{"golang.org/x/text"}},
	"generator/wording":  {ours: []string{"generator/ledger", "generator/glossary", "generator/decode"}},
	"generator/docs":     {ours: []string{"generator/history", "generator/versions", "generator/decode"}},

	"generator/pages": {ours: []string{"generator/ledger", "generator/glossary", "generator/metrics", "generator/chart", "generator/story",
		"generator/notes", "generator/docs", "generator/history", "generator/audience", "generator/compare", "generator/stale"}, never: []string{"html/template", "os", "net/http"}},
	"generator/render": {ours: []string{"generator/pages", "generator/publish"}},
	"generator/feed": {ours: []string{"generator/ledger", "generator/pages", "generator/publish", "generator/notes", "generator/story",
		"generator/audience"}, theirs: []string{"github.com/gorilla/feeds"}},
	"generator/card":   {theirs: []string{"golang.org/x/image"}, never: []string{"os", "net/http"}},
	"generator/search": {ours: []string{"generator/pages", "generator/publish"}, theirs: []string{"golang.org/x/text"}},

	"templates": {}, "themes": {}, "content": {},
}

// conductor is what only the top may reach: everything but the doors that cmd
// hands in.
var conductor = map[string][]string{
	"generator": {"generator/gitrepo", "generator/markdown", "cmd/"},
}

func TestImportTable(t *testing.T) {
	imports := importsOfModule(t, "..")
	for pkg, found := range imports {
		if forbidden, ok := conductor[pkg]; ok {
			for _, path := range found {
				for _, f := range forbidden {
					if strings.HasPrefix(strings.TrimPrefix(path, "daylight/"), f) {
						t.Errorf("%s imports %s; cmd/daylight hands that in", pkg, path)
					}
				}
			}
			continue
		}
		if strings.HasPrefix(pkg, "cmd/") {
			continue
		}
		row, ok := table[pkg]
		if !ok {
			t.Errorf("%s has no row in the import table", pkg)
			continue
		}
		for _, path := range found {
			if why := row.refuses(path); why != "" {
				t.Errorf("%s imports %s; %s", pkg, path, why)
			}
		}
	}
}

// refuses gives the reason why an import is against the row, or "".
func (m may) refuses(path string) string {
	if ours, ok := strings.CutPrefix(path, "daylight/"); ok {
		if slices.Contains(m.ours, ours) {
			return ""
		}
		return "imports run downward only"
	}
	if !strings.Contains(strings.SplitN(path, "/", 2)[0], ".") {
		if slices.Contains(m.never, path) {
			return "this package does no I/O of that kind"
		}
		return ""
	}
	for _, module := range m.theirs {
		if path == module || strings.HasPrefix(path, module+"/") {
			return ""
		}
	}
	return "another package is the door to it"
}

// TestRefuses proves that the check can fail.
func TestRefuses(t *testing.T) {
	for path, pkg := range map[string]string{
		"os":                          "generator/ledger",
		"daylight/generator/gitrepo":  "generator/flagfile",
		"github.com/go-git/go-git/v5": "generator/collect",
		"html/template":               "generator/pages",
		"github.com/gorilla/feeds":    "generator/pages",
	} {
		if table[pkg].refuses(path) == "" {
			t.Errorf("%s may import %s", pkg, path)
		}
	}
}

// TestOneDoor holds that each library has one importing package, cmd apart.
func TestOneDoor(t *testing.T) {
	doors := map[string][]string{}
	shared := []string{"golang.org/x/", "github.com/go-git/"} // the standard library's annexes; gitrepo and its script
	for pkg, found := range importsOfModule(t, "..") {
		for _, path := range found {
			isShared := slices.ContainsFunc(shared, func(p string) bool { return strings.HasPrefix(path, p) })
			if strings.HasPrefix(path, "daylight/") || isShared || !strings.Contains(strings.SplitN(path, "/", 2)[0], ".") {
				continue
			}
			module := strings.Join(strings.SplitN(path, "/", 4)[:min(3, strings.Count(path, "/")+1)], "/")
			if !slices.Contains(doors[module], pkg) {
				doors[module] = append(doors[module], pkg)
			}
		}
	}
	for module, pkgs := range doors {
		if len(pkgs) > 1 {
			slices.Sort(pkgs)
			t.Errorf("%s is imported by %s; one package is the door", module, strings.Join(pkgs, " and "))
		}
	}
	if len(doors) == 0 {
		t.Error("no library is imported at all; the check is broken")
	}
}

// importsOfModule parses the import clauses of all files but tests.
func importsOfModule(t *testing.T, root string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "public") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(rel)
		if _, ok := out[pkg]; !ok {
			out[pkg] = nil
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if !slices.Contains(out[pkg], imported) {
				out[pkg] = append(out[pkg], imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestFewRunPrograms holds that two files run programs, and which: git, for the
// fetch and push of record, and the browser that `serve --open` asks for.
func TestFewRunPrograms(t *testing.T) {
	for pkg, found := range importsOfModule(t, "..") {
		if !slices.Contains(found, "os/exec") || pkg == "generator/gitrepo" {
			continue
		}
		files, err := filepath.Glob(filepath.Join("..", pkg, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			may := strings.HasSuffix(file, "_test.go") || filepath.ToSlash(file) == "../cmd/daylight/open.go"
			if strings.Contains(string(src), `"os/exec"`) && !may {
				t.Errorf("%s runs programs; only generator/gitrepo may, and cmd/daylight/open.go", file)
			}
		}
	}
}
