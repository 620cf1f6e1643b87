package render_test

import (
	"errors"
	"html/template"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jba/templatecheck"

	"daylight/generator/pages"
	"daylight/generator/render"
	"daylight/templates"
	"daylight/themes"
)

// pageTypes pairs each template with the struct that it is given. A template
// that is not here fails the test.
func pageTypes() map[string]pages.Framed {
	return map[string]pages.Framed{
		"board": &pages.Board{}, "changes": &pages.ChangeList{}, "change": &pages.ChangePage{}, "choices": &pages.Choices{},
		"compare": &pages.ComparePage{}, "metrics": &pages.MetricsPage{}, "metricsmethod": &pages.MethodPage{}, "calendar": &pages.CalendarPage{}, "data": &pages.DataPage{}, "badges": &pages.BadgesPage{},
		"doc": &pages.DocPage{}, "docs": &pages.DocsHome{}, "docchanges": &pages.DocChanges{}, "docversions": &pages.DocVersions{},
		"dark": &pages.DarkPage{}, "deployments": &pages.DeploymentList{}, "deployment": &pages.DeploymentPage{},
		"environments": &pages.EnvironmentList{}, "environment": &pages.EnvironmentPage{}, "feeds": &pages.FeedsPage{},
		"flags": &pages.FlagList{}, "flag": &pages.FlagPage{}, "glossary": &pages.GlossaryPage{}, "term": &pages.TermPage{}, "start": &pages.StartPage{},
		"listing": &pages.Listing{}, "missing": &pages.Missing{}, "news": &pages.NewsPage{}, "note": &pages.NotePage{}, "problems": &pages.ProblemsPage{},
		"redirect": &pages.Redirect{}, "releases": &pages.ReleasesPage{}, "search": &pages.SearchPage{}, "versions": &pages.VersionList{}, "version": &pages.VersionPage{},
	}
}

func TestTemplatesFitTheirStructs(t *testing.T) {
	for _, theme := range themeNames(t) {
		of := render.Layers(render.Sub(render.Sub(themes.Files, theme), "templates"), templates.Files)
		r, err := render.New(of, fstest.MapFS{}, plainMarkdown)
		if err != nil {
			t.Fatal(err)
		}
		checkTemplates(t, theme, r)
	}
}

func checkTemplates(t *testing.T, theme string, r *render.Renderer) {
	t.Helper()
	types := pageTypes()
	for _, name := range r.Names() {
		page, ok := types[name]
		if !ok {
			t.Errorf("%s: template %s has no struct in this test", theme, name)
			continue
		}
		delete(types, name)
		ofPage, ofFrame, ofShell := r.Parts(name)
		check := func(parts []*template.Template, data any) {
			for _, part := range parts {
				if err := templatecheck.CheckHTML(part, data); err != nil {
					t.Errorf("%s: %s: %v", theme, name, err)
				}
			}
		}
		check(ofPage, page)
		check(ofFrame, &pages.Frame{})
		check(ofShell, &pages.Shell{})
	}
	for name := range types {
		t.Errorf("%s: no template is called %s", theme, name)
	}
}

func TestUserBeatsThemeBeatsBuiltIn(t *testing.T) {
	user := fstest.MapFS{"missing.html": {Data: []byte(`{{define "main"}}<h1>from the user</h1>{{end}}`)}}
	theme := fstest.MapFS{
		"style.css":               {Data: []byte("body {}")},
		"templates/missing.html":  {Data: []byte(`{{define "main"}}<h1>from the theme</h1>{{end}}`)},
		"templates/redirect.html": {Data: []byte(`{{define "main"}}<h1>{{.Title}} from the theme</h1>{{end}}`)},
	}
	r, err := render.New(render.Layers(user, render.Sub(theme, "templates"), templates.Files), theme, plainMarkdown)
	if err != nil {
		t.Fatal(err)
	}
	in := sampleInput("")
	in.Ledger.Changes = in.Ledger.Changes[:7]
	got := map[string]string{}
	for p := range pages.Team(in) {
		f, err := r.Render(p)
		if err != nil {
			t.Fatal(err)
		}
		got[p.Template] = string(f.Data)
	}
	if !strings.Contains(got["missing"], "from the user") || !strings.Contains(got["redirect"], "from the theme") || !strings.Contains(got["board"], "What is live") {
		t.Error("a layer did not win where it should")
	}
	var names []string
	for _, a := range r.Assets() {
		names = append(names, a.Path)
	}
	if !slices.Equal(names, []string{"assets/style.css"}) {
		t.Errorf("assets: %q", names)
	}
}

func TestErrorsNameThePage(t *testing.T) {
	failing := func([]byte) (template.HTML, error) { return "", errors.New("too long") }
	r, err := render.New(templates.Files, fstest.MapFS{}, failing)
	if err != nil {
		t.Fatal(err)
	}
	for p := range pages.Customers(samplePublic("")) {
		if p.Path != "/notes/gift-cards/" {
			continue
		}
		if _, err := r.Render(p); err == nil || !strings.Contains(err.Error(), "render /notes/gift-cards/") {
			t.Errorf("error: %v", err)
		}
	}
	if _, err := r.Render(pages.Page{Path: "/x/", Template: "nowhere", Data: &pages.Missing{}}); !errors.Is(err, render.ErrNoTemplate) {
		t.Errorf("error: %v", err)
	}
	broken := fstest.MapFS{"page.html": {Data: []byte(`{{define "main"}}{{.Oops`)}}
	if _, err := render.New(broken, fstest.MapFS{}, failing); err == nil || !strings.Contains(err.Error(), "parse template page.html") {
		t.Errorf("error: %v", err)
	}
	if _, err := render.New(fstest.MapFS{}, fstest.MapFS{}, failing); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error: %v", err)
	}
}
