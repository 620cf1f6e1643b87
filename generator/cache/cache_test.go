package cache

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var day = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// open opens a cache some days after the first one.
func openOn(t testing.TB, dir, format string, days int) *Cache {
	t.Helper()
	c, err := Open(dir, format, day.AddDate(0, 0, days))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func keep(t testing.TB, c *Cache, kind, key, value string) {
	t.Helper()
	if err := c.Put(kind, key, []byte(value)); err != nil {
		t.Fatal(err)
	}
}

// want checks a value; "" means that there is none.
func want(t testing.TB, c *Cache, kind, key, value string) {
	t.Helper()
	got, ok := c.Get(kind, key)
	if ok != (value != "") || string(got) != value {
		t.Errorf("Get(%s, %s) = %q, %t; want %q", kind, key, got, ok, value)
	}
}

func TestPutThenGet(t *testing.T) {
	c := openOn(t, t.TempDir(), "facts/1", 0)
	want(t, c, "flags", "3fa9", "")
	keep(t, c, "flags", "3fa9", "on")
	keep(t, c, "paths", "3fa9", "a.txt")
	want(t, c, "flags", "3fa9", "on")
	want(t, c, "paths", "3fa9", "a.txt")
	// Kind and key are two words, however they are put together.
	want(t, c, "flag", "s3fa9", "")
}

func TestAnotherFormatFindsNothing(t *testing.T) {
	dir := t.TempDir()
	keep(t, openOn(t, dir, "facts/1", 0), "flags", "3fa9", "on")
	want(t, openOn(t, dir, "facts/2", 0), "flags", "3fa9", "")
	want(t, openOn(t, dir, "facts/1", 0), "flags", "3fa9", "on")
}

func TestNoCache(t *testing.T) {
	var c *Cache
	keep(t, c, "flags", "3fa9", "on")
	want(t, c, "flags", "3fa9", "")
	p, err := c.OpenPack("shop", "paths")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Put(Key{1}, []byte("a")); err != nil {
		t.Error(err)
	}
	if _, ok := p.Get(Key{1}); ok || p.Len() != 0 || p.Close() != nil || c.Clean(0) != nil {
		t.Error("no cache keeps something, or complains")
	}
}

// onlyFile gives the one file below a folder.
func onlyFile(t testing.TB, dir string) string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, p)
		}
		return err
	})
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, error %v; want one file", files, err)
	}
	return files[0]
}

// Every bit that changes, and every cut, makes the value unknown.
func TestDamageIsAMiss(t *testing.T) {
	dir := t.TempDir()
	c := openOn(t, dir, "facts/1", 0)
	keep(t, c, "flags", "3fa9", "on for everybody")
	file := onlyFile(t, dir)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		bad := bytes.Clone(whole)
		bad[i] ^= 1
		for _, data := range [][]byte{bad, whole[:i]} {
			if err := os.WriteFile(file, data, 0o644); err != nil {
				t.Fatal(err)
			}
			if got, ok := c.Get("flags", "3fa9"); ok {
				t.Fatalf("damage at byte %d gives %q", i, got)
			}
		}
	}
	// It can be learned again.
	keep(t, c, "flags", "3fa9", "on for everybody")
	want(t, c, "flags", "3fa9", "on for everybody")
}

func TestManyWriters(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			c := openOn(t, dir, "facts/1", worker)
			for i := range 50 {
				key := fmt.Sprint(i)
				if err := c.Put("n", key, []byte(strings.Repeat(key, 100))); err != nil {
					t.Error(err)
				}
				if got, ok := c.Get("n", key); !ok || string(got) != strings.Repeat(key, 100) {
					t.Errorf("value %s is torn: %q, %t", key, got, ok)
				}
			}
		})
	}
	wg.Wait()
}

// The value that nobody asked for in the last days goes first.
func TestCleanRemovesTheOldest(t *testing.T) {
	dir := t.TempDir()
	value := strings.Repeat("x", 1000)
	for i, key := range []string{"first", "second", "third"} {
		keep(t, openOn(t, dir, "facts/1", i), "flags", key, value)
	}
	want(t, openOn(t, dir, "facts/1", 5), "flags", "first", value) // used again
	last := openOn(t, dir, "facts/1", 6)
	if err := last.Clean(2500); err != nil {
		t.Fatal(err)
	}
	want(t, last, "flags", "first", value)
	want(t, last, "flags", "second", "")
	want(t, last, "flags", "third", value)
}

// A folder that was given by mistake loses nothing.
func TestCleanLeavesOthersAlone(t *testing.T) {
	dir := t.TempDir()
	c := openOn(t, dir, "facts/1", 0)
	keep(t, c, "flags", "3fa9", "on")
	mine := []string{"thesis.txt", "values/notes.txt", "values/ab/notes.txt", "packs/list.pack", "deep/values/ab/x"}
	for _, name := range mine {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	left := filepath.Join(dir, "values", "ab", ".new-123")
	if err := os.WriteFile(left, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(left, day.Add(-2*time.Hour), day.Add(-2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := c.Clean(0); err != nil {
		t.Fatal(err)
	}
	want(t, c, "flags", "3fa9", "")
	if _, err := os.Stat(left); err == nil {
		t.Error("what a crash left half written is still there")
	}
	for _, name := range mine {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func openPack(t testing.TB, c *Cache, kind string) *Pack {
	t.Helper()
	p, err := c.OpenPack("shop", kind)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func wantPacked(t testing.TB, p *Pack, n byte, value string) {
	t.Helper()
	got, ok := p.Get(Key{n})
	if ok != (value != "") || string(got) != value {
		t.Errorf("key %d = %q, %t; want %q", n, got, ok, value)
	}
}

func TestPackIsFoundAgain(t *testing.T) {
	dir := t.TempDir()
	c := openOn(t, dir, "facts/1", 0)
	p := openPack(t, c, "paths")
	for n, value := range []string{"a", "b", "c"} {
		if err := p.Put(Key{byte(n)}, []byte(value)); err != nil {
			t.Fatal(err)
		}
	}
	wantPacked(t, p, 1, "b") // before it is in the file
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p = openPack(t, c, "paths")
	if err := p.Put(Key{1}, []byte("another")); err != nil {
		t.Fatal(err)
	}
	if err := p.Put(Key{3}, []byte("d")); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p = openPack(t, c, "paths")
	for n, value := range []string{"a", "b", "c", "d"} {
		wantPacked(t, p, byte(n), value)
	}
	if p.Len() != 4 {
		t.Errorf("%d values, want 4", p.Len())
	}
	wantPacked(t, openPack(t, c, "other"), 0, "")
	wantPacked(t, openPack(t, openOn(t, dir, "facts/2", 0), "paths"), 0, "")
}

// What is spoilt in the middle costs one batch, and what comes after is found.
func TestPackSurvivesDamage(t *testing.T) {
	dir := t.TempDir()
	c := openOn(t, dir, "facts/1", 0)
	p := openPack(t, c, "paths")
	var ends []int64
	for n := range byte(3) {
		if err := p.Put(Key{n}, bytes.Repeat([]byte{'a' + n}, 20)); err != nil {
			t.Fatal(err)
		}
		if err := p.Flush(); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(onlyFile(t, dir))
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, info.Size())
	}
	file := onlyFile(t, dir)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := ends[0]; i < ends[1]; i++ {
		bad := bytes.Clone(whole)
		bad[i] ^= 1
		if err := os.WriteFile(file, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		p := openPack(t, c, "paths")
		wantPacked(t, p, 0, strings.Repeat("a", 20))
		wantPacked(t, p, 1, "")
		wantPacked(t, p, 2, strings.Repeat("c", 20))
	}
	// Cut short by a crash, and gone on with.
	if err := os.WriteFile(file, whole[:ends[1]-7], 0o644); err != nil {
		t.Fatal(err)
	}
	p = openPack(t, c, "paths")
	if err := p.Put(Key{9}, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p = openPack(t, c, "paths")
	wantPacked(t, p, 1, "")
	wantPacked(t, p, 9, "new")
}

// Two processes that both began the file lose nothing of either.
func TestPackOfTwoProcesses(t *testing.T) {
	c := openOn(t, t.TempDir(), "facts/1", 0)
	one, two := openPack(t, c, "paths"), openPack(t, c, "paths")
	if err := one.Put(Key{1}, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := two.Put(Key{2}, []byte("two")); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*Pack{one, two} {
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	p := openPack(t, c, "paths")
	wantPacked(t, p, 1, "one")
	wantPacked(t, p, 2, "two")
}

func FuzzPack(f *testing.F) {
	p := &Pack{head: []byte(magic)}
	p.batch = append(p.batch, bytes.Repeat([]byte{7}, 20)...)
	p.batch = append(p.batch, 1, 'x')
	whole := slices.Concat([]byte(magic), []byte(batchMagic), []byte{22, 0, 0, 0})
	sum := checksum(p.batch)
	whole = append(whole, byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24))
	whole = append(whole, p.batch...)
	f.Add(whole)
	f.Add(append(whole[:len(whole)-3:len(whole)-3], whole...))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := &Pack{head: []byte(magic), data: append([]byte(magic), data...), at: make(map[Key]span)}
		p.index()
		for key, s := range p.at {
			if s.from > s.to || int(s.to) > len(p.data) {
				t.Fatalf("value of %x lies at %d to %d of %d bytes", key, s.from, s.to, len(p.data))
			}
			p.Get(key)
		}
	})
}

func BenchmarkPack(b *testing.B) {
	dir := b.TempDir()
	c := openOn(b, dir, "facts/1", 0)
	value := bytes.Repeat([]byte("path/to/file"), 5)
	key := func(i int) Key { return Key{byte(i), byte(i >> 8), byte(i >> 16)} }
	p := openPack(b, c, "paths")
	for i := range 250_000 {
		if err := p.Put(key(i), value); err != nil {
			b.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p := openPack(b, c, "paths")
		for i := range 250_000 {
			if _, ok := p.Get(key(i)); !ok {
				b.Fatal("not found")
			}
		}
	}
}
