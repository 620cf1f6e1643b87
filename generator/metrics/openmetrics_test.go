package metrics

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"daylight/generator/ledger"
)

var (
	omName   = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)
	omSample = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$`)
	omLabel  = regexp.MustCompile(`^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)`)
)

// checkOpenMetrics is a strict reader of the text form of OpenMetrics 1.0, as far
// as gauges go: what it accepts, it gives by name and labels.
func checkOpenMetrics(data []byte) (map[string]float64, error) {
	text := string(data)
	if !utf8.ValidString(text) || !strings.HasSuffix(text, "\n# EOF\n") || strings.Contains(text, "\r") {
		return nil, fmt.Errorf("not UTF-8 with line feeds that ends in # EOF")
	}
	found := map[string]float64{}
	said := map[string][]string{} // the descriptors of each family
	family := ""
	for n, line := range strings.Split(strings.TrimSuffix(text, "# EOF\n"), "\n") {
		if line == "" && n == strings.Count(text, "\n")-1 {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "# "); ok {
			parts := strings.SplitN(rest, " ", 3)
			if len(parts) != 3 || !slices.Contains([]string{"TYPE", "UNIT", "HELP"}, parts[0]) || !omName.MatchString(parts[1]) {
				return nil, fmt.Errorf("line %d: %q", n+1, line)
			}
			if parts[1] != family {
				if _, twice := said[parts[1]]; twice {
					return nil, fmt.Errorf("line %d: family %s is in two places", n+1, parts[1])
				}
				family = parts[1]
			}
			if slices.Contains(said[family], parts[0]) {
				return nil, fmt.Errorf("line %d: two of %s", n+1, parts[0])
			}
			if parts[0] == "TYPE" && parts[2] != "gauge" || parts[0] == "UNIT" && !strings.HasSuffix(family, "_"+parts[2]) {
				return nil, fmt.Errorf("line %d: %q", n+1, line)
			}
			said[family] = append(said[family], parts[0])
			continue
		}
		m := omSample.FindStringSubmatch(line)
		if m == nil || m[1] != family {
			return nil, fmt.Errorf("line %d: %q is no sample of %s", n+1, line, family)
		}
		seen := []string{}
		for rest := m[2]; rest != ""; {
			l := omLabel.FindStringSubmatch(rest)
			if l == nil || slices.Contains(seen, l[1]) || strings.HasPrefix(l[1], "__") || l[1] == "quantile" || l[1] == "le" {
				return nil, fmt.Errorf("line %d: labels %q", n+1, rest)
			}
			seen, rest = append(seen, l[1]), rest[len(l[0]):]
		}
		v, err := strconv.ParseFloat(m[3], 64)
		if err != nil {
			return nil, fmt.Errorf("line %d: value %q", n+1, m[3])
		}
		key := m[1] + "{" + m[2] + "}"
		if _, twice := found[key]; twice {
			return nil, fmt.Errorf("line %d: %s twice", n+1, key)
		}
		found[key] = v
	}
	for name, list := range said {
		if !slices.Contains(list, "TYPE") || !slices.Contains(list, "HELP") {
			return nil, fmt.Errorf("family %s has only %v", name, list)
		}
	}
	return found, nil
}

// The check can fail.
func TestCheckOpenMetrics(t *testing.T) {
	const head = "# TYPE a gauge\n# HELP a What.\n"
	for _, bad := range []string{"", head, head + "a 1\n# EOF", head + "a 1\na 1\n# EOF\n", head + "b 1\n# EOF\n", head + "a{x=\"1\",x=\"2\"} 1\n# EOF\n",
		head + "a{x=\"\"\"} 1\n# EOF\n", head + "a one\n# EOF\n", "# TYPE a gauge\na 1\n# EOF\n", head + "# UNIT a seconds\na 1\n# EOF\n", head + "\n# EOF\n" + "# EOF\n"} {
		if _, err := checkOpenMetrics([]byte(bad)); err == nil {
			t.Errorf("passes: %q", bad)
		}
	}
	if got, err := checkOpenMetrics([]byte(head + "a{x=\"\\\"\\\\\\n\"} 1.5\n# EOF\n")); err != nil || len(got) != 1 {
		t.Errorf("refused: %v", err)
	}
}

// Names that are made to break out of a label stay inside; what is unknown has no
// sample, and a share of nothing neither.
func TestOpenMetrics(t *testing.T) {
	const hostile = "a\"} 1\n# EOF\n\\\xff"
	at := func(day int) *time.Time {
		d := time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC)
		return &d
	}
	l := &ledger.Ledger{AsOf: *at(20), Environments: []ledger.Environment{{Name: hostile, Tier: ledger.TierProduction}},
		Deployments: []ledger.Deployment{
			{ID: "2", Environment: hostile, Repository: "shop", Component: hostile, Status: ledger.RecordSucceeded, FinishedAt: at(3), Kind: ledger.KindDeploy},
			{ID: "1", Environment: hostile, Repository: "shop", Component: hostile, Status: ledger.RecordSucceeded, FinishedAt: at(1), Kind: ledger.KindDeploy}}}
	text := OpenMetrics(Compute(ledger.Facts{}, l, Options{Windows: []int{90}}))
	found, err := checkOpenMetrics(text)
	if err != nil {
		t.Fatal(err)
	}
	if read := prometheusReads(t, text); !slices.Equal(valuesOf(read), valuesOf(found)) {
		t.Errorf("Prometheus reads %d samples, and we find %d:\n%v\n%v", len(read), len(found), read, found)
	}
	labels := `repository="shop",component="a\"} 1\n# EOF\n\\` + "\uFFFD" + `",environment="a\"} 1\n# EOF\n\\` + "\uFFFD" + `",tier="production",window="90d"`
	for name, want := range map[string]float64{"daylight_deployments": 2, "daylight_deployments_per_day": 0.1053, "daylight_change_lead_time_observations": 0,
		"daylight_change_fail_observations": 2, "daylight_releases": 0} {
		if got, ok := found[name+"{"+labels+"}"]; !ok || got != want {
			t.Errorf("%s is %v (%t), want %v", name, got, ok, want)
		}
	}
	for key := range found {
		if strings.HasPrefix(key, "daylight_change_fail_ratio") || strings.HasPrefix(key, "daylight_change_lead_time_seconds") {
			t.Errorf("%s has a sample, and nothing is known", key)
		}
	}
	if found["daylight_as_of_timestamp_seconds{}"] != float64(at(20).Unix()) {
		t.Errorf("as of %v", found["daylight_as_of_timestamp_seconds{}"])
	}
}
