//go:build unix

package facts_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"daylight/generator/facts"
	"daylight/generator/ledger"
)

// BenchmarkJoin reads, joins and computes an organization: so many files of 2,000
// changes each, 20 unless DAYLIGHT_FACTS_FILES says otherwise. It reports seconds
// of processor time of the whole process, those of making the files left out, and
// the most memory that the process had.
func BenchmarkJoin(b *testing.B) {
	files := 20
	if n, err := strconv.Atoi(os.Getenv("DAYLIGHT_FACTS_FILES")); err == nil {
		files = n
	}
	dir := b.TempDir()
	var names []string
	var size int64
	for i := range files {
		name := filepath.Join(dir, fmt.Sprintf("%03d.json", i))
		data := encode(b, organization(i, 2000))
		if err := os.WriteFile(name, data, 0o600); err != nil {
			b.Fatal(err)
		}
		names, size = append(names, name), size+int64(len(data))
	}
	runtime.GC()
	before := processor(b)
	for b.Loop() {
		begin := time.Now()
		parts := make([]*facts.Part, len(names))
		var g sync.WaitGroup
		next := make(chan int)
		for range runtime.GOMAXPROCS(0) {
			g.Go(func() {
				for i := range next {
					parts[i] = readFile(b, names[i])
				}
			})
		}
		for i := range names {
			next <- i
		}
		close(next)
		g.Wait()
		read := time.Now()
		joined, err := facts.Join(parts, nil)
		if err != nil {
			b.Fatal(err)
		}
		parts = nil
		middle := time.Now()
		l := ledger.Compute(joined.Facts, ledger.Policy{}, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
		if len(l.Changes) != files*2000 {
			b.Fatalf("%d changes", len(l.Changes))
		}
		b.ReportMetric(read.Sub(begin).Seconds(), "s-read")
		b.ReportMetric(middle.Sub(read).Seconds(), "s-join")
		b.ReportMetric(time.Since(middle).Seconds(), "s-compute")
	}
	b.ReportMetric((processor(b)-before).Seconds()/float64(b.N), "cpu-s/op")
	b.ReportMetric(peak(b), "MiB-peak")
	b.ReportMetric(float64(size)/(1<<20), "MiB-files")
}

func readFile(b *testing.B, name string) *facts.Part {
	data, err := os.ReadFile(name)
	if err != nil {
		b.Error(err)
		return nil
	}
	p, err := facts.Decode(bytes.NewReader(data), name)
	if err != nil {
		b.Error(err)
	}
	return p
}

func usage(b *testing.B) syscall.Rusage {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u
}

func processor(b *testing.B) time.Duration {
	u := usage(b)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func peak(b *testing.B) float64 { return float64(usage(b).Maxrss) / 1024 }
