package gitrepo

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"daylight/generator/history"
)

// benchRepo is a real clone if DAYLIGHT_BENCH_REPO names one, else a history of
// 2,000 commits, which git packs.
func benchRepo(b *testing.B) string {
	if dir := os.Getenv("DAYLIGHT_BENCH_REPO"); dir != "" {
		return dir
	}
	if _, err := exec.LookPath("git"); err != nil {
		b.Skip("git is not installed")
	}
	lines := []string{"at 2026-01-01T00:00:00Z"}
	for i := range 2000 {
		lines = append(lines, fmt.Sprintf("write src/part%d/file%d.txt 'text %d\\n'", i%40, i%7, i),
			"at +1h", fmt.Sprintf("commit 'feat: change %d\\n\\nWhy it was made, in a line or two.'", i))
	}
	dir := written(b, lines...)
	git(b, dir, "repack", "-adfq")
	return filepath.Join(dir, ".git")
}

// gitTime is how long plain git takes, in this run, on this machine.
func gitTime(b *testing.B, dir string, args ...string) time.Duration {
	if _, err := exec.LookPath("git"); err != nil {
		b.Skip("git is not installed")
	}
	best := time.Hour
	for range 3 {
		start := time.Now()
		if err := exec.Command("git", append([]string{"-C", dir}, args...)...).Run(); err != nil {
			b.Skip("git cannot read it: ", err)
		}
		best = min(best, time.Since(start))
	}
	return best
}

// BenchmarkCommits reads all commits from HEAD, cold, and compares with git log.
func BenchmarkCommits(b *testing.B) {
	dir := benchRepo(b)
	plain := gitTime(b, dir, "log", "--format=%H %P %ct %s", "HEAD")
	count := 0
	b.ReportAllocs()
	for b.Loop() {
		r, err := Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		_, tip, err := r.Head()
		if err != nil {
			b.Fatal(err)
		}
		commits, err := r.Commits(b.Context(), []history.Hash{tip})
		if err != nil {
			b.Fatal(err)
		}
		count = len(commits)
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(count), "commits")
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(plain), "times-git-log")
}

// BenchmarkDiffs compares every commit of the first-parent line with its parent,
// with cold memory, as git log --first-parent --raw does.
func BenchmarkDiffs(b *testing.B) {
	dir := benchRepo(b)
	plain := gitTime(b, dir, "log", "--first-parent", "-m", "--raw", "--no-renames", "--format=%H", "HEAD")
	r := opened(b, dir)
	_, tip, err := r.Head()
	if err != nil {
		b.Fatal(err)
	}
	all, err := r.Commits(b.Context(), []history.Hash{tip})
	if err != nil {
		b.Fatal(err)
	}
	line := firstParents(all, tip)
	b.ReportAllocs()
	for b.Loop() {
		r, err := Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		err = r.Diffs(b.Context(), line, func(_ int, _ []history.PathChange, err error) {
			if err != nil {
				b.Error(err)
			}
		})
		if err := errors.Join(err, r.Close()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(line)), "commits")
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(plain), "times-git-log")
}

func firstParents(all []history.Commit, tip history.Hash) []history.Commit {
	byID := make(map[history.Hash]history.Commit, len(all))
	for _, c := range all {
		byID[c.Hash] = c
	}
	var line []history.Commit
	for c, ok := byID[tip]; ok; c, ok = byID[c.Parents[0]] {
		line = append(line, c)
		if len(c.Parents) == 0 {
			break
		}
	}
	return line
}

// BenchmarkMemory reports what stays in memory for all commits of a history.
func BenchmarkMemory(b *testing.B) {
	dir := benchRepo(b)
	for b.Loop() {
		r, err := Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		_, tip, err := r.Head()
		if err != nil {
			b.Fatal(err)
		}
		commits, err := r.Commits(b.Context(), []history.Hash{tip})
		if err != nil {
			b.Fatal(err)
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MiB-live")
		b.ReportMetric(float64(m.Sys)/(1<<20), "MiB-taken")
		runtime.KeepAlive(commits)
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTags peels all tags and reads their messages.
func BenchmarkTags(b *testing.B) {
	r := opened(b, benchRepo(b))
	count := 0
	for b.Loop() {
		tags, err := r.Tags()
		if err != nil {
			b.Fatal(err)
		}
		count = len(tags)
	}
	b.ReportMetric(float64(count), "tags")
}
