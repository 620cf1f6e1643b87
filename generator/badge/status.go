package badge

import (
	"bytes"
	"fmt"
	"html/template"
	"slices"
	"time"

	"daylight/generator/ledger"
	"daylight/generator/notes"
)

// Status is what the fragment tells.
type Status struct {
	Title    string
	Language string
	URL      string // of the site: absolute, or from the fragment to its top
	// AsOf is shown with what runs where; news have dates of their own.
	AsOf  time.Time
	Lanes []Lane
	Dark  string // "7 changes are dark", or ""
	News  []News // newest first
}

// Lane is what runs in an environment, of one component.
type Lane struct{ Environment, Component, Running string }

// News is something that users got, or lost.
type News struct {
	Title, Text, URL string
	At               time.Time
}

// newest is how many news the fragment has.
const newest = 5

// TeamStatus tells what runs in production, what is dark, and what was released
// last there.
func TeamStatus(l *ledger.Ledger) Status {
	s := Status{AsOf: l.AsOf}
	for i := range l.Environments {
		e := &l.Environments[i]
		if e.Tier != ledger.TierProduction {
			continue
		}
		for _, k := range components(e) {
			s.Lanes = append(s.Lanes, Lane{string(e.Name), string(k), line(running(e, k))})
		}
		s.add(notes.From(l, notes.Options{Environment: e.Name}), func(notes.Note) string { return "" })
	}
	switch n := dark(l); n {
	case 0:
	case 1:
		s.Dark = "1 change is dark"
	default:
		s.Dark = plural(n, "change") + " are dark"
	}
	return s
}

// PublicStatus tells what is new. url gives the address of a note's page.
func PublicStatus(list []notes.Note, url func(id string) string) Status {
	var s Status
	s.add(list, func(n notes.Note) string { return url(n.ID) })
	return s
}

// add takes the newest events of notes.
func (s *Status) add(list []notes.Note, url func(notes.Note) string) {
	for _, n := range list {
		e := n.Events[len(n.Events)-1]
		s.News = append(s.News, News{line(n.Title), e.Text, url(n), e.At})
	}
	slices.SortStableFunc(s.News, func(a, b News) int { return b.At.Compare(a.At) })
	s.News = s.News[:min(len(s.News), newest)]
}

// HTML writes the fragment, one section, and a whole document around it for a
// frame. Both need no script, and the fragment no style of its own.
func (s Status) HTML() (fragment, document []byte, err error) {
	var a, b bytes.Buffer
	t, err := template.New("").Funcs(template.FuncMap{
		"day": func(t time.Time) string { return t.UTC().Format("2 January 2006") },
		"iso": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"now": func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") },
	}).Parse(statusTemplate)
	if err == nil {
		err = t.ExecuteTemplate(&a, "section", s)
	}
	if err == nil {
		err = t.ExecuteTemplate(&b, "document", s)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("write status: %w", err)
	}
	return a.Bytes(), b.Bytes(), nil
}

const statusTemplate = `{{define "section"}}<section class="daylight-status" lang="{{.Language}}" aria-label="{{.Title}}">
<h2><a href="{{.URL}}" target="_top">{{.Title}}</a></h2>
{{if .Lanes}}<table>
<thead><tr><th scope="col">Environment</th><th scope="col">Component</th><th scope="col">Runs</th></tr></thead>
<tbody>
{{range .Lanes}}<tr><th scope="row">{{.Environment}}</th><td>{{.Component}}</td><td>{{.Running}}</td></tr>
{{end}}</tbody>
</table>
{{end}}{{with .Dark}}<p>{{.}}.</p>
{{end}}{{if .News}}<ul>
{{range .News}}<li><time datetime="{{iso .At}}">{{day .At}}</time> {{if .URL}}<a href="{{.URL}}" target="_top">{{.Title}}</a>{{else}}{{.Title}}{{end}}: {{.Text}}</li>
{{end}}</ul>
{{else}}<p>Nothing has been released yet.</p>
{{end}}{{if not .AsOf.IsZero}}<p>As of <time datetime="{{iso .AsOf}}">{{now .AsOf}}</time>.</p>
{{end}}</section>
{{end}}{{define "document"}}<!DOCTYPE html>
<html lang="{{.Language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{{.Title}}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0.75rem; color: CanvasText; background: Canvas }
h2 { font-size: 1.1rem; margin: 0 0 0.5rem }
a { color: LinkText }
table { border-collapse: collapse; margin: 0 0 0.5rem }
th, td { text-align: start; padding: 0.15rem 0.75rem 0.15rem 0; font-weight: normal; overflow-wrap: anywhere }
thead th { font-weight: 600 }
ul { margin: 0; padding-inline-start: 1.2rem }
p { margin: 0.5rem 0 0 }
</style>
</head>
<body>
{{template "section" .}}</body>
</html>
{{end}}`
