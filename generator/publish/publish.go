// Package publish puts the files of a site into place: all of them or none. The
// two nouns are [File], a path with bytes, and [Sink], which takes files from
// many goroutines and is then committed or aborted as a whole.
//
// # Into a folder
//
// [Dir] stages the files in a folder beside the target, named like it with a
// dot before and .tmp- behind. Commit exchanges the two; a reader sees the old
// site or the new one, and a build that fails leaves the old one as it was. A file whose bytes did not change
// keeps its time, so that what copies a site onwards copies only what is new.
//
// A folder is replaced only when it is empty or was made here: a file named
// [Marker] in it lists what was put there, and a file that is not on the list
// is somebody's own, so the folder is refused with [ErrForeign]. A .gitignore
// is nobody's, and is kept.
//
// # A large site
//
// Of a site with [DefaultTwin] files or more, Commit keeps a twin: a hidden folder
// beside the target, named like it with a dot before and .twin behind, that holds
// the same files under a second name. It costs folders and no bytes, and nobody
// else may look into it. The next build writes into the twin what is new, takes
// out what is gone, and lets the two change places in one step; then it brings
// the other one up to date. So a build costs as much as what is new in it, where
// making and removing ten thousand folders takes longer than all the rest, and
// what was taken out of a site is nowhere any more.
//
// A manifest in the twin says what both held after the last build, with the
// stamps that the file system gave: a file that anybody touched since, even one
// with its old size and time, has another stamp. Then, or without a manifest, the
// twin is made anew, and every file is compared byte by byte. Twins need the
// stamps of Linux; elsewhere there are none.
//
// What a crash leaves behind (a staged folder, or a target that was renamed and
// not yet replaced) is put right by the next Dir for the same target.
//
// # Into memory
//
// [Memory] keeps the files for a server and for tests. Commit replaces all of
// them at once; readers see one site or the other.
//
// # Paths
//
// Paths are relative, with slashes. Those that would leave the target, that no
// file system takes, or that are the same as another one where case does not
// count, are refused: with [ErrPath] and [ErrDuplicate].
package publish

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"
)

// What errors.Is can tell apart in the errors of this package.
var (
	// ErrForeign: something in the target folder was not made by this package.
	ErrForeign = errors.New("not made by daylight")
	// ErrPath: a path that must not be written.
	ErrPath = errors.New("bad path")
	// ErrDuplicate: two files of one path, case apart.
	ErrDuplicate = errors.New("two files for one path")
	// ErrDone: the sink was committed or aborted already.
	ErrDone = errors.New("already committed or aborted")
)

// Marker is the name of the file in a published folder that lists the others.
const Marker = ".daylight"

// keptName is a file that belongs to whoever keeps the folder in git.
const keptName = ".gitignore"

// File is one file of a site.
type File struct {
	Path string // relative, with slashes: "changes/index.html"
	Data []byte // not changed by the sink, nor by the caller after Write
}

// Sink takes the files of one site.
type Sink interface {
	// Write takes a file. It may be called from several goroutines at once.
	Write(File) error
	// Commit puts all files into place, after the last Write.
	Commit() error
	// Abort forgets all files. After Commit, or a second time, it does nothing,
	// so that it can be deferred.
	Abort() error
}

// Error is a failure with advice for the person who sees it.
type Error struct {
	Op  string // verb and object: "write public/team"
	Err error  // the cause
	Tip string // what to do, or ""
}

// Error gives "verb object: cause".
func (e *Error) Error() string { return e.Op + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint gives the advice, or "".
func (e *Error) Hint() string { return e.Tip }

// names refuses bad paths and duplicates. Its zero value is ready.
type names struct {
	mu    sync.Mutex
	taken map[string]string // the path in lower case, to the path
}

// take claims a path.
func (n *names) take(path string) error {
	if err := checkPath(path); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.taken == nil {
		n.taken = make(map[string]string)
	}
	key := strings.ToLower(path)
	if other, ok := n.taken[key]; ok {
		if other == path {
			return fmt.Errorf("write %s: %w", path, ErrDuplicate)
		}
		return fmt.Errorf("write %s: differs from %s in case alone: %w", path, other, ErrDuplicate)
	}
	n.taken[key] = path
	return nil
}

// checkPath refuses paths that leave the target, or that mean different files
// on different systems.
func checkPath(path string) error {
	bad := func(why string) error { return fmt.Errorf("write %q: %s: %w", path, why, ErrPath) }
	switch {
	case path == "":
		return bad("it is empty")
	case !utf8.ValidString(path):
		return bad("it is not UTF-8")
	case strings.ContainsAny(path, "\\:"):
		return bad("it has a backslash or a colon")
	case strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return bad("it has a control character")
	case path == Marker:
		return bad("that name is taken")
	}
	for part := range strings.SplitSeq(path, "/") {
		switch part {
		case "":
			return bad("it has an empty part")
		case ".", "..":
			return bad("it has a part " + part)
		}
		if strings.HasSuffix(part, " ") || strings.HasSuffix(part, ".") {
			return bad("a part ends in a blank or a full stop")
		}
	}
	if !filepath.IsLocal(filepath.FromSlash(path)) {
		return bad("it leaves the folder")
	}
	return nil
}
