package gitrepo

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/format/objfile"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// store is the objects of a repository, those that it borrows included.
type store struct {
	dirs        []string // objects folders, the repository's own first
	readerBytes int64    // memory of each reader
	lru         cache.Object

	mu     sync.Mutex
	free   []*reader
	all    []*reader
	packs  []*pack
	stamps []time.Time // of the pack folders when packs was listed
	listed bool
}

// Limits on objects whose size nobody states: larger ones are an attack or a
// mistake, and are refused like missing ones.
const (
	maxCommit = 32 << 20
	maxTree   = 256 << 20
)

func newStore(objects string, readerBytes int64) *store {
	return &store{
		dirs:        withAlternates(objects),
		readerBytes: readerBytes,
		lru:         cache.NewObjectLRU(8 * cache.MiByte),
	}
}

// withAlternates adds the objects folders that a repository borrows from, in
// git's order. Ten levels deep is twice what git follows.
func withAlternates(objects string) []string {
	dirs := []string{objects}
	for i, depth := 0, 0; i < len(dirs) && depth < 10; i, depth = i+1, depth+1 {
		list, err := readSmall(filepath.Join(dirs[i], "info", "alternates"))
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(bytes.NewReader(list))
		for lines.Scan() {
			line := strings.TrimRight(lines.Text(), "\r")
			if line == "" || line[0] == '#' {
				continue
			}
			if !filepath.IsAbs(line) {
				line = filepath.Join(dirs[i], line)
			}
			if line = filepath.Clean(line); !slices.Contains(dirs, line) {
				dirs = append(dirs, line)
			}
		}
	}
	return dirs
}

// acquire lends a reader; the caller gives it back with release.
func (s *store) acquire() *reader {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.free); n > 0 {
		rd := s.free[n-1]
		s.free = s.free[:n-1]
		return rd
	}
	rd := &reader{store: s}
	// Two thirds for decoded pack entries, one third for trees by their id; the
	// bytes are mostly the same ones.
	rd.unpack.bases.limit = int(s.readerBytes * 2 / 3)
	rd.trees.limit = int(s.readerBytes / 3)
	s.all = append(s.all, rd)
	return rd
}

func (s *store) release(rd *reader) {
	s.mu.Lock()
	s.free = append(s.free, rd)
	s.mu.Unlock()
}

// packList gives the packs. With again it looks whether there are new ones, as
// after a fetch or a repack; fresh reports whether there were.
func (s *store) packList(again bool) (packs []*pack, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listed && !again {
		return s.packs, false
	}
	stamps := make([]time.Time, len(s.dirs))
	for i, dir := range s.dirs {
		if info, err := os.Stat(filepath.Join(dir, "pack")); err == nil {
			stamps[i] = info.ModTime()
		}
	}
	if s.listed && slices.EqualFunc(stamps, s.stamps, time.Time.Equal) {
		return s.packs, false
	}
	before := len(s.packs)
	s.packs, s.stamps, s.listed = listPacks(s.dirs, s.packs), stamps, true
	return s.packs, len(s.packs) != before
}

func (s *store) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, p := range s.packs {
		if p.file != nil {
			errs = append(errs, p.file.Close())
		}
	}
	for _, rd := range s.all {
		for _, st := range rd.gogit {
			errs = append(errs, st.Close())
		}
	}
	s.free, s.all, s.packs = nil, nil, nil
	return errors.Join(errs...)
}

// reader reads objects for one goroutine at a time.
type reader struct {
	store  *store
	unpack unpacker
	trees  generations[hash, []byte] // trees by id, for diffs
	parse  parser
	gogit  []*filesystem.Storage // one per objects folder, made when needed
}

// read finds an object anywhere and decodes it. The error is ErrMissing,
// ErrTooLarge, or says that the object is damaged.
func (rd *reader) read(h hash, limit int64) (object, error) {
	packs, _ := rd.store.packList(false)
	o, err := rd.readFrom(packs, h, limit)
	if errors.Is(err, ErrMissing) {
		if again, fresh := rd.store.packList(true); fresh {
			return rd.readFrom(again, h, limit)
		}
	}
	return o, err
}

func (rd *reader) readFrom(packs []*pack, h hash, limit int64) (object, error) {
	for _, p := range packs {
		offset, ok := p.find(h)
		if !ok {
			continue
		}
		o, err := rd.unpack.read(p, offset, limit)
		if err == nil || errors.Is(err, ErrTooLarge) {
			return o, err
		}
		// Damaged, unusual, or the file is gone after a repack.
		if o, err = rd.askGoGit(h, limit); err == nil || errors.Is(err, ErrTooLarge) {
			return o, err
		}
		if !errors.Is(err, ErrMissing) {
			return object{}, err
		}
	}
	for _, dir := range rd.store.dirs {
		o, err := readLoose(dir, h, limit)
		if !errors.Is(err, os.ErrNotExist) {
			return o, err
		}
	}
	return object{}, ErrMissing
}

// readLoose reads an object that has a file of its own.
func readLoose(dir string, h hash, limit int64) (object, error) {
	name := plumbing.Hash(h).String()
	f, err := os.Open(filepath.Join(dir, name[:2], name[2:]))
	if err != nil {
		return object{}, err
	}
	defer f.Close()
	r, err := objfile.NewReader(bufio.NewReader(f))
	if err != nil {
		return object{}, fmt.Errorf("object %s is damaged: %w", name, err)
	}
	defer r.Close()
	kind, size, err := r.Header()
	if err != nil || size < 0 {
		return object{}, fmt.Errorf("object %s is damaged: %w", name, errors.Join(err, errDecline))
	}
	if size > limit {
		return object{}, ErrTooLarge
	}
	data, err := readExactly(r, size)
	if err != nil {
		return object{}, fmt.Errorf("object %s is damaged: %w", name, err)
	}
	return object{kind, data}, nil
}

// askGoGit reads an object through go-git's storages, which know more kinds of
// packs than the decoder here. A panic of theirs on damaged data is an error.
func (rd *reader) askGoGit(h hash, limit int64) (o object, err error) {
	defer func() {
		if p := recover(); p != nil {
			rd.gogit = nil
			o, err = object{}, fmt.Errorf("object %s is damaged: %v", plumbing.Hash(h), p)
		}
	}()
	if rd.gogit == nil {
		for _, dir := range rd.store.dirs {
			fs := osfs.New(filepath.Dir(dir))
			rd.gogit = append(rd.gogit, filesystem.NewStorageWithOptions(fs, rd.store.lru,
				filesystem.Options{KeepDescriptors: true}))
		}
	}
	for _, st := range rd.gogit {
		enc, err := st.EncodedObject(plumbing.AnyObject, h)
		if errors.Is(err, plumbing.ErrObjectNotFound) {
			continue
		}
		if err != nil {
			return object{}, fmt.Errorf("object %s is damaged: %w", plumbing.Hash(h), err)
		}
		if enc.Size() > limit {
			return object{}, ErrTooLarge
		}
		r, err := enc.Reader()
		if err != nil {
			return object{}, fmt.Errorf("object %s is damaged: %w", plumbing.Hash(h), err)
		}
		data, err := readExactly(r, enc.Size())
		return object{enc.Type(), data}, errors.Join(err, r.Close())
	}
	return object{}, ErrMissing
}

// kind finds what an object is without reading it all.
func (rd *reader) kind(h hash) (plumbing.ObjectType, error) {
	packs, _ := rd.store.packList(false)
	for _, p := range packs {
		if offset, ok := p.find(h); ok {
			if kind, err := rd.unpack.kindOf(p, offset); err == nil {
				return kind, nil
			}
		}
	}
	o, err := rd.read(h, maxTree)
	return o.kind, err
}
