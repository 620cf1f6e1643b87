// Package gitrepo reads git repositories as they really are, and is the only
// door to go-git. The two nouns are [Repo], an open repository, and the plain
// values of package history that its methods return.
//
// # What can be opened
//
// [Open] takes a work tree, any folder below one, a git folder, a bare
// repository or a linked worktree. Keys under [extensions] that change nothing
// for a reader are ignored whatever the format version; SHA-256 objects and the
// reftable format cannot be read, and are refused with a hint.
//
// # What is read, and when
//
// Opening reads the configuration and no object. Names (branches, tags, HEAD)
// are read from the files on each call, so that a Repo that is kept open sees
// what was fetched since. Objects never change; they are read once, in
// parallel, by a pool of readers that each have a decoder and a bounded memory
// of their own, since go-git's storages are not safe for concurrent use, not
// even for reading.
//
// Packed objects are decoded here, because a reader of history needs little:
// find, inflate, apply deltas. On gohugoio/hugo that is two to four times as
// fast as go-git's general decoder, which also hashes what it reads. Loose
// objects, and every pack entry that the decoder here does not like, are left
// to go-git, which has the last word on what is readable.
//
// # What is missing
//
// A shallow clone lacks the parents of some commits, a partial clone lacks
// blobs. Walks stop there without an error; asking for a missing object itself
// gives [ErrMissing]. Commit ids in the parents of a commit may therefore lead
// nowhere. Replace refs and grafts are not followed: what is read is what was
// committed.
//
// # Text
//
// All text is valid UTF-8. A commit that names its encoding is converted from
// it; other bytes that are not UTF-8 become U+FFFD, and so do NULs. A date that
// no calendar with four-digit years can show is the zero time.
//
// # Writing
//
// Reading never writes and runs no program. [Git], which [Repo.Git] gives, adds
// lines to notes and files, sets tags, fetches and pushes, all through the
// user's own git. Nothing here interprets what it read or writes; package script
// below this one writes histories.
package gitrepo

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
)

// What errors.Is can tell apart in the errors of this package.
var (
	// ErrNotRepository: the path is not in a git repository.
	ErrNotRepository = errors.New("not a git repository")
	// ErrUnsupported: the repository uses a format that cannot be read here.
	ErrUnsupported = errors.New("unsupported repository format")
	// ErrMissing: the object is not in this clone (shallow, partial or damaged).
	ErrMissing = errors.New("object is not in this clone")
	// ErrTooLarge: the object is larger than the caller allows.
	ErrTooLarge = errors.New("object is too large")
	// ErrNotFound: no ref and no commit has this name.
	ErrNotFound = errors.New("no such revision")
	// ErrAmbiguous: a short id fits several commits.
	ErrAmbiguous = errors.New("ambiguous revision")
)

// Error is a failure with advice for the person who sees it.
type Error struct {
	Op   string // verb and object: "open shop.git"
	Err  error  // the cause; one of the Err values is in its chain where one fits
	Tip  string // what to do, lower case without a full stop, or ""
	Path string // the file or folder concerned, or ""
}

// Error gives "verb object: cause".
func (e *Error) Error() string { return e.Op + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint gives the advice, or "".
func (e *Error) Hint() string { return e.Tip }

// Repo is an open repository. Its methods may be called from several goroutines
// at once. Close it when done.
type Repo struct {
	gitDir    string // HEAD is here
	commonDir string // refs and objects are here; differs for a linked worktree
	workTree  string // "" for a bare repository
	config    *config
	store     *store
	readers   int
}

// Option changes how a repository is read.
type Option func(*settings)

type settings struct {
	cacheBytes int64
	readers    int
}

// defaultCacheBytes holds the trees and delta bases that a walk over history
// meets again: more does not make gohugoio/hugo faster.
const defaultCacheBytes = 96 << 20

// maxReaders bounds memory on machines with many cores: each reader has its
// share of the cache, and below some 6 MiB a share is too small to be useful.
const maxReaders = 16

// CacheBytes bounds the memory for decoded objects, over all readers together.
// The default is 96 MiB; less than 1 MiB counts as 1 MiB.
func CacheBytes(n int64) Option {
	return func(s *settings) { s.cacheBytes = max(n, 1<<20) }
}

// Readers sets how many goroutines read at once, 1 to 16. The default is one
// per core. Results do not depend on it.
func Readers(n int) Option {
	return func(s *settings) { s.readers = min(max(n, 1), maxReaders) }
}

// Open opens the repository that path is in. The error is an [*Error] with a
// hint, and is ErrNotRepository or ErrUnsupported where that is the cause.
func Open(path string, options ...Option) (*Repo, error) {
	set := settings{cacheBytes: defaultCacheBytes, readers: min(runtime.GOMAXPROCS(0), maxReaders)}
	for _, o := range options {
		o(&set)
	}
	place, err := locate(path)
	if err != nil {
		return nil, err
	}
	conf, err := readConfig(filepath.Join(place.common, "config"))
	if err != nil {
		return nil, &Error{Op: "open " + path, Err: err, Path: place.common,
			Tip: "run git config --list there; it names the line that is wrong"}
	}
	if err := conf.supported(); err != nil {
		return nil, &Error{Op: "open " + path, Err: err, Path: place.common, Tip: conf.advice()}
	}
	return &Repo{
		gitDir:    place.git,
		commonDir: place.common,
		workTree:  place.work,
		config:    conf,
		store:     newStore(filepath.Join(place.common, "objects"), set.cacheBytes/int64(set.readers)),
		readers:   set.readers,
	}, nil
}

// Close frees the files that are open. No method may be called after it.
func (r *Repo) Close() error {
	if err := r.store.close(); err != nil {
		return fmt.Errorf("close %s: %w", r.gitDir, err)
	}
	return nil
}

// Path is the absolute path of the git folder: of the linked worktree's own
// where there is one.
func (r *Repo) Path() string { return r.gitDir }

// CommonPath is the absolute path of the folder that holds refs and objects. It
// differs from Path only in a linked worktree, so it identifies the repository.
func (r *Repo) CommonPath() string { return r.commonDir }

// WorkTree is the absolute path of the work tree, or "" in a bare repository.
func (r *Repo) WorkTree() string { return r.workTree }

// each calls work once per reader, at the same time, and waits for all. It
// gives the first error in the order of workers.
func (r *Repo) each(n int, work func(rd *reader) error) error {
	n = min(n, r.readers)
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			rd := r.store.acquire()
			defer r.store.release(rd)
			errs[i] = work(rd)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// with lends a reader to one piece of work.
func (r *Repo) with(work func(rd *reader) error) error {
	rd := r.store.acquire()
	defer r.store.release(rd)
	return work(rd)
}
