package markdown

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"daylight/generator/glossary"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted parts of testdata")

// glossaryLinker stands for the site's glossary in the tests.
func glossaryLinker() Linker {
	return Linker{Once: true, Find: func(text string) []Span {
		var spans []Span
		text = strings.ReplaceAll(strings.ToLower(text), "\n", " ")
		for _, term := range []string{"dark launch", "canary", "rolling update"} {
			for at := 0; ; {
				i := strings.Index(text[at:], term)
				if i < 0 {
					break
				}
				at += i
				slug := strings.ReplaceAll(term, " ", "-")
				spans = append(spans, Span{at, at + len(term), slug, "/glossary/" + slug + "/", "What a \"" + term + "\" is", "term"})
				at += len(term)
			}
		}
		return spans
	}}
}

// TestExamples renders each testdata archive: a text as it is written, and the
// HTML wanted. Archives whose name begins with doc- are documents with anchors.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	plain := New(Options{})
	full := New(Options{Anchors: true, Linkers: []Linker{glossaryLinker()}, Resolve: func(address string) (string, bool) {
		if strings.HasPrefix(address, "missing") {
			return "", false
		}
		return "/docs/v1/" + strings.TrimSuffix(address, ".md") + "/", true
	}})
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if strings.HasPrefix(name, "doc-") {
				d, err := full.Document(archive.Files[0].Data)
				if err != nil {
					t.Fatal(err)
				}
				got = fmt.Sprintf("title: %s\n", d.Title)
				for _, h := range d.Headings {
					got += fmt.Sprintf("heading %d #%s: %s\n", h.Level, h.ID, h.Text)
				}
				for _, l := range d.Links {
					got += "link: " + l + "\n"
				}
				got += string(d.HTML)
			} else {
				html, err := plain.HTML(archive.Files[0].Data)
				if err != nil {
					t.Fatal(err)
				}
				got = string(html)
			}
			if *update {
				archive.Files[1].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTooLarge(t *testing.T) {
	r := New(Options{})
	line := []byte("<script>" + strings.Repeat("x", 5<<20))
	html, err := r.HTML(line)
	if !errors.Is(err, ErrTooLarge) {
		t.Errorf("error %v", err)
	}
	if !strings.HasPrefix(string(html), `<pre class="verbatim" tabindex="0">&lt;script&gt;xxx`) || len(html) > 2*cutBytes {
		t.Errorf("%d bytes: %.80s", len(html), html)
	}
	if got := r.Inline(line); len(got) > 5000 || strings.Contains(string(got), "<script") {
		t.Errorf("inline: %d bytes", len(got))
	}
	if got := r.Plain(line, 100); len(got) > 103 {
		t.Errorf("plain: %d bytes", len(got))
	}
}

func TestInline(t *testing.T) {
	r := New(Options{})
	for in, want := range map[string]string{
		"fix: handle `nil` in *baskets*":     "fix: handle <code>nil</code> in <em>baskets</em>",
		"# no heading":                       "# no heading",
		"- no list\nsecond line":             "- no list second line",
		"[a link](https://x.example) <b>&":   "[a link](https://x.example) &lt;b&gt;&amp;",
		"see https://x.example/":             "see https://x.example/",
		"":                                   "",
		"a_b_c and 2 * 3 * 4":                "a_b_c and 2 * 3 * 4",
		"\x1b[31mred\x00 \xff &#1; &#x202e;": "[31mred �  \u202e",
	} {
		if got := string(r.Inline([]byte(in))); got != want {
			t.Errorf("Inline(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPlain(t *testing.T) {
	r := New(Options{})
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"# Title\n\nSome *text* with `code`, [a link](x) &amp; more.\n\n```go\nfunc main() {}\n```\n", 0, "Title Some text with code, a link & more."},
		{"one two three", 9, "one two…"},
		{"one, two three", 5, "one…"},
		{"日本語日本語", 7, "日本…"},
		{"<script>alert(1)</script>\n\nafter", 0, "after"},
		{"- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |", 0, "a b x y 1 2"},
	} {
		if got := r.Plain([]byte(tt.in), tt.limit); got != tt.want {
			t.Errorf("Plain(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

// TestPage: pieces on one page have ids of their own, and a term is linked once.
func TestPage(t *testing.T) {
	r := New(Options{Anchors: true, Linkers: []Linker{glossaryLinker()}})
	p := r.Page()
	first, _ := p.HTML([]byte("## Notes\n\nA canary sings."))
	second, _ := p.HTML([]byte("## Notes\n\nThe canary again."))
	if !strings.Contains(string(first), `id="notes"`) || !strings.Contains(string(second), `id="notes-1"`) {
		t.Errorf("ids: %s %s", first, second)
	}
	if strings.Count(string(first+second), "<a class=\"term\"") != 1 {
		t.Errorf("links: %s %s", first, second)
	}
}

// TestGlossaryLinker: the first use is linked with its definition, in the form
// that the text has, and a skipped key is not.
func TestGlossaryLinker(t *testing.T) {
	r := New(Options{Linkers: []Linker{GlossaryLinker([]glossary.Term{
		{Slug: "canary", Name: "canary", Summary: "A *partial* deployment & more."},
		{Slug: "ring", Name: "ring", Quiet: true, Summary: "x"},
	}, func(slug string) string { return "/shop/glossary/" + slug + "/" })}})
	md := []byte("# Canary\n\nTwo canaries in a ring; one `canary`, one canary.")
	want := `<h2>Canary</h2>
<p>Two <a class="term" href="/shop/glossary/canary/" title="A partial deployment &amp; more.">canaries</a> in a ring; one <code>canary</code>, one canary.</p>
`
	if got, err := r.HTML(md); err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
	own := r.Page()
	own.Skip("canary")
	if got, _ := own.HTML(md); strings.Contains(string(got), "<a") {
		t.Errorf("on the term's own page: %s", got)
	}
}

func TestConcurrentUse(t *testing.T) {
	r := New(Options{Anchors: true, Linkers: []Linker{glossaryLinker()}})
	md := []byte("# T\n\nA dark\nlaunch[^1] of `x`.\n\n```go\nx := 1\n```\n\n[^1]: note\n")
	want, _ := r.HTML(md)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if got, err := r.HTML(md); err != nil || got != want {
					t.Errorf("got %s, %v", got, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkSmallPage(b *testing.B) {
	r := New(Options{Linkers: []Linker{glossaryLinker()}})
	md := []byte("The basket keeps its **content** when a session ends; see [the guide](guide.md).\n\n" +
		"- The canary runs with 5 %\n- `basket.ttl` is now 30 days\n\nFixes #12, and a dark launch of the new store.\n")
	b.SetBytes(int64(len(md)))
	for b.Loop() {
		if _, err := r.HTML(md); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHighlight(b *testing.B) {
	r := New(Options{})
	md := []byte("```go\nfunc main() {\n\tfor i := range 10 {\n\t\tfmt.Println(\"n\", i) // say it\n\t}\n}\n```\n")
	for b.Loop() {
		if _, err := r.HTML(md); err != nil {
			b.Fatal(err)
		}
	}
}
