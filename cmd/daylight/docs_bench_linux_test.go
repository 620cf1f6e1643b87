package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkDocs builds the docs of many versions on disk, each build in a process
// of its own on two cores. It reports, beside the time of a build:
//
//	cpu-s       seconds of processor, which other load does not change
//	peak-MB     memory at its highest
//	articles    that were rendered
//	written     files that are new on disk
//	x-checkout  the time as a share of what it takes to write the texts of all
//	            versions into folders, as tools do that work on checkouts
//
// It is run by: go test ./cmd/daylight -run none -bench Docs -benchtime 3x
func BenchmarkDocs(b *testing.B) {
	for _, size := range []struct {
		name            string
		versions, pages int
	}{{"50x200", 50, 200}, {"20x51", 20, 50}} {
		b.Run(size.name, func(b *testing.B) {
			old, next := docsRepository(b, size.versions, size.pages), docsRepository(b, size.versions+1, size.pages)
			checkout := checkoutTime(b, old)
			b.Run("first", func(b *testing.B) {
				var m docsMeasure
				for b.Loop() {
					m.begin(b)
					m.build(b, old)
				}
				m.report(b, checkout)
			})
			b.Run("nothing-new", func(b *testing.B) {
				var m docsMeasure
				m.begin(b)
				m.build(b, old)
				m = docsMeasure{out: m.out, cache: m.cache}
				for b.Loop() {
					m.build(b, old)
				}
				m.report(b, checkout)
			})
			b.Run("new-version", func(b *testing.B) {
				var m docsMeasure
				for b.Loop() {
					m.begin(b)
					before := docsMeasure{out: m.out, cache: m.cache}
					before.build(b, old)
					m.build(b, next)
				}
				m.report(b, checkout)
			})
		})
	}
}

// docsMeasure sums builds up.
type docsMeasure struct {
	out, cache        string
	builds            int
	took, cpu         time.Duration
	peak              int64 // kilobytes
	articles, written int
}

// begin gives the next build an empty output and an empty cache.
func (m *docsMeasure) begin(b *testing.B) { m.out, m.cache = b.TempDir(), b.TempDir() }

// build runs the command. What is done to count files is not timed.
func (m *docsMeasure) build(b *testing.B, dir string) {
	b.Helper()
	before := inodes(m.out)
	cmd := exec.Command("daylight", "build", "--config", filepath.Join(dir, "site.toml"), "--repository", dir,
		"--as-of", "2026-06-01", "--audience", "team", "--output", m.out, "--quiet")
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+m.cache, "GOMAXPROCS=2", "CI=")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	err := cmd.Run()
	m.took += time.Since(start)
	if err != nil {
		b.Fatal(err, out.String())
	}
	m.builds++
	m.cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.peak = max(m.peak, use.Maxrss)
	}
	m.articles += renderedOf(out.String())
	for p, at := range inodes(m.out) {
		if before[p] != at {
			m.written++
		}
	}
}

func (m *docsMeasure) report(b *testing.B, checkout time.Duration) {
	n := float64(m.builds)
	b.ReportMetric(float64(m.took.Nanoseconds())/n, "ns/op")
	b.ReportMetric(m.cpu.Seconds()/n, "cpu-s")
	b.ReportMetric(float64(m.peak)/1024, "peak-MB")
	b.ReportMetric(float64(m.articles)/n, "articles")
	b.ReportMetric(float64(m.written)/n, "written")
	if checkout > 0 {
		b.ReportMetric(m.took.Seconds()/n/checkout.Seconds(), "x-checkout")
	}
}

// inodes tells the files of a site apart.
func inodes(dir string) map[string]uint64 {
	out := map[string]uint64{}
	_ = filepath.WalkDir(filepath.Join(dir, "team"), func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // there is no site yet
		}
		if info, err := d.Info(); err == nil {
			out[p] = info.Sys().(*syscall.Stat_t).Ino
		}
		return nil
	})
	return out
}

// checkoutTime is how long git and tar take to write every version into a folder
// of its own; 0 where they are not installed.
func checkoutTime(b *testing.B, dir string) time.Duration {
	tags, err := exec.Command("git", "-C", dir, "tag", "--list", "v*").Output()
	if err != nil {
		return 0
	}
	to, start := b.TempDir(), time.Now()
	for tag := range strings.FieldsSeq(string(tags)) {
		folder := filepath.Join(to, tag)
		if err := os.Mkdir(folder, 0o755); err != nil {
			b.Fatal(err)
		}
		cmd := exec.Command("sh", "-c", `git -C "$1" archive "$2" | tar -x -C "$3"`, "sh", dir, tag, folder)
		if cmd.Run() != nil {
			return 0
		}
	}
	return time.Since(start)
}
