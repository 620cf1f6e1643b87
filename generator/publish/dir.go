package publish

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Folder is a sink that replaces a folder on disk. Make one with [Dir].
type Folder struct {
	target string // absolute, links followed
	stage  string // the folder beside it
	lock   io.Closer
	old    map[string]bool // what the last build put into the target

	names   names
	folders sync.Map // made in stage already

	mu    sync.Mutex
	files []string // written, for the marker
	done  bool

	written, unchanged atomic.Int64
}

// Counts says what a commit did to the target.
type Counts struct {
	Written   int // new files, and those whose bytes changed
	Unchanged int // files that kept their bytes and their time
	Removed   int // files of the build before that are no more
}

// Dir begins to replace the folder at path, which may not exist yet. The error
// is [ErrForeign] when it holds something that was not made here.
func Dir(path string) (*Folder, error) {
	target, err := place(path)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	f := &Folder{target: target}
	if err := f.recover(); err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	if f.old, err = ours(target); err != nil {
		tip := "give an empty folder, or move away what is in it"
		if !errors.Is(err, ErrForeign) {
			tip = ""
		}
		return nil, &Error{Op: "write " + path, Err: err, Tip: tip}
	}
	if f.stage, f.lock, err = makeStage(target); err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return f, nil
}

// Write stages a file. It may be called from several goroutines at once.
func (f *Folder) Write(file File) error {
	if err := f.names.take(file.Path); err != nil {
		return err
	}
	if err := f.list(file.Path); err != nil {
		return fmt.Errorf("write %s: %w", file.Path, err)
	}
	local := filepath.FromSlash(file.Path)
	if err := f.makeFolder(path.Dir(file.Path)); err != nil {
		return fmt.Errorf("write %s: %w", file.Path, err)
	}
	staged := filepath.Join(f.stage, local)
	if f.old[file.Path] && reuse(filepath.Join(f.target, local), staged, file.Data) {
		f.unchanged.Add(1)
		return nil
	}
	if err := writeNew(staged, file.Data); err != nil {
		return fmt.Errorf("write %s: %w", file.Path, err)
	}
	f.written.Add(1)
	return nil
}

// list notes a file for the marker.
func (f *Folder) list(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.done {
		return ErrDone
	}
	f.files = append(f.files, name)
	return nil
}

// makeFolder makes a folder in the stage, once.
func (f *Folder) makeFolder(folder string) error {
	if _, ok := f.folders.Load(folder); ok {
		return nil
	}
	if up := path.Dir(folder); up != "." {
		if err := f.makeFolder(up); err != nil {
			return err
		}
	}
	// MkdirAll would ask for each folder first, and a site has as many as pages.
	if err := os.Mkdir(filepath.Join(f.stage, filepath.FromSlash(folder)), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	f.folders.Store(folder, true)
	return nil
}

// reuse puts the file of the last build into the stage when its bytes are the
// same: as a second name of it, so that its time stays and nothing is written.
// The first name goes with the old folder, so the file is never shared for
// long, and nothing here writes into an existing file.
func reuse(old, staged string, data []byte) bool {
	info, err := os.Lstat(old)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(data)) || !sameBytes(old, data) {
		return false
	}
	if os.Link(old, staged) == nil {
		return true
	}
	// No links here: an equal file with the old time serves as well.
	return writeNew(staged, data) == nil && os.Chtimes(staged, info.ModTime(), info.ModTime()) == nil
}

// sameBytes compares a file with bytes, a piece at a time.
func sameBytes(name string, data []byte) bool {
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer file.Close()
	var piece [16 << 10]byte
	for {
		n, err := file.Read(piece[:])
		if n > len(data) || !bytes.Equal(piece[:n], data[:n]) {
			return false
		}
		data = data[n:]
		if err == io.EOF {
			return len(data) == 0
		}
		if err != nil {
			return false
		}
	}
}

// writeNew writes a file that must not exist.
func writeNew(name string, data []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Close())
}

// markerHead is the first line of a marker.
const markerHead = "This folder is made by daylight, and replaced by its next build. Its files:"

// Commit puts the staged folder into the place of the target. When it fails the
// target is as it was, and what was staged is gone.
func (f *Folder) Commit() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.done {
		return fmt.Errorf("commit %s: %w", f.target, ErrDone)
	}
	f.done = true
	defer f.clear()
	slices.Sort(f.files)
	marker := markerHead + "\n" + strings.Join(f.files, "\n") + "\n"
	if !f.reuseMarker(marker) {
		if err := writeNew(filepath.Join(f.stage, Marker), []byte(marker)); err != nil {
			return fmt.Errorf("commit %s: %w", f.target, err)
		}
	}
	if err := f.keep(); err != nil {
		return fmt.Errorf("commit %s: keep %s: %w", f.target, keptName, err)
	}
	if err := f.swap(); err != nil {
		return &Error{Op: "commit " + f.target, Err: err,
			Tip: "the folder is left as it was; a folder below another one can be renamed, the root of a volume cannot"}
	}
	return nil
}

func (f *Folder) reuseMarker(text string) bool {
	return reuse(filepath.Join(f.target, Marker), filepath.Join(f.stage, Marker), []byte(text))
}

// keep takes the .gitignore along, unless the site has one of its own.
func (f *Folder) keep() error {
	kept := filepath.Join(f.target, keptName)
	data, err := os.ReadFile(kept)
	if errors.Is(err, fs.ErrNotExist) || slices.Contains(f.files, keptName) {
		return nil
	}
	if err != nil {
		return err
	}
	if !reuse(kept, filepath.Join(f.stage, keptName), data) {
		return fmt.Errorf("copy %s: %w", kept, fs.ErrInvalid)
	}
	return nil
}

// swap renames the old folder away and the new one into its place. Between the
// two there is no folder; recover mends that after a crash. The old one is
// locked meanwhile, so that another build does not mend it too early.
func (f *Folder) swap() error {
	if !folderLocks {
		// The lock is an open file in the stage, and that hinders renaming.
		if err := f.lock.Close(); err != nil {
			return err
		}
	} else if lock, ok := lockFolder(f.target); ok {
		defer lock.Close()
	} else if _, err := os.Lstat(f.target); err == nil {
		return errors.New("another build is putting its files there")
	}
	away := fmt.Sprintf("%s%d", beside(f.target, "old"), os.Getpid())
	if err := os.RemoveAll(away); err != nil {
		return err
	}
	err := os.Rename(f.target, away)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return os.Rename(f.stage, f.target)
	case err != nil:
		return err
	}
	if err := os.Rename(f.stage, f.target); err != nil {
		return errors.Join(err, os.Rename(away, f.target))
	}
	// The new site is in place. What cannot be removed now, the next build does.
	removeAll(away)
	return nil
}

// clear gives the stage up. After a swap there is none any more, and its lock
// may be closed already.
func (f *Folder) clear() error {
	_ = f.lock.Close()
	return os.RemoveAll(f.stage)
}

// Abort removes what was staged and leaves the target as it was. After Commit
// it does nothing.
func (f *Folder) Abort() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.done {
		return nil
	}
	f.done = true
	if err := f.clear(); err != nil {
		return fmt.Errorf("abort %s: %w", f.target, err)
	}
	return nil
}

// Counts says what was done; it is meant for after Commit.
func (f *Folder) Counts() Counts {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := Counts{Written: int(f.written.Load()), Unchanged: int(f.unchanged.Load())}
	left := maps.Clone(f.old)
	for _, name := range f.files {
		delete(left, name)
	}
	c.Removed = len(left)
	return c
}
