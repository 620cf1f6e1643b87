package decode

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted trees in testdata")

// TestTrees decodes each file of each archive and compares the tree, or the
// error, with the file "<name>.want" after it.
func TestTrees(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range archives {
		t.Run(filepath.Base(path), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var files []txtar.File
			for i, f := range a.Files {
				if strings.HasSuffix(f.Name, ".want") {
					continue
				}
				got := decodeAny(f.Name, f.Data)
				files = append(files, f, txtar.File{Name: f.Name + ".want", Data: []byte(got)})
				if *update {
					continue
				}
				if i+1 >= len(a.Files) || a.Files[i+1].Name != f.Name+".want" {
					t.Errorf("%s has no wanted tree", f.Name)
				} else if want := string(a.Files[i+1].Data); got != want {
					t.Errorf("%s: got\n%s\nwant\n%s", f.Name, got, want)
				}
			}
			if *update {
				a.Files = files
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// decodeAny prints what a file decodes to: a line for each value, with places.
func decodeAny(name string, data []byte) string {
	var b strings.Builder
	data = []byte(strings.NewReplacer(`\r`, "\r", `\xff`, "\xff").Replace(string(data)))
	switch filepath.Ext(name) {
	case ".env":
		n, faults := Dotenv(name, data)
		dump(&b, n, "")
		for _, f := range faults {
			fmt.Fprintln(&b, f)
		}
		return b.String()
	case ".jsonl":
		for _, l := range JSONLines(name, data) {
			if l.Err != nil {
				fmt.Fprintln(&b, l.Err)
			} else {
				dump(&b, l.Value, "")
			}
		}
		return b.String()
	}
	docs, err := Reader{}.ByName(name, data)
	for i, n := range docs {
		if i > 0 {
			b.WriteString("---\n")
		}
		dump(&b, n, "")
		for _, d := range Duplicates(name, n) {
			fmt.Fprintln(&b, d)
		}
	}
	if err != nil {
		fmt.Fprintln(&b, err)
	}
	return b.String()
}

func dump(b *strings.Builder, n *Node, indent string) {
	switch n.Kind {
	case Map, List:
		fmt.Fprintf(b, "%d:%d %s of %d\n", n.Line, n.Col, n.Kind, len(n.Items)+len(n.Entries))
	default:
		quoted := ""
		if n.Quoted {
			quoted = ", quoted"
		}
		fmt.Fprintf(b, "%d:%d %s%s %q\n", n.Line, n.Col, n.Kind, quoted, n.Text)
	}
	for _, item := range n.Items {
		b.WriteString(indent + "  - ")
		dump(b, item, indent+"  ")
	}
	for _, e := range n.Entries {
		fmt.Fprintf(b, "%s  %d:%d %s: ", indent, e.Line, e.Col, e.Key)
		dump(b, e.Value, indent+"  ")
	}
}

func TestBounds(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'j'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c,", c-1), 10), ","))
	}
	manyKeys := func(format string) string {
		var b strings.Builder
		for i := range 100_000 {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for _, c := range []struct{ name, data, want string }{
		{"bomb.yaml", bomb, "stand for too many values"},
		{"merge.yaml", "a: &a\n  <<: *a\n", "contains itself"},
		{"self.yaml", "a: &a [*a]\n", "contains itself"},
		{"deep.yaml", strings.Repeat("[", 100_000), "max depth"},
		{"deep201.yaml", strings.Repeat("[", 201) + strings.Repeat("]", 201), "nested deeper than 200"},
		{"dashes.yaml", strings.Repeat("- ", 100_000) + "a", "max depth"},
		{"deep.json", strings.Repeat("[", 100_000), "nested deeper than 200"},
		{"deepmap.json", strings.Repeat(`{"a":`, 100_000), "nested deeper than 200"},
		{"deep.toml", "a = " + strings.Repeat("[", 100_000), "levels deep"},
		{"deep201.toml", "a = " + strings.Repeat("[", 201) + strings.Repeat("]", 201), "nested deeper than 200"},
		{"dots.toml", strings.Repeat("a.", 1000) + "a = 1", "nested deeper than 200"},
		{"header.toml", "[" + strings.Repeat("a.", 1000) + "a]", "nested deeper than 200"},
		{"large.yaml", "a: " + strings.Repeat("x", 50<<20), "at most 4194304 are read"},
		{"large.json", strings.Repeat(" ", 50<<20), "at most 4194304 are read"},
		{"large.toml", strings.Repeat("#", 50<<20), "at most 4194304 are read"},
		{"many.json", "[" + strings.Repeat("1,", 1_000_001) + "1]", "too many values"},
		{"keys.yaml", manyKeys("k%d: v\n"), ""},
		{"keys.toml", manyKeys("k%d = 1\n"), ""},
		{"tables.toml", manyKeys("[t%d]\n"), ""},
	} {
		_, err := Reader{}.ByName(c.name, []byte(c.data))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && err == nil:
			t.Errorf("%s: decoded, want an error with %q", c.name, c.want)
		case c.want != "" && !strings.Contains(err.Error(), c.want):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]string{
		"0.1": "1/10", "33.33333": "3333333/100000", "1e2": "100/1", "1_000": "1000/1", "-5": "-5/1", "+5": "5/1",
	} {
		if r, ok := ParseNumber(text); !ok || r.String() != want {
			t.Errorf("ParseNumber(%q) = %v, %v; want %s", text, r, ok, want)
		}
	}
	for _, text := range []string{"", "0x10", "1e999999999", "inf", "1/3", "1.2.3", strings.Repeat("9", 61), "0b1", "e"} {
		if r, ok := ParseNumber(text); ok {
			t.Errorf("ParseNumber(%q) = %v; want none", text, r)
		}
	}
}

// checkTree holds what every tree promises: places inside the input.
func checkTree(t *testing.T, data []byte, n *Node, lines int) {
	if n == nil {
		t.Fatal("a nil node in a tree")
	}
	if n.Line < 1 || n.Line > lines || n.Col < 1 || n.Col > len(data)+1 {
		t.Fatalf("place %d:%d outside the input", n.Line, n.Col)
	}
	for _, item := range n.Items {
		checkTree(t, data, item, lines)
	}
	for _, e := range n.Entries {
		if e.Line < 1 || e.Line > lines {
			t.Fatalf("key at line %d outside the input", e.Line)
		}
		checkTree(t, data, e.Value, lines)
	}
}

// fuzzed seeds a fuzz target and checks what comes out of it. A small bound on
// nodes keeps aliases from making the walk long.
func fuzzed(f *testing.F, seeds []string, decode func(r Reader, data []byte) ([]*Node, []*Error)) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		nodes, faults := decode(Reader{MaxNodes: 10_000, MaxBytes: 1 << 16}, data)
		if d := time.Since(start); d > 20*time.Second {
			t.Fatalf("took %v", d)
		}
		lines := strings.Count(string(data), "\n") + 1
		for _, n := range nodes {
			checkTree(t, data, n, lines)
			Duplicates("f", n)
		}
		for _, e := range faults {
			if e.Line < 1 || e.Line > lines || e.Col < 1 || e.Message == "" {
				t.Fatalf("fault without a place inside the input: %v", e)
			}
		}
	})
}

func faultOf(err error) []*Error {
	if e, ok := AsError(err); ok {
		return []*Error{e}
	}
	if err != nil {
		panic(err) // every error of this package is an *Error
	}
	return nil
}

func FuzzYAML(f *testing.F) {
	fuzzed(f, []string{"a: 1\nb: [x, {y: z}]\n", "a: &a {b: 1}\nc: *a\nd: {<<: *a}\n", "a:\n\tb", "? [a]\n: b", "- |\n x\n- >-\n y", "%YAML 1.1\n---\na\n...\n", "a: b: c", "é: \"ü"},
		func(r Reader, data []byte) ([]*Node, []*Error) {
			docs, err := r.YAML("f", data)
			return docs, faultOf(err)
		})
}

func FuzzJSON(f *testing.F) {
	fuzzed(f, []string{`{"a": [1, -2.5e3, "x\n\ud83d\ude00", true, null]}`, "{/* c */ \"a\": 1, // d\n}", `{"a" 1}`, `"\u12`, "[1,]"},
		func(r Reader, data []byte) ([]*Node, []*Error) {
			r.Comments = len(data)%2 == 0
			n, err := r.JSON("f", data)
			if err != nil {
				return nil, faultOf(err)
			}
			return []*Node{n}, nil
		})
}

func FuzzTOML(f *testing.F) {
	fuzzed(f, []string{"a = 1\n[b.c]\nd = [1, {e = \"f\"}]\n[[g]]\nh = 2020-01-01\n", "a.b = 1\na = 2", "[a]\n[a]", "a = \"\"\"x\ny\"\"\"", "= 1"},
		func(r Reader, data []byte) ([]*Node, []*Error) {
			n, err := r.TOML("f", data)
			if err != nil {
				return nil, faultOf(err)
			}
			return []*Node{n}, nil
		})
}

func FuzzLines(f *testing.F) {
	fuzzed(f, []string{"{\"a\":1}\n\n{\"b\":\n", "KEY=value\nexport A: \"b\" # c\nx", "A='b'\nB=\"c\\n\""},
		func(r Reader, data []byte) (nodes []*Node, faults []*Error) {
			for _, l := range r.JSONLines("f", data) {
				if l.Err != nil {
					faults = append(faults, l.Err)
				} else {
					nodes = append(nodes, l.Value)
				}
			}
			n, more := r.Dotenv("f", data)
			return append(nodes, n), append(faults, more...)
		})
}
