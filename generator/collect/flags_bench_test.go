package collect_test

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"daylight/generator/cache"
	"daylight/generator/collect"
	"daylight/generator/gitrepo"
)

// manyFlags writes a manifest of 2,000 flags, of which each revision moves one.
var manyFlags = map[string]func(b *bytes.Buffer, revision, flags int){
	"flags.goff.yaml": func(b *bytes.Buffer, revision, flags int) {
		for i := range flags {
			share := moves(revision, i, flags) % 5 * 25
			fmt.Fprintf(b, "flag-%04d:\n  variations:\n    on: true\n    off: false\n  defaultRule:\n    percentage:\n      on: %d\n      off: %d\n  metadata:\n    description: Number %d\n", i, share, 100-share, i)
		}
	},
	"flags.flagd.json": func(b *bytes.Buffer, revision, flags int) {
		b.WriteString("{\n  \"flags\": {\n")
		for i := range flags {
			end := ","
			if i == flags-1 {
				end = ""
			}
			fmt.Fprintf(b, "    \"flag-%04d\": {\n      \"state\": \"ENABLED\",\n      \"variants\": {\"on\": true, \"off\": false},\n      \"defaultVariant\": %q\n    }%s\n",
				i, []string{"off", "on"}[moves(revision, i, flags)%2], end)
		}
		b.WriteString("  }\n}\n")
	},
}

// moves is how often a flag has moved before a revision.
func moves(revision, flag, flags int) int {
	n := revision / flags
	if revision%flags > flag*7919%flags {
		n++
	}
	return n
}

// BenchmarkFlagHistory reads 5,000 revisions of a manifest with 2,000 flags, from
// git to facts: the first time, and again with what was kept.
func BenchmarkFlagHistory(b *testing.B) {
	if _, err := exec.LookPath("git"); err != nil {
		b.Skip("git makes the repository, and is not there")
	}
	const revisions, flags = 5000, 2000
	for _, file := range []string{"flags.goff.yaml", "flags.flagd.json"} {
		dir := packed(b, file, manyFlags[file], revisions, flags)
		folder := b.TempDir()
		read := func(b *testing.B, c *cache.Cache) {
			repo, err := gitrepo.Open(dir)
			if err != nil {
				b.Fatal(err)
			}
			defer repo.Close()
			facts, err := collect.Collect(context.Background(), collect.Options{
				Repositories: []collect.Repository{{Name: "many", Repo: repo}}, Flags: []collect.FlagSource{{Format: "auto"}}, Cache: c})
			if err != nil {
				b.Fatal(err)
			}
			steps := 0
			for _, f := range facts.Flags {
				steps += len(f.Steps)
			}
			if steps != revisions+flags-1 {
				b.Fatalf("%d steps, want %d", steps, revisions+flags-1)
			}
		}
		open := func(b *testing.B) *cache.Cache {
			c, err := cache.Open(folder, "bench", time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
			if err != nil {
				b.Fatal(err)
			}
			return c
		}
		b.Run(file+"/first", func(b *testing.B) {
			for b.Loop() {
				read(b, nil)
			}
		})
		read(b, open(b))
		b.Run(file+"/second", func(b *testing.B) {
			for b.Loop() {
				read(b, open(b))
			}
		})
	}
}

// packed makes a repository whose objects are packed, as those of clones are.
func packed(b *testing.B, file string, write func(*bytes.Buffer, int, int), revisions, flags int) string {
	dir := filepath.Join(b.TempDir(), "repo")
	if out, err := exec.Command("git", "init", "-q", "--bare", "-b", "main", dir).CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	importing := exec.Command("git", "-C", dir, "fast-import", "--quiet", "--depth=50")
	in, err := importing.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := importing.Start(); err != nil {
		b.Fatal(err)
	}
	var body bytes.Buffer
	for n := range revisions {
		body.Reset()
		write(&body, n, flags)
		subject := fmt.Sprintf("flags: move %d", n)
		fmt.Fprintf(in, "commit refs/heads/main\ncommitter Ann <ann@lumen.example> %d +0000\ndata %d\n%s\nM 100644 inline %s\ndata %d\n%s\n",
			1_700_000_000+600*n, len(subject), subject, file, body.Len(), body.Bytes())
	}
	if err := in.Close(); err != nil {
		b.Fatal(err)
	}
	if err := importing.Wait(); err != nil {
		b.Fatal(err)
	}
	return dir
}
