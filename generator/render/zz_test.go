package render_test

import (
	"daylight/generator/pages"
	"testing"
)

func BenchmarkChange(b *testing.B) {
	in := sampleInput("")
	r := renderer(b)
	var ps []pages.Page
	for p := range pages.Team(in) {
		if p.Template == "change" {
			ps = append(ps, p)
		}
	}
	b.Run("render", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			r.Render(ps[i%len(ps)])
			i++
		}
	})
	in.Ledger = manyChanges(2000)
	b.Run("pages", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for range pages.Team(in) {
				n++
			}
		}
	})
}
