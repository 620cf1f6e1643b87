package generator

import (
	"fmt"
	"time"

	"daylight/generator/collect"
	"daylight/generator/config"
	"daylight/generator/ledger"
	"daylight/generator/metrics"
)

// The numbers of a team's site, as JSON with a schema, and as OpenMetrics.
const (
	metricsPath     = "data/metrics.json"
	openMetricsPath = "data/metrics.prom"
)

// MetricsOptions are the definitions that the configuration chooses.
func (p *Project) MetricsOptions() (metrics.Options, error) {
	c := p.Config.Metrics
	zone, err := time.LoadLocation(p.Config.TimeZone)
	if err != nil {
		return metrics.Options{}, fmt.Errorf("read time_zone: %w", err)
	}
	opt := metrics.Options{Windows: c.Windows, Median: metrics.Method(c.Median), Start: metrics.Start(c.LeadTime), Zone: zone, Weeks: c.Weeks,
		UnReleaseDays: c.UnReleaseDays, FirstRecord: c.FirstRecord, HotfixNames: c.HotfixNames, Incidents: len(c.Incidents) > 0, Marks: []metrics.Source{}}
	for _, m := range c.Marks {
		opt.Marks = append(opt.Marks, metrics.Source(m))
	}
	return opt, nil
}

// Metrics measures a result by the configuration's definitions.
func (p *Project) Metrics(res *Result) (metrics.Report, error) {
	opt, err := p.MetricsOptions()
	if err != nil {
		return metrics.Report{}, err
	}
	p.progress("measuring")
	return metrics.Compute(res.Facts, res.Ledger, opt), nil
}

// addMetrics writes the numbers of the team's site, for programs and for
// Prometheus.
func (s *site) addMetrics(r metrics.Report) error {
	data, err := LedgerJSON(r)
	if err != nil {
		return err
	}
	s.add(metricsPath, data)
	s.add(openMetricsPath, metrics.OpenMetrics(r))
	return nil
}

// incidentSources says where incidents are written down, and how commits tell
// that they mend something.
func incidentSources(c config.Config) ([]collect.IncidentSource, collect.RepairRules, error) {
	m := c.Metrics
	rules := collect.RepairRules{IncidentTrailers: m.IncidentTrailers, RepairTrailers: m.RepairTrailers, HotfixNames: m.HotfixNames}
	var out []collect.IncidentSource
	for _, in := range m.Incidents {
		zone, err := time.LoadLocation(in.Zone)
		if err != nil {
			return nil, rules, fmt.Errorf("read zone of a source of incidents: %w", err)
		}
		out = append(out, collect.IncidentSource{Files: in.Files, Query: in.JQ, Environment: ledger.EnvironmentName(in.Environment),
			Component: ledger.ComponentName(in.Component), Repository: ledger.RepositoryName(in.Repository), Of: ledger.RepositoryName(in.Of), Zone: zone})
	}
	return out, rules, nil
}
