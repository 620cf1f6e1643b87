package collect_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"daylight/generator/cache"
	"daylight/generator/collect"
	"daylight/generator/gitrepo"
	"daylight/generator/gitrepo/script"
	"daylight/generator/history"
)

// keptHistory moves flags in files of several formats, breaks one for a while,
// and takes flags away again.
const keptHistory = `
at 2026-03-02T10:00:00Z
write flags.goff.yaml 'basket: {variations: {on: true, off: false}, defaultRule: {variation: off}}\n'
write flags.yaml 'search: {production: off}\n'
commit 'begin'
at 2026-03-03T10:00:00Z
write flags.goff.yaml '# the new basket\nbasket: {variations: {on: true, off: false}, defaultRule: {percentage: {on: 25, off: 75}}}\n'
commit 'a quarter'
at 2026-03-04T10:00:00Z
write flags.goff.yaml 'basket: ['
commit 'broken'
at 2026-03-05T10:00:00Z
write flags.goff.yaml 'basket: {variations: {on: true, off: false}, defaultRule: {variation: on}}\n'
write flags.yaml 'search: {production: on}\nwish-list: {production: maybe}\n'
commit 'everybody'
at 2026-03-05T11:00:00Z
write flags.goff.yaml 'basket: soon\n'
commit 'a broken entry'
at 2026-03-05T12:00:00Z
write flags.goff.yaml 'basket: {variations: {on: true, off: false}, defaultRule: {variation: off}}\n'
commit 'nobody'
at 2026-03-06T10:00:00Z
write flags.yaml 'wish-list: {production: maybe}\n'
commit 'search is there'
`

// counting counts how often a file's content is read.
type counting struct {
	*gitrepo.Repo
	read atomic.Int64
}

func (c *counting) Blob(hash history.Hash, limit int64) ([]byte, error) {
	c.read.Add(1)
	return c.Repo.Blob(hash, limit)
}

// What was learned of manifests is not learned again: the second time no
// manifest is even read, and of a new commit its own alone. Losing the cache, or
// having it spoilt, changes nothing but that.
func TestNothingIsReadTwice(t *testing.T) {
	dir := t.TempDir()
	if err := script.Run(dir, &txtar.Archive{Comment: []byte(keptHistory)}); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "cache")
	collected := func(dir string, opened bool) (facts []byte, reads int64) {
		plain, err := gitrepo.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer plain.Close()
		repo := &counting{Repo: plain}
		var c *cache.Cache
		if opened {
			if c, err = cache.Open(folder, "test", time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC)); err != nil {
				t.Fatal(err)
			}
		}
		got, err := collect.Collect(context.Background(), collect.Options{
			Repositories: []collect.Repository{{Name: "shop", Repo: repo}}, Flags: []collect.FlagSource{{Format: "auto"}}, Cache: c,
		})
		if err != nil {
			t.Fatal(err)
		}
		if facts, err = json.Marshal(got); err != nil {
			t.Fatal(err)
		}
		return facts, repo.read.Load()
	}
	want, reads := collected(dir, false)
	if reads == 0 || !bytes.Contains(want, []byte(`"basket"`)) {
		t.Fatalf("%d manifests were read, and gave %s", reads, want)
	}
	same := func(when, dir string, most int64) {
		t.Helper()
		facts, reads := collected(dir, true)
		if !bytes.Equal(facts, want) {
			t.Errorf("%s: other facts:\n%s\nwant\n%s", when, facts, want)
		}
		if reads > most {
			t.Errorf("%s: %d manifests were read, want at most %d", when, reads, most)
		}
	}
	same("the first time", dir, reads)
	same("the second time", dir, 0)

	packs, err := filepath.Glob(filepath.Join(folder, "packs", "*"))
	if err != nil || len(packs) == 0 {
		t.Fatalf("nothing is kept: %v", err)
	}
	for _, file := range packs {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		data[len(data)/2] ^= 0xff
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	same("after it was spoilt", dir, reads)

	grown := t.TempDir()
	more := keptHistory + "at 2026-03-07T10:00:00Z\nwrite flags.yaml 'wish-list: {production: on}\\n'\ncommit 'wishes'\n"
	if err := script.Run(grown, &txtar.Archive{Comment: []byte(more)}); err != nil {
		t.Fatal(err)
	}
	want, _ = collected(grown, false)
	if !strings.Contains(string(want), "wishes") {
		t.Fatal("the new commit is not there")
	}
	same("with a new commit", grown, 1)
}
