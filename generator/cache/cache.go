// Package cache keeps what was learned from objects that never change, so that
// the next build reads only what is new. Losing it loses nothing. The two nouns
// are [Cache], a folder of values under a key each, and [Pack], one file with
// very many small values.
//
// # What may be kept
//
// A key must say everything that the value depends on: the hash of the object,
// and in the kind or in the format whatever else could change. The format names
// the version of the program's own encoding; values of another format are not
// found. Nothing is ever updated: the first value of a key stays.
//
// # What can go wrong
//
// Nothing that a caller must handle. A value that is damaged, cut short, of
// another format or of another key is not found. Writing fails silently as far
// as results go, though Put reports it. Several processes may use one folder at
// once: values appear whole or not at all.
//
// # Size
//
// [Cache.Clean] removes the values that were not used for longest until the
// folder is within a bound. Reading a value marks it as used, to the day.
package cache

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Cache is a folder of values. Its methods may be called from several
// goroutines at once. A nil *Cache finds nothing and keeps nothing.
type Cache struct {
	dir    string
	format string
	now    time.Time
}

// magic begins every file, so that what somebody else put there is not read.
const magic = "daylight cache 1\n"

// maxValue bounds a value: what is larger is not worth keeping.
const maxValue = 64 << 20

// Open gives the cache in a folder, which is made when the first value is kept.
// format is the version of the values' encoding, "facts/3": another format
// finds nothing of this one. now is the caller's clock; it says when values were
// used, and nothing else depends on it.
func Open(dir, format string, now time.Time) (*Cache, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open cache %s: %w", dir, err)
	}
	return &Cache{dir: abs, format: format, now: now}, nil
}

// DefaultDir is the folder for caches of the person who runs the program.
func DefaultDir() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the folder for caches: %w", err)
	}
	return filepath.Join(base, "daylight"), nil
}

// Get finds the value of a key. The bytes are the caller's own.
func (c *Cache) Get(kind, key string) ([]byte, bool) {
	if c == nil {
		return nil, false
	}
	file, sum := c.file(kind, key)
	info, err := os.Stat(file)
	if err != nil || info.Size() > maxValue+4096 {
		return nil, false
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, false
	}
	value, ok := unseal(data, sum)
	if !ok {
		return nil, false
	}
	c.touch(file, info)
	return value, true
}

// touch marks a file as used, at most once a day: Clean asks no finer.
func (c *Cache) touch(file string, info fs.FileInfo) {
	if c.now.Sub(info.ModTime()) > 24*time.Hour {
		_ = os.Chtimes(file, c.now, c.now) // a cache that cannot be written still serves
	}
}

// Put keeps a value. An error means that it was not kept, and may be ignored.
func (c *Cache) Put(kind, key string, value []byte) error {
	if c == nil || len(value) > maxValue {
		return nil
	}
	file, sum := c.file(kind, key)
	if err := writeWhole(file, seal(value, sum), c.now); err != nil {
		return fmt.Errorf("keep %s %s: %w", kind, key, err)
	}
	return nil
}

// file names the file of a key: the first two digits of its sum are a folder,
// so that no folder gets a hundred thousand entries. The sum covers the format
// too, so that formats live side by side and Clean ends the unused ones.
func (c *Cache) file(kind, key string) (name string, sum [sha256.Size]byte) {
	sum = sumOf(c.format, kind, key)
	digits := hex.EncodeToString(sum[:20])
	return filepath.Join(c.dir, "values", digits[:2], digits[2:]), sum
}

// sumOf is a sum over strings that no other strings have.
func sumOf(parts ...string) [sha256.Size]byte {
	var b []byte
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	return sha256.Sum256(b)
}

// seal puts a head before a value: the magic, the sum of its key, and the sum
// of its bytes.
func seal(value []byte, key [sha256.Size]byte) []byte {
	body := sha256.Sum256(value)
	b := make([]byte, 0, len(magic)+2*sha256.Size+len(value))
	b = append(b, magic...)
	b = append(b, key[:]...)
	b = append(b, body[:]...)
	return append(b, value...)
}

// unseal takes the head off again, if it is what seal made for this key.
func unseal(data []byte, key [sha256.Size]byte) ([]byte, bool) {
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok || len(rest) < 2*sha256.Size || !bytes.Equal(rest[:sha256.Size], key[:]) {
		return nil, false
	}
	value := rest[2*sha256.Size:]
	if body := sha256.Sum256(value); !bytes.Equal(rest[sha256.Size:2*sha256.Size], body[:]) {
		return nil, false
	}
	return value, true
}

// writeWhole writes a file so that a reader sees all of it or none.
func writeWhole(file string, data []byte, now time.Time) error {
	folder := filepath.Dir(file)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	temp, err := os.CreateTemp(folder, ".new-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(data)
	err = errors.Join(err, temp.Close(), os.Chtimes(temp.Name(), now, now))
	if err == nil {
		err = os.Rename(temp.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}

// used is a file of the cache, for Clean.
type used struct {
	path string
	size int64
	last time.Time
}

// Clean removes values, those not used for longest first, until all files of
// the cache together, packs too, have at most limit bytes. It also removes what
// a crash left half written an hour ago or more.
func (c *Cache) Clean(limit int64) error {
	if c == nil {
		return nil
	}
	var files []used
	var total int64
	var errs []error
	err := filepath.WalkDir(c.dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isOurs(c.dir, p) {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // another process cleans too
			}
			return err
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		if strings.HasPrefix(d.Name(), ".new-") {
			if c.now.Sub(info.ModTime()) > time.Hour {
				errs = append(errs, os.Remove(p))
			}
			return nil
		}
		files = append(files, used{p, info.Size(), info.ModTime()})
		total += info.Size()
		return nil
	})
	errs = append(errs, err)
	slices.SortFunc(files, func(a, b used) int {
		return cmp.Or(a.last.Compare(b.last), cmp.Compare(a.path, b.path))
	})
	for _, f := range files {
		if total <= limit {
			break
		}
		if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
			continue
		}
		total -= f.size
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("clean cache: %w", err)
	}
	return nil
}

// isOurs reports whether a path is one that this package makes: a folder given
// by mistake must not lose anything else.
func isOurs(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	if err != nil {
		return false
	}
	parts := strings.Split(filepath.ToSlash(rel), "/")
	name := parts[len(parts)-1]
	switch {
	case len(parts) == 3 && parts[0] == "values" && len(parts[1]) == 2:
		return strings.HasPrefix(name, ".new-") || isHex(name, 38)
	case len(parts) == 2 && parts[0] == "packs":
		return strings.HasPrefix(name, ".new-") || isHex(strings.TrimSuffix(name, ".pack"), 40)
	}
	return false
}

func isHex(s string, digits int) bool {
	_, err := hex.DecodeString(s)
	return err == nil && len(s) == digits
}
