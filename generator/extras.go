package generator

import (
	"strings"

	"daylight/generator/badge"
	"daylight/generator/diff"
	"daylight/generator/ledger"
	"daylight/generator/metrics"
	"daylight/generator/pages"
)

// Where the status is that others embed.
const (
	statusDocument = "/embed/status.html"
	statusFragment = "/embed/status.inc"
)

// teamExtras makes what the team's site has for other pages and for programs.
func (s *site) teamExtras(l *ledger.Ledger, look pages.Site) (pages.Extras, error) {
	return s.extras(look, badge.Team(l), badge.TeamStatus(l), []pages.DataFile{
		{Title: "Ledger", About: "Every change, version, deployment, flag and problem, with all dates and what they rest on.", Path: "/" + ledgerPath, Schema: "/" + ledger.SchemaLedger},
		publishedFile(),
		{Title: "Next", About: "When a planned step makes this site out of date, so that a pipeline can build it again.", Path: "/" + nextPath, Schema: "/" + schemaNext},
		{Title: "Metrics", About: "The numbers of delivery, per component, environment and window, and per week.", Path: "/" + metricsPath, Schema: "/" + metrics.Schema},
		{Title: "Metrics for Prometheus", About: "The same numbers in the text form of OpenMetrics.", Path: "/" + openMetricsPath},
	})
}

// publishedFile is on every site.
func publishedFile() pages.DataFile {
	return pages.DataFile{
		Title: "Published", About: "The identifiers and dates that this build published, for the next one to compare with.",
		Path: "/" + publishedPath, Schema: "/" + diff.Schema,
	}
}

func (s *site) extras(look pages.Site, badges []badge.Badge, status badge.Status, data []pages.DataFile) (pages.Extras, error) {
	out := pages.Extras{Data: data, Document: statusDocument, Fragment: statusFragment}
	for _, b := range badges {
		path := "/badges/" + pages.Segment(b.Name) + ".svg"
		s.add(strings.TrimPrefix(path, "/"), b.SVG())
		out.Badges = append(out.Badges, pages.BadgeFile{Alt: b.Alt(), Label: b.Label, Path: path})
	}
	status.Title, status.Language, status.URL = look.Title, look.Language, fromEmbedded(look.Base, "/")
	fragment, document, err := status.HTML()
	if err != nil {
		return out, err
	}
	s.add(strings.TrimPrefix(statusFragment, "/"), fragment)
	s.add(strings.TrimPrefix(statusDocument, "/"), document)
	return out, nil
}

// fromEmbedded is an address within the site as a page of another site needs it:
// absolute where the site knows its own.
func fromEmbedded(base, path string) string {
	if base == "" {
		return ".." + path
	}
	return absolute(base, path)
}
