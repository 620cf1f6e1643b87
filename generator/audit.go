package generator

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"daylight/generator/audience"
	"daylight/generator/config"
	"daylight/generator/feed"
	"daylight/generator/pages"
	"daylight/generator/publish"
)

// audited is a sink that audits each file on its way: nothing is kept but what
// was found, so that memory does not grow with the site.
type audited struct {
	publish.Sink
	auditor *audience.Auditor
}

func (a audited) Write(f publish.File) error {
	a.auditor.File(f.Path, f.Data)
	return a.Sink.Write(f)
}

// AuditError says that a site holds what its audience must not see. Nothing was
// published.
type AuditError struct {
	Audience string
	Report   audience.Report
}

// shownFindings bounds how many findings an error lists: daylight audit has them
// all.
const shownFindings = 10

// Error lists the findings, one on a line, as "file:line: kind: text".
func (e *AuditError) Error() string {
	var b strings.Builder
	n := len(e.Report.Findings)
	fmt.Fprintf(&b, "publish the site for %s: it would tell what is withheld from them, in %d %s; the old site stays\n", e.Audience, n, places(n))
	for _, f := range e.Report.Findings[:min(n, shownFindings)] {
		b.WriteString(f.Path)
		if f.Line > 0 {
			fmt.Fprintf(&b, ":%d", f.Line)
		}
		fmt.Fprintf(&b, ": error: %s of what they may not see: %q, %s [withheld-text]\n", f.Kind, clip(f.Text), f.Form)
	}
	if n > shownFindings {
		fmt.Fprintf(&b, "and %d more\n", n-shownFindings)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Hint tells what to do.
func (e *AuditError) Hint() string {
	return "take the words out of the note or page that shows them, or let the audience see what they name"
}

func places(n int) string {
	if n == 1 {
		return "place"
	}
	return "places"
}

// clip shortens the text of a message.
func clip(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// Audit reads a site that was built for an audience and finds what the audience
// must not see. An audience that sees everything has nothing to find.
func (p *Project) Audit(ctx context.Context, res *Result, a config.Audience, site fs.FS) (audience.Report, error) {
	if a.Sees == string(audience.SeesEverything) {
		return audience.Report{}, nil
	}
	if err := p.ReadTerms(ctx, res); err != nil {
		return audience.Report{}, err
	}
	if err := p.ReadDocs(ctx, res); err != nil {
		return audience.Report{}, err
	}
	in, err := p.auditInput(ctx, res, a)
	if err != nil {
		return audience.Report{}, err
	}
	return audience.Audit(site, in)
}

// said lists what pages say of the notes by putting public words into a row: the
// kind and the version, as in "Added in v1.4.0", the kind and the text, the title
// with who has it and since which version, and the line for search engines.
func said(public audience.Public, look pages.Site) []string {
	var out []string
	for _, n := range notesOf(public) {
		since := ""
		if n.Version != "" {
			since = " in " + string(n.Version)
			out = append(out, n.Kind.Title()+since)
		}
		for _, who := range []string{"", " " + n.Audience, " Taken back"} {
			out = append(out, n.Title+who+since)
		}
		out = append(out, n.Kind.Title()+": "+n.Title, n.Kind.Title()+" "+n.Body, pages.Gist(noteOf(n), look))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// auditInput is what an audit of an audience's site compares with. What a site
// of the same configuration says without any ledger is no secret: the words of
// the theme, the terms, the titles and addresses of site.toml.
func (p *Project) auditInput(ctx context.Context, res *Result, a config.Audience) (audience.AuditInput, error) {
	in := audience.AuditInput{Full: res.Ledger, Facts: &res.Facts, Ignore: p.Config.Audit.Ignore}
	look, err := p.look(a)
	if err != nil {
		return in, err
	}
	allowed := p.outside(res, a, look, p.publisher(a, look))
	in.Public = allowed.public
	bare, err := p.siteFor(a, func(look pages.Site, publisher feed.Site) outside { return p.bare(res, a, look, publisher) })
	if err != nil {
		return in, err
	}
	for page := range bare.pages {
		f, err := bare.render.Render(page)
		if err != nil {
			return in, err
		}
		in.Allowed = append(in.Allowed, string(f.Data))
	}
	for _, f := range bare.everyFile() {
		in.Allowed = append(in.Allowed, f.Path, string(f.Data))
	}
	texts, err := allowedDocs(allowed)
	if err != nil {
		return in, err
	}
	in.Allowed = append(in.Allowed, texts...)
	in.Allowed = append(in.Allowed, said(in.Public, look)...)
	for _, c := range allowed.moved {
		in.Allowed = append(in.Allowed, c.Reason) // which the problem of the ledger says too
	}
	in.Extra, err = p.secrets(ctx, res, a, texts)
	return in, err
}
