package metrics

import (
	"errors"
	"io"
	"maps"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

// prometheusReads gives the samples that Prometheus's own parser finds in a text
// of OpenMetrics.
func prometheusReads(t *testing.T, data []byte) map[string]float64 {
	t.Helper()
	p := textparse.NewOpenMetricsParser(data, labels.NewSymbolTable())
	out := map[string]float64{}
	for {
		entry, err := p.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("Prometheus refuses it: %v\n%s", err, data)
		}
		if entry == textparse.EntrySeries {
			var l labels.Labels
			_, at, value := p.Series()
			if p.Labels(&l); at != nil {
				t.Errorf("%s has a timestamp", l)
			}
			out[l.String()] = value
		}
	}
}

// valuesOf gives the values of samples, sorted: two readers write labels each in
// a way of their own.
func valuesOf(samples map[string]float64) []float64 {
	return slices.Sorted(maps.Values(samples))
}
