package config

import (
	"fmt"

	"daylight/generator/decode"
)

// Metrics chooses among the definitions of numbers, and says where failures are
// written down.
type Metrics struct {
	// Windows are lengths in days, counted back from as-of; 0 is since ever.
	// Default: 90, 180, 0.
	Windows []int `toml:"windows"`
	// Median: interpolated, or lower as some tools have it. Default: interpolated.
	Median string `toml:"median"`
	// LeadTime begins at the commit on the mainline ("mainline") or when the
	// oldest commit of the change was written ("first_commit"). Default: mainline.
	LeadTime string `toml:"lead_time"`
	// FirstRecord also measures what came with the first deployment that was
	// recorded, although nobody knows what ran before it.
	FirstRecord bool `toml:"first_record"`
	// UnReleaseDays is how soon a release must be taken back to count in the share
	// of those. Default: 30.
	UnReleaseDays int `toml:"un_release_days"`
	// Weeks of a trend. Default: 104.
	Weeks int `toml:"weeks"`
	// Marks are the sources of failures that are believed: record, rollback,
	// hotfix, trailer, incident. Default: all.
	Marks []string `toml:"marks"`
	// HotfixNames are words in the name of a tag or branch that make it a hotfix.
	// Default: hotfix and hot-fix.
	HotfixNames []string `toml:"hotfix_names"`
	// IncidentTrailers name the incident that a commit mends, RepairTrailers the
	// deployment. Default: Incident, and Fixes-Deployment. Case does not count.
	IncidentTrailers []string `toml:"incident_trailers"`
	RepairTrailers   []string `toml:"repair_trailers"`

	Incidents []Incidents `toml:"incidents"`
}

// Incidents is a source of incidents.
type Incidents struct {
	Place `toml:"-"`
	// Files are globs of JSON Lines, JSON, YAML or TOML. Required.
	Files []string `toml:"files"`
	// JQ is a program that makes objects of our keys of what a file holds:
	// ".[] | {id: .key, started_at: .began, resolved_at: .over}".
	JQ string `toml:"jq"`
	// Environment and Component of incidents that name none. Without an
	// environment an incident is of production.
	Environment string `toml:"environment"`
	Component   string `toml:"component"`
	// Repository that holds the files, when it is not the main one, and Of, the
	// repository whose deployments they speak of. Default for Of: any.
	Repository string `toml:"repository"`
	Of         string `toml:"of"`
	// Zone of times that are written without an offset. Default: UTC.
	Zone string `toml:"zone"`
}

// mostDays bounds numbers of days and weeks; a longer one is a mistake.
const mostDays = 36_500

func (k *checker) metrics() {
	m := &k.c.Metrics
	if k.at.Has("metrics.windows") && len(m.Windows) == 0 {
		k.fault("metrics.windows", "leave it out for 90, 180 and since ever (0)", "metrics need a window")
	}
	seen := map[int]bool{}
	for i, days := range m.Windows {
		path := element("metrics.windows", i)
		if days < 0 || days > mostDays {
			k.fault(path, "a number of days; 0 is since ever", "%s: %d is out of range", path, days)
		} else if seen[days] {
			k.fault(path, "", "%s: %d is there twice", path, days)
		}
		seen[days] = true
	}
	for path, n := range map[string]int{"metrics.un_release_days": m.UnReleaseDays, "metrics.weeks": m.Weeks} {
		if k.at.Has(path) && (n < 1 || n > mostDays) {
			k.fault(path, "a number above 0", "%s: %d is out of range", path, n)
		}
	}
	k.choice("metrics.median", m.Median)
	k.choice("metrics.lead_time", m.LeadTime)
	k.choiceOfEach("metrics.marks", m.Marks)
	for i, in := range m.Incidents {
		path := element("metrics.incidents", i)
		if len(in.Files) == 0 {
			k.fault(path+".files", fmt.Sprintf("add files = [%q]", "ops/incidents.jsonl"), "%s needs files", path)
		}
		k.globs(path+".files", in.Files)
		k.jq(path+".jq", in.JQ)
		k.zone(path+".zone", in.Zone)
		k.knownRepository(path+".repository", in.Repository)
		k.knownRepository(path+".of", in.Of)
		if in.Component != "" {
			k.knownComponent(path+".component", in.Component)
		}
	}
}

// fillIn gives the keys that the file does not set their defaults.
func (m *Metrics) fillIn(at decode.Places) {
	if !at.Has("metrics.windows") {
		m.Windows = []int{90, 180, 0}
	}
	or(&m.Median, "interpolated")
	or(&m.LeadTime, "mainline")
	or(&m.UnReleaseDays, 30)
	or(&m.Weeks, 104)
	orList(at, "metrics.marks", &m.Marks, choices("marks")...)
	orList(at, "metrics.hotfix_names", &m.HotfixNames, "hotfix", "hot-fix")
	orList(at, "metrics.incident_trailers", &m.IncidentTrailers, "Incident")
	orList(at, "metrics.repair_trailers", &m.RepairTrailers, "Fixes-Deployment")
	for i := range m.Incidents {
		or(&m.Incidents[i].Zone, "UTC")
	}
}
