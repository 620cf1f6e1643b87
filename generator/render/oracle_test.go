package render_test

import (
	"bytes"
	"errors"
	"html/template"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"daylight/generator/pages"
	"daylight/generator/render"
	"daylight/templates"
)

// html/template is the oracle of the compiled templates: whatever the page, both
// must write the same bytes.

// reference renders a page by html/template alone.
func reference(r *render.Renderer, p pages.Page) ([]byte, error) {
	data := p.Content()
	page, ok := data.(pages.Framed)
	if !ok {
		return []byte(data.(pages.Text)), nil
	}
	ofPage, ofFrame, ofShell := r.Parts(p.Template)
	var out bytes.Buffer
	for _, part := range []struct {
		template *template.Template
		data     any
	}{
		{ofFrame[0], page.Shared()}, {ofPage[0], page}, {ofShell[0], page.Shared().Shell},
		{ofFrame[1], page.Shared()}, {ofPage[1], page}, {ofShell[1], page.Shared().Shell},
	} {
		if err := part.template.Execute(&out, part.data); err != nil {
			return nil, err
		}
	}
	// Without a glossary, the marks of sentences are only taken away.
	return bytes.ReplaceAll(out.Bytes(), []byte(" data-terms>"), []byte(">")), nil
}

// compare renders a page both ways.
func compare(t interface{ Errorf(string, ...any) }, r *render.Renderer, p pages.Page) {
	got, err := r.Render(p)
	want, wantErr := reference(r, p)
	if (err == nil) != (wantErr == nil) {
		t.Errorf("%s: %v, but html/template says: %v", p.Path, err, wantErr)
	}
	if err == nil && !bytes.Equal(got.Data, want) {
		t.Errorf("%s differs from html/template: %s", p.Path, firstDifference(got.Data, want))
	}
}

func firstDifference(got, want []byte) string {
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	from := max(at-30, 0)
	return string(got[from:min(at+30, len(got))]) + "\n\nwant\n\n" + string(want[from:min(at+30, len(want))])
}

func TestBuiltInTemplatesAreCompiled(t *testing.T) {
	r := renderer(t)
	for name, page := range pageTypes() {
		if err := r.Refused(name, page, &pages.Frame{}, &pages.Shell{}); err != nil {
			t.Errorf("%s is left to html/template: %v", name, err)
		}
	}
}

func TestSampleIsWhatHTMLTemplateWrites(t *testing.T) {
	r := renderer(t)
	for _, all := range []pages.Pages{
		pages.Team(sampleInput("")), pages.Team(sampleInput("https://x.example/sub/path/")), pages.Team(emptyInput()), pages.Team(docsInput(t)),
		pages.Customers(samplePublic("https://x.example/sub/path/")), pages.Customers(pages.PublicInput{}),
	} {
		for p := range all {
			compare(t, r, p)
		}
	}
}

// Every page type, filled at random with text that would do harm.
func TestHostilePagesAreWhatHTMLTemplateWrites(t *testing.T) {
	r := renderer(t)
	types := pageTypes()
	names := slices.Sorted(maps.Keys(types))
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "template")
		page := reflect.New(reflect.TypeOf(types[name]).Elem())
		fill(t, page.Elem())
		framed := page.Interface().(pages.Framed)
		if framed.Shared().Shell == nil {
			framed.Shared().Shell = &pages.Shell{}
		}
		compare(t, r, pages.Page{Path: "/" + name + "/", Template: name, Data: framed})
	})
}

// nastyText holds pieces of text that mean something in HTML, in an attribute or
// in an address.
func nastyText() []string {
	return []string{
		"", "Basket", "a&b", "<script>", "\"'", "\x00", "+1", "50 %", "%2f", "%zz", "%", "javascript:alert(1)", "JavaScript:", "http://x/?a=b&c=d#e",
		"HTTPS://x", "mailto:a@b", "../a/b/", "//x", "a:b/c", "/a:b", ":", "\u202e", "\ufffe", "\xff", "é", "\u2028", "`", "{{.}}", "-->", "\t\n", "limited", "(x)",
	}
}

// fill sets every field that it can reach.
func fill(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.Join(rapid.SliceOfN(rapid.SampledFrom(nastyText()), 0, 3).Draw(t, "text"), ""))
	case reflect.Int:
		v.SetInt(int64(rapid.SampledFrom([]int{0, 1, -1, 1_234_567}).Draw(t, "number")))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case reflect.Slice:
		n := rapid.IntRange(0, 2).Draw(t, "length")
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(t, v.Index(i))
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "there") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	}
}

// Whatever a user's template holds, the page is what html/template makes of it,
// and so is the error.
func TestTemplatesOfAUser(t *testing.T) {
	page := &pages.Missing{
		Frame:       pages.Frame{Title: "It's <gone>", SiteTitle: "Shop", Shell: &pages.Shell{}},
		Suggestions: []pages.Link{{Text: "A & B", Href: "a b/?c=d&e"}, {Text: "", Href: "javascript:x"}},
	}
	for what, main := range map[string]string{
		"a variable":                 `{{$t := .Title}}{{$t}}`,
		"variables of ranges":        `{{range $i, $a := .Suggestions}}{{range $k, $b := $.Suggestions}}{{$i}}{{$k}}{{$a.Text}}{{$b.Href}}{{end}}{{$i}}{{end}}{{$.Title}}`,
		"one variable that hides":    `{{range $a := .Suggestions}}{{range $a := $.Suggestions}}{{$a.Text}}{{end}}{{$a.Href}}{{end}}`,
		"a variable in an else":      `{{range $a := .Crumbs}}{{$a.Text}}{{else}}{{len $a}}{{end}}`,
		"a function of the language": `{{printf "%q" .Title}}{{len .Suggestions}}{{len .Title}}`,
		"index":                      `{{(index .Suggestions 0).Text}}`,
		"conditions":                 `{{if and .Title (not .NoIndex)}}1{{end}}{{if or .NoIndex .ByVersion}}2{{else if eq .SiteTitle "Shop"}}3{{end}}{{if and (or .NoIndex .Title) (ne .Title "x")}}4{{end}}`,
		"the value of or":            `{{or .Canonical .Title}}{{with or .Canonical .Title}}{{.}}{{end}}{{not .NoIndex}}`,
		"break and continue":         `{{range .Suggestions}}{{if .Text}}{{continue}}{{end}}{{.Href}}{{break}}{{end}}`,
		"numbers compared":           `{{if gt (len .Suggestions) 1}}many{{end}}`,
		"a link without quotes":      `{{range .Suggestions}}<a href={{.Href}} title={{.Text}}>{{.Text}}</a>{{end}}`,
		"a piece inside a link":      `{{range .Suggestions}}<a href="?q={{.Text}}#{{.Href}}">x</a>{{end}}`,
		"a script":                   `<script>var t = {{.Title}}; var u = "{{.Title}}"</script><p onclick="f({{.Title}})" style="color: {{.Title}}">`,
		"a comment":                  `<!-- {{.Title}} -->{{/* nothing */}}`,
		"a method":                   `{{.AsOf.Known}}{{.Shared.Title}}`,
		"a struct as a condition":    `{{if .AsOf}}yes{{end}}{{with .AsOf}}{{.ISO}}{{end}}`,
		"a template in an attribute": `<p title="{{template "t" .Title}}">{{template "t" .Title}}</p>{{end}}{{define "t"}}{{.}}`,
		"a template that needs none": `{{template "t"}}{{end}}{{define "t"}}T`,
		"templates that call":        `{{template "t" .Suggestions}}{{end}}{{define "t"}}{{range .}}{{.Text}}{{template "u" $}}{{end}}{{end}}{{define "u"}}{{range $i, $l := .}}{{if $i}}, {{end}}{{$l.Text}}{{end}}`,
		"a field that is not there":  `{{.Oops}}`,
		"a nil pointer":              `{{.Shell.Home}}{{range .Shell.Navigation}}{{.Text}}{{end}}`,
		"nothing at all":             ``,
	} {
		t.Run(what, func(t *testing.T) {
			user := fstest.MapFS{"missing.html": {Data: []byte(`{{define "main"}}` + main + `{{end}}`)}}
			r, err := render.New(render.Layers(user, templates.Files), fstest.MapFS{}, plainMarkdown)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, r, pages.Page{Path: "/404.html", Template: "missing", Data: page})
		})
	}
}

// What a program meets on its way and can't say is said by html/template.
func TestErrorsOfPrograms(t *testing.T) {
	refusing := func([]byte) (template.HTML, error) { return "half", errors.New("too long") }
	for main, want := range map[string]string{
		`{{.Way.Title}}`: "nil pointer",
		`{{with .Note}}{{markdown .Text}}{{end}}`:                                      "too long",
		`{{template "t" .}}{{end}}{{define "t"}}{{if .Way}}x{{end}}{{template "t" .}}`: "maximum template depth",
	} {
		user := fstest.MapFS{"change.html": {Data: []byte(`{{define "main"}}before ` + main + `{{end}}`)}}
		r, err := render.New(render.Layers(user, templates.Files), fstest.MapFS{}, refusing)
		if err != nil {
			t.Fatal(err)
		}
		page := &pages.ChangePage{Frame: pages.Frame{Shell: &pages.Shell{}}, Note: &pages.NoteBlock{Text: "x"}}
		if err := r.Refused("change", page, page.Shared(), page.Shell); err != nil {
			t.Errorf("%s: %v", main, err) // it is the program that must find out
		}
		if _, err := r.Render(pages.Page{Path: "/c/", Template: "change", Data: page}); err == nil || !strings.Contains(err.Error(), "render /c/: template: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v", main, err)
		}
	}
}

// A template that can't be escaped is a mistake of its author, and known before
// the first page.
func TestUnsafeTemplateIsRefused(t *testing.T) {
	user := fstest.MapFS{"missing.html": {Data: []byte(`{{define "main"}}<a href="{{if .Title}}x" {{end}}>{{end}}`)}}
	_, err := render.New(render.Layers(user, templates.Files), fstest.MapFS{}, plainMarkdown)
	if err == nil || !strings.Contains(err.Error(), "prepare template missing.html") {
		t.Errorf("error: %v", err)
	}
}

// FuzzEscape holds any text against html/template in every place that pages use.
func FuzzEscape(f *testing.F) {
	for _, s := range nastyText() {
		f.Add(s)
	}
	const main = `{{define "main"}}{{.Title}}<p class="a-{{.Title}}" title="{{.Title}}"><a href="{{.Title}}">x</a><img src="{{.Title}}"><title>{{.Title}}</title>{{end}}`
	r, err := render.New(render.Layers(fstest.MapFS{"missing.html": {Data: []byte(main)}}, templates.Files), fstest.MapFS{}, plainMarkdown)
	if err != nil {
		f.Fatal(err)
	}
	if err := r.Refused("missing", &pages.Missing{}, &pages.Frame{}, &pages.Shell{}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		compare(t, r, pages.Page{Path: "/x/", Template: "missing", Data: &pages.Missing{Frame: pages.Frame{Title: s, Shell: &pages.Shell{}}}})
	})
}
