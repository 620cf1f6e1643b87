package markdown

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"daylight/generator/docs"
	"daylight/generator/glossary"
)

func testArticles() *Articles {
	return NewArticles(ArticleOptions{Codes: true,
		Terms: []glossary.Term{{Slug: "dark", Name: "dark", Summary: "Deployed, and *unseen*."}, {Slug: "flag", Name: "flag", Summary: "A switch."}},
		Term:  func(slug string) string { return "glossary/" + slug + "/" }})
}

// sampleArticle has something of everything that an article may hold.
const sampleArticle = `# The [title](x.md)

A dark flag, and a [link](a.md "why"), a [lost](lost.md) one, ![image](i.png) and
{{< change 12 in="the cellar" >}}. Written as {{</* change 12 */>}} or ` + "`{{< change 12 >}}`" + `.

## Install {#setup}

[ref]: ../other.md#part

1. See [ref].
2. {{< version v1 >}}

{{< version v2 >}}

### Odd {#x onclick=y class=z}

Term
: What it means.

> [!WARNING]
> Dark again.[^1]

[^1]: A note.

| a | b |
|---|--:|
| 1 | ~~2~~ |

- [x] done

` + "```go\nfunc main() { fmt.Println(\"{{< change 1 >}}\") }\n```\n"

func TestScan(t *testing.T) {
	s := testArticles().Scan([]byte(sampleArticle))
	if s.Title != "The title" || s.TitleID != "the-title" || !strings.HasPrefix(s.Summary, "A dark flag, and a link, a lost one") {
		t.Errorf("title %q, summary %q", s.Title, s.Summary)
	}
	var links, codes, headings []string
	for _, l := range s.Links {
		links = append(links, fmt.Sprintf("%s %d:%d %t", l.Address, l.Line, l.Col, l.Image))
	}
	for _, c := range s.Codes {
		codes = append(codes, fmt.Sprintf("%s %v %d:%d", c.Name, c.Args, c.Line, c.Col))
	}
	for _, h := range s.Headings {
		headings = append(headings, fmt.Sprintf("%d %s %s", h.Level, h.ID, h.Text))
	}
	for name, pair := range map[string][2][]string{
		"links":    {links, {"a.md 3:20 false", "lost.md 3:42 false", "i.png 3:63 true", "../other.md#part 10:8 false"}},
		"codes":    {codes, {"change [{ 12} {in the cellar}] 4:1", "version [{ v1}] 11:4", "version [{ v2}] 13:1"}},
		"headings": {headings, {"2 setup Install", "3 x Odd"}},
		"terms":    {s.Terms, {"dark", "flag"}},
		"anchors":  {s.Anchors, {"term"}},
	} {
		if !slices.Equal(pair[0], pair[1]) {
			t.Errorf("%s are %q, want %q", name, pair[0], pair[1])
		}
	}
	if len(s.Sections) != 3 || s.Sections[0].ID != "" || s.Sections[1].ID != "setup" {
		t.Errorf("sections are %+v", s.Sections)
	}
	other := testArticles().Scan([]byte(strings.Replace(sampleArticle, "See [ref].", "See there.", 1)))
	for i, want := range []bool{true, false, true} {
		if same := s.Sections[i].Sum == other.Sections[i].Sum; same != want {
			t.Errorf("section %d is the same: %t, want %t", i, same, want)
		}
	}
}

func renderSample(t *testing.T) string {
	t.Helper()
	html, err := testArticles().Render([]byte(sampleArticle), docs.Filling{
		Root:  "../../../",
		Links: map[string]string{"a.md": "../a/", "i.png": "../i.png", "../other.md#part": "../../other/#part"},
		Values: []docs.Fragment{
			{Parts: []docs.Part{{Text: "<Released>", Class: "released"}, {Text: "5 Jan", Time: "2026-01-05T10:00:00Z"}, {Text: "x", URL: "javascript:alert(1)"}, {Text: "y", URL: "../y/", Code: true}}},
			{Table: &docs.Table{Caption: "In a list", Head: []string{"A"}, Rows: [][][]docs.Part{{{{Text: "1"}}}}}},
			{Table: &docs.Table{Caption: "By itself", Head: []string{"A", "B"}, Rows: [][][]docs.Part{{{{Text: "1"}}, {{Text: "2"}}}}, Note: "and more"}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(html)
}

func TestRenderArticle(t *testing.T) {
	html := renderSample(t)
	for _, want := range []string{
		`<a class="term" href="../../../glossary/dark/" title="Deployed, and unseen.">dark</a>`,
		`<a href="../a/" title="why">link</a>, a lost one, <img src="../i.png" alt="image" loading="lazy">`,
		`<span class="badge is-released">&lt;Released&gt;</span><time datetime="2026-01-05T10:00:00Z">5 Jan</time>x<a href="../y/"><code>y</code></a>.`,
		"Written as {{&lt; change 12 &gt;}} or <code>{{&lt; change 12 &gt;}}</code>.",
		`<h2 id="setup">Install`, `<h3 id="x">Odd`, `See <a href="../../other/#part">ref</a>.`, `<dt id="term">Term</dt>`,
		`<caption>By itself</caption>`, `<th scope="row">1</th><td>2</td>`, `<p class="quiet">and more</p>`, `callout-warning`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("not in the article: %s", want)
		}
	}
	for _, bad := range []string{"onclick", "javascript:", "<p><div", "{{< change 12 in"} {
		if strings.Contains(html, bad) {
			t.Errorf("in the article: %s", bad)
		}
	}
	if t.Failed() {
		t.Log(html)
	}
}

// Articles that were kept are shown for as long as their key stays. When this
// fails, the HTML of articles has changed: raise articleHTML, then the sum.
func TestArticleHTMLHasAVersion(t *testing.T) {
	sum := sha256.Sum256([]byte(renderSample(t)))
	const version, want = "3", "e11967052b6cac3a"
	if got := hex.EncodeToString(sum[:8]); got != want || articleHTML != version {
		t.Errorf("the HTML of version %s has the sum %s; the test knows version %s with %s", articleHTML, got, version, want)
	}
}

// Without shortcodes, what looks like one is text.
func TestNoCodes(t *testing.T) {
	a := NewArticles(ArticleOptions{})
	md := []byte("See {{< change 12 >}}.")
	html, err := a.Render(md, docs.Filling{})
	if err != nil || !strings.Contains(string(html), "{{&lt; change 12 &gt;}}") || len(a.Scan(md).Codes) > 0 {
		t.Errorf("%s, %v", html, err)
	}
}

func TestShortcodeWords(t *testing.T) {
	for source, want := range map[string]string{
		"{{< a >}}":                   "a []",
		"{{<a>}}":                     "a []",
		`{{< a "b c" d=e f="g h" >}}`: "a [{ b c} {d e} {f g h}]",
		`{{< a "open >}}`:             " []",
		"{{< x=y >}}":                 " []",
		"{{<  >}}":                    " []",
		"{{< a":                       "none",
		"{{< a\n>}}":                  "none",
		"{{< /* >}}":                  "/* []",
		"{{< " + strings.Repeat("a ", 30) + ">}}":  " ",
		"{{< " + strings.Repeat("a", 600) + " >}}": "none",
	} {
		got := "none"
		if codes := testArticles().Scan([]byte(source)).Codes; len(codes) == 1 {
			got = fmt.Sprintf("%s %v", codes[0].Name, codes[0].Args)
		}
		if got != want && !(want == " " && strings.HasPrefix(got, " ")) {
			t.Errorf("%.40s: %q, want %q", source, got, want)
		}
	}
}

// heavy are texts that cost naive readers minutes. The test has no clock: without
// bounds it would not end in time.
func heavy() map[string]string {
	return map[string]string{
		"one long line":        strings.Repeat("word ", 1<<20),
		"long, below the cut":  strings.Repeat("word ", 200_000),
		"five megabytes":       strings.Repeat("a", 5<<20),
		"many shortcodes":      strings.Repeat("{{< change 1 >}}", 50_000),
		"open shortcodes":      strings.Repeat("{{< ", 200_000),
		"deep quotes":          strings.Repeat("> ", 100_000) + "x",
		"deep lists":           strings.Repeat("- ", 100_000) + "x",
		"many definitions":     strings.Repeat("a\n: b\n\n", 20_000),
		"headings of one name": strings.Repeat("# a {#b}\n\n", 5_000),
		"links in links":       strings.Repeat("[a](b.md ", 50_000),
		"tables":               strings.Repeat("|a", 5_000) + "\n" + strings.Repeat("|-", 5_000) + "\n" + strings.Repeat("|b", 5_000),
	}
}

func TestHostileArticles(t *testing.T) {
	all := heavy()
	for i, md := range hostile {
		all[fmt.Sprint("hostile ", i)] = md
	}
	all["ids"] = "# a {#\"><script>}\n\n## b {onclick=alert(1)}\n\n### c {#javascript:x}"
	for name, md := range all {
		t.Run(name, func(t *testing.T) {
			a := testArticles()
			s := a.Scan([]byte(md))
			links := map[string]string{}
			for _, l := range s.Links {
				links[l.Address] = l.Address
			}
			html, err := a.Render([]byte(md), docs.Filling{Links: links, Values: make([]docs.Fragment, len(s.Codes))})
			if err != nil {
				t.Fatal(err)
			}
			if err := checkHTML(string(html)); err != nil {
				t.Error(err)
			}
		})
	}
}

func FuzzArticle(f *testing.F) {
	f.Add(sampleArticle)
	f.Add("{{< a \"b\" >}} {{</* x */>}}\n\n# h {#i}")
	f.Fuzz(func(t *testing.T, md string) {
		a := testArticles()
		s := a.Scan([]byte(md))
		html, err := a.Render([]byte(md), docs.Filling{Values: make([]docs.Fragment, len(s.Codes))})
		if err != nil {
			t.Fatal(err)
		}
		if err := checkHTML(string(html)); err != nil {
			t.Error(err)
		}
		lines := strings.Count(md, "\n") + 1
		for _, l := range s.Links {
			if l.Line < 1 || l.Line > lines || l.Col < 1 {
				t.Errorf("a link at %d:%d of %d lines", l.Line, l.Col, lines)
			}
		}
	})
}
