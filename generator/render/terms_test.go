package render

import (
	"fmt"
	"strings"
	"testing"

	"daylight/generator/pages"
)

// linking makes a renderer that knows two terms.
func linking(used *[]string) *Renderer {
	r := &Renderer{}
	r.SetTerms(Terms{
		Find: func(text string) []TermPlace {
			var out []TermPlace
			for i := 0; ; {
				k := strings.Index(text[i:], "dark")
				if k < 0 {
					return out
				}
				out = append(out, TermPlace{i + k, i + k + 4, "/glossary/dark/"})
				i += k + 4
			}
		},
		Definition: func(string) string { return `Nobody "sees" it.` },
		Used: func(address string, p pages.Page, title string) {
			*used = append(*used, address+" on "+p.Path+" "+title)
		},
	})
	return r
}

func frameAt(home string) *pages.Frame {
	return &pages.Frame{Title: "A page", Shell: &pages.Shell{Home: home}}
}

const darkLink = `<span class="gloss"><a class="term" href="../../glossary/dark/" aria-describedby="term-dark">%s</a>` +
	`<span class="definition" role="tooltip" id="term-dark" hidden>Nobody &#34;sees&#34; it.</span></span>`

// TestLinkTerms: of each term the first use on a page is a link with its
// definition, wherever the use comes from; links that Markdown marked and
// sentences that templates mark count together.
func TestLinkTerms(t *testing.T) {
	marked := `<a class="term" href="/glossary/dark/" title="Nobody &#34;sees&#34; it.">Dark</a>`
	for _, c := range []struct{ name, page, want string }{
		{"no mark", `<p>dark</p>`, `<p>dark</p>`},
		{"markdown", `<p>` + marked + ` and ` + marked + `.</p>`, `<p>` + fmt.Sprintf(darkLink, "Dark") + ` and Dark.</p>`},
		{"a relative address", `<p>` + strings.Replace(marked, `"/`, `"../../`, 1) + `</p>`, `<p>` + fmt.Sprintf(darkLink, "Dark") + `</p>`},
		{"a sentence", `<p data-terms>It is dark, dark.<b>dark</b></p>`, `<p>It is ` + fmt.Sprintf(darkLink, "dark") + `, dark.<b>dark</b></p>`},
		{"both", `<p data-terms>dark</p>` + marked, `<p>` + fmt.Sprintf(darkLink, "dark") + `</p>Dark`},
		{"not as we write it", `<a class="term" href="/x/">x</a><a class="term" href="`, `<a class="term" href="/x/">x</a><a class="term" href="`},
		{"at the end", `<p data-terms>`, `<p>`},
	} {
		var used []string
		got := string(linking(&used).linkTerms(pages.Page{Path: "/changes/1/"}, frameAt("../../"), []byte(c.page)))
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
		if linked := strings.Contains(c.want, "tooltip"); linked != (len(used) == 1 && used[0] == "/glossary/dark/ on /changes/1/ A page") {
			t.Errorf("%s: told of %q", c.name, used)
		}
	}
}

// TestTermIsNotLinkedOnItsOwnPage, and links of the first page begin there.
func TestTermIsNotLinkedOnItsOwnPage(t *testing.T) {
	var used []string
	r := linking(&used)
	if got := string(r.linkTerms(pages.Page{Path: "/glossary/dark/"}, frameAt("../../"), []byte(`<p data-terms>dark</p>`))); got != "<p>dark</p>" {
		t.Error(got)
	}
	if got := string(r.linkTerms(pages.Page{Path: "/"}, frameAt("./"), []byte(`<p data-terms>dark</p>`))); !strings.Contains(got, ` href="glossary/dark/"`) {
		t.Error(got)
	}
}

// FuzzLinkTerms: whatever the page, its text stays what it was.
func FuzzLinkTerms(f *testing.F) {
	f.Add(`<p data-terms>dark & dark</p><a class="term" href="/glossary/dark/" title="x">dark</a>`)
	f.Add(`<a class="term" href="`)
	f.Fuzz(func(t *testing.T, page string) {
		var used []string
		got := string(linking(&used).linkTerms(pages.Page{Path: "/x/"}, frameAt("../"), []byte(page)))
		if strings.Count(got, "dark") < strings.Count(page, "dark") {
			t.Errorf("%q became %q", page, got)
		}
	})
}

// BenchmarkLinkTerms links one page on which every second word is a marked term
// and no sentence of ours is marked: a page is searched once for each kind of
// mark, so ten times the page takes ten times as long.
func BenchmarkLinkTerms(b *testing.B) {
	var used []string
	r := linking(&used)
	r.terms.Used = nil
	for _, n := range []int{100, 1000, 10_000} {
		page := []byte(strings.Repeat(`<p>It is <a class="term" href="/glossary/dark/" title="Nobody sees it.">dark</a> today.</p>`, n))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(page)))
			for b.Loop() {
				r.linkTerms(pages.Page{Path: "/changes/1/"}, frameAt("../../"), page)
			}
		})
	}
}
