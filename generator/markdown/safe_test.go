package markdown

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// hostile are texts that try to get something past the renderer.
var hostile = []string{
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a <b onclick='x'>b</b>", "<!-- hidden --> <i>x", "<!-- open",
	"[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](&#106;avascript:alert(1))", "[x](java\tscript:alert(1))",
	"[x](<java\nscript:alert(1)>)", "[x](data:text/html,<script>)", "[x](vbscript:x)", "[x](//evil.example/)", "[x](\\\\evil.example)",
	"[x](/\\evil.example)", "![x](javascript:x)", "![x](data:image/svg+xml,x)", "![x](https://evil.example/pixel.png)",
	"<javascript:alert(1)>", "<https://a.example/\"onmouseover=x>", "<x:y>", "[x](https:alert(1))", "[x](http://a.example/\"onclick=\"x)",
	"[x](y \"t\\\" onclick='x'\")", "[a][r]\n\n[r]: javascript:alert(1) 'x'", "`<b>`", "```<script>\n</code><script>\n```",
	"```go onclick=x\nx\n```", "| <b> |\n|---|\n| <script> |", "- [x] <b>", "> [!NOTE]<script>\n> x", "> [!warning]\n> <b>",
	"[^<b>]: x\n\n[^<b>]", "# <script> {#id onclick=x}", "&#0; &#1; &#xFFFE; &lt;b&gt; &bogus;", "\x00\x01\x1b \xff\xfe \u0085 \uFFFE",
	"www.evil.example/<script>", "a@b.example<script>", "***a**b*_c_~~d~~", "<a href='x'>y</a>", "</p></div><h1>", "<![CDATA[x]]>", "<?php x ?>",
	"term\n: <script>", "dark launch <b> canary\ncanary", "*dark launch* of\na rolling\nupdate", "dark\\\nlaunch dark  \nlaunch",
}

// towers are texts whose parsing takes too long where nothing bounds it. They
// hold no assertion about time: without the bounds, the tests take minutes.
func towers() []string {
	var list []string
	for _, piece := range []string{
		"[", "![", "[](", "[a](<b", "[a]((", "*a_", "**a *", "_a*__", ">", "> ", "- ", "1. ", "`a``b```c", "<a ", "<!--", "~~a ~", "[^1]", "[^1]: a\n",
		"[a]: b\n", "a|b\n-|-\n", ":\n: ", "> [!NOTE]\n", "<a@b.", "&#", "\\[", "- [x] ", "[a][a]", "]", "canary ",
	} {
		list = append(list, strings.Repeat(piece, 40_000/len(piece)))
	}
	var steps strings.Builder
	for i := range 200 {
		steps.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	return append(list, steps.String())
}

func TestHostileTextIsSafe(t *testing.T) {
	renderers := safeRenderers()
	for _, md := range slices.Concat(hostile, towers()) {
		for _, r := range renderers {
			if err := checkSafe(r, md); err != nil {
				t.Errorf("%.60q: %v", md, err)
			}
		}
	}
}

func FuzzSafe(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	renderers := safeRenderers()
	f.Fuzz(func(t *testing.T, md string) {
		for _, r := range renderers {
			if err := checkSafe(r, md); err != nil {
				t.Error(err)
			}
		}
	})
}

func safeRenderers() []*Renderer {
	return []*Renderer{New(Options{}), New(Options{Anchors: true, Linkers: []Linker{glossaryLinker()}})}
}

// checkSafe reads the HTML as a browser does, and holds it to a list of what we
// mean to write.
func checkSafe(r *Renderer, md string) error {
	page, err := r.HTML([]byte(md))
	if err != nil {
		return err
	}
	for _, out := range []string{string(page), string(r.Inline([]byte(md)))} {
		if len(out) > 40*len(md)+2000 {
			return fmt.Errorf("%d bytes of HTML from %d of text", len(out), len(md))
		}
		if err := checkHTML(out); err != nil {
			return fmt.Errorf("%w in %.300s", err, out)
		}
	}
	return nil
}

var allowedTags = strings.Fields("a aside blockquote br code dd del div dl dt em h2 h3 h4 h5 h6 hr img input li ol p pre span strong sup table tbody td th thead tr ul")

func checkHTML(out string) error {
	if i := strings.IndexFunc(out, func(r rune) bool { return !allowed(r) }); i >= 0 {
		return fmt.Errorf("character %q", out[i:min(len(out), i+4)])
	}
	var open []string
	ids := map[string]bool{}
	z := html.NewTokenizer(strings.NewReader(out))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				return fmt.Errorf("not closed: %v", open)
			}
			return nil
		case html.CommentToken, html.DoctypeToken:
			return fmt.Errorf("unexpected %s", z.Raw())
		case html.EndTagToken:
			t := z.Token()
			if len(open) == 0 || open[len(open)-1] != t.Data {
				return fmt.Errorf("</%s> closes %v", t.Data, open)
			}
			open = open[:len(open)-1]
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if !slices.Contains(allowedTags, t.Data) {
				return fmt.Errorf("tag <%s>", t.Data)
			}
			if !slices.Contains([]string{"br", "hr", "img", "input"}, t.Data) {
				if t.Data == "a" && slices.Contains(open, "a") {
					return fmt.Errorf("a link in a link")
				}
				open = append(open, t.Data)
			}
			if err := checkAttributes(t, ids); err != nil {
				return err
			}
		}
	}
}

func checkAttributes(t html.Token, ids map[string]bool) error {
	for _, a := range t.Attr {
		switch a.Key {
		case "class", "alt", "title", "aria-label", "role", "rel", "tabindex", "scope", "loading", "type", "checked", "disabled", "start":
		case "id":
			if ids[a.Val] {
				return fmt.Errorf("id %q twice", a.Val)
			}
			ids[a.Val] = true
		case "href", "src":
			scheme, _, ok := strings.Cut(strings.ToLower(a.Val), ":")
			ok = ok && !strings.ContainsAny(scheme, "/?#")
			if ok && scheme != "http" && scheme != "https" && scheme != "mailto" {
				return fmt.Errorf("address %q", a.Val)
			}
			if a.Key == "src" && ok || strings.HasPrefix(a.Val, "//") || strings.Contains(a.Val, "\\") {
				return fmt.Errorf("address %q of <%s>", a.Val, t.Data)
			}
		default:
			return fmt.Errorf("attribute %s of <%s>", a.Key, t.Data)
		}
	}
	return nil
}

// TestCodeContrast holds each colour of code to WCAG's 4.5 in both schemes.
func TestCodeContrast(t *testing.T) {
	for _, c := range codeColours() {
		if got := contrast(t, c.light, lightCode); got < 4.5 {
			t.Errorf("%s in the light scheme: %.2f", c.name, got)
		}
		if got := contrast(t, c.dark, darkCode); got < 4.5 {
			t.Errorf("%s in the dark scheme: %.2f", c.name, got)
		}
	}
	if contrast(t, lightText, lightCode) < 7 || contrast(t, darkText, darkCode) < 7 {
		t.Error("plain code is hard to read")
	}
	if css := string(CSS()); !strings.Contains(css, ".code .k{color:var(--code-keyword)}") || strings.Count(css, "--code-keyword:#") != 3 {
		t.Errorf("style sheet:\n%s", css)
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	luminance := func(hex string) float64 {
		var sum float64
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			v, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			c := float64(v) / 255
			if c <= 0.04045 {
				c /= 12.92
			} else {
				c = math.Pow((c+0.055)/1.055, 2.4)
			}
			sum += weight * c
		}
		return sum
	}
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
