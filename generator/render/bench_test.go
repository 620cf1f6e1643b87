package render_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"daylight/generator/ledger"
	"daylight/generator/pages"
)

// manyChanges is the sample with n changes: the first ones, over and over with
// ids of their own, one every two hours.
func manyChanges(n int) *ledger.Ledger {
	l := sampleLedger()
	few := l.Changes
	l.Changes = nil
	for i := range n {
		c := few[2+i%9]
		c.ID = ledger.ChangeID(fmt.Sprintf("%012x", i))
		c.PullRequest, c.Aliases, c.Version = 0, nil, ""
		merged := day("03-12 10:00").Add(-time.Duration(i) * 2 * time.Hour)
		c.Merged = &merged
		l.Changes = append(l.Changes, c)
	}
	return l
}

// BenchmarkSite renders a site of 10,000 changes on all cores and throws the
// files away. The memory in use at the end of each round is reported: it must
// not grow with the number of pages.
func BenchmarkSite(b *testing.B) {
	for _, n := range []int{2_000, 10_000} {
		in := sampleInput("")
		in.Ledger = manyChanges(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := renderer(b)
			b.ReportAllocs()
			count, bytes := 0, 0
			var most uint64
			for b.Loop() {
				work := make(chan pages.Page, 64)
				var wait sync.WaitGroup
				var sum sync.Mutex
				for range runtime.GOMAXPROCS(0) {
					wait.Go(func() {
						files, size := 0, 0
						for p := range work {
							f, err := r.Render(p)
							if err != nil {
								b.Error(err)
							}
							files, size = files+1, size+len(f.Data)
						}
						sum.Lock()
						count, bytes = count+files, bytes+size
						sum.Unlock()
					})
				}
				for p := range pages.Team(in) {
					work <- p
				}
				close(work)
				wait.Wait()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse)
			}
			b.ReportMetric(float64(count)/b.Elapsed().Seconds(), "pages/s")
			b.ReportMetric(float64(bytes)/float64(count), "bytes/page")
			b.ReportMetric(float64(most)/(1<<20), "heap-MB")
		})
	}
}

// BenchmarkNew is what a build pays before its first page.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		renderer(b)
	}
}

// BenchmarkDecide makes the structs of a site without rendering them.
func BenchmarkDecide(b *testing.B) {
	in := sampleInput("")
	in.Ledger = manyChanges(2_000)
	b.ReportAllocs()
	count := 0
	for b.Loop() {
		for p := range pages.Team(in) {
			p.Content()
			count++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(count), "µs/page")
}
