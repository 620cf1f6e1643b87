package publish

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
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

	twin *twin // nil for none, and where another build has it
	opt  Options

	names   names
	folders sync.Map    // that are in stage already
	began   atomic.Bool // the twin is not what it was
	lost    bool        // another build replaced the target meanwhile

	mu      sync.Mutex
	files   []string // written, for the marker
	sums    map[string]sum
	gone    []string // taken out of the twin
	changed []string // written, and not the same as before
	done    bool

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
func Dir(path string) (*Folder, error) { return DirWith(path, Options{}) }

// DirWith is Dir with options.
func DirWith(path string, opt Options) (*Folder, error) {
	target, err := place(path)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	f := &Folder{target: target, opt: opt, sums: map[string]sum{}}
	if err := f.recover(); err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	f.twin = openTwin(target)
	if f.quick() {
		f.takeTwin()
		return f, nil
	}
	if f.old, err = ours(target); err != nil {
		f.twin.close()
		tip := "give an empty folder, or move away what is in it"
		if !errors.Is(err, ErrForeign) {
			tip = ""
		}
		return nil, &Error{Op: "write " + path, Err: err, Tip: tip}
	}
	if f.stage, f.lock, err = makeStage(target); err != nil {
		f.twin.close()
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return f, nil
}

// quick reports whether the twin is what is staged.
func (f *Folder) quick() bool { return f.twin != nil && f.twin.before != nil }

// begin says that the twin is about to differ from the target. A process that
// dies leaves a twin without a manifest, which the next build removes.
func (f *Folder) begin() {
	if f.began.CompareAndSwap(false, true) {
		_ = os.Remove(f.twin.manifest())
	}
}

// takeTwin makes the twin the stage.
func (f *Folder) takeTwin() {
	f.stage, f.lock = f.twin.site(), f.twin.lock
	f.old = make(map[string]bool, len(f.twin.before.files))
	for p := range f.twin.before.files {
		if p != Marker && p != keptName {
			f.old[p] = true
		}
	}
	for p := range f.twin.before.folders {
		f.folders.Store(p, true)
	}
}

// Write stages a file. It may be called from several goroutines at once.
func (f *Folder) Write(file File) error {
	if err := f.names.take(file.Path); err != nil {
		return err
	}
	if err := f.list(file.Path); err != nil {
		return fmt.Errorf("write %s: %w", file.Path, err)
	}
	same, err := f.put(file.Path, file.Data)
	switch {
	case err != nil:
		return fmt.Errorf("write %s: %w", file.Path, err)
	case same:
		f.unchanged.Add(1)
	default:
		f.written.Add(1)
	}
	return nil
}

// put stages a file, and reports whether it is that of the last build.
func (f *Folder) put(name string, data []byte) (same bool, err error) {
	s := sumOf(data)
	f.note(name, s)
	if f.quick() {
		if line, ok := f.twin.before.files[name]; ok && line.sum == s {
			return true, nil
		}
		f.begin()
		if err := f.clearWay(name); err != nil {
			return false, err
		}
	}
	if err := f.makeFolder(path.Dir(name)); err != nil {
		return false, err
	}
	local := filepath.FromSlash(name)
	staged := filepath.Join(f.stage, local)
	if !f.quick() && (f.old[name] || name == Marker) && reuse(filepath.Join(f.target, local), staged, data) {
		return true, nil
	}
	f.mu.Lock()
	f.changed = append(f.changed, name)
	f.mu.Unlock()
	return false, writeNew(staged, data)
}

// note keeps what a file holds, for the twin.
func (f *Folder) note(name string, s sum) {
	f.mu.Lock()
	f.sums[name] = s
	f.mu.Unlock()
}

// clearWay takes out of the twin what is where a file has to be: the file of the
// build before, or a folder that was there.
func (f *Folder) clearWay(name string) error {
	staged := filepath.Join(f.stage, filepath.FromSlash(name))
	if _, ok := f.twin.before.folders[name]; ok {
		f.mu.Lock()
		for p := range f.twin.before.files {
			if strings.HasPrefix(p, name+"/") {
				f.gone = append(f.gone, p)
			}
		}
		f.mu.Unlock()
		return os.RemoveAll(staged)
	}
	if err := os.Remove(staged); err != nil && !absent(err) {
		return err
	}
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
	if _, ok := f.folders.Load(folder); ok || folder == "." {
		return nil
	}
	if up := path.Dir(folder); up != "." {
		if err := f.makeFolder(up); err != nil {
			return err
		}
	}
	if f.quick() {
		if _, ok := f.twin.before.files[folder]; ok { // a file where a folder has to be
			f.mu.Lock()
			f.gone = append(f.gone, folder)
			f.mu.Unlock()
			f.begin()
			if err := f.clearWay(folder); err != nil {
				return err
			}
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
