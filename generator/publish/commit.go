package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// markerHead is the first line of a marker.
const markerHead = "This folder is made by daylight, and replaced by its next build. Its files:"

// Commit puts the staged folder into the place of the target. When it fails the
// target is as it was, and what was staged is gone.
func (f *Folder) Commit() error {
	f.mu.Lock()
	done := f.done
	f.done = true
	f.mu.Unlock()
	if done {
		return fmt.Errorf("commit %s: %w", f.target, ErrDone)
	}
	if err := f.commit(); err != nil {
		_ = f.clear()
		return err
	}
	return nil
}

func (f *Folder) commit() error {
	slices.Sort(f.files)
	if err := nested(f.files); err != nil {
		return fmt.Errorf("commit %s: %w", f.target, err)
	}
	marker := markerHead + "\n" + strings.Join(f.files, "\n") + "\n"
	if _, err := f.put(Marker, []byte(marker)); err != nil {
		return fmt.Errorf("commit %s: %w", f.target, err)
	}
	if err := f.keep(); err != nil {
		return fmt.Errorf("commit %s: keep %s: %w", f.target, keptName, err)
	}
	if err := f.removeGone(); err != nil {
		return fmt.Errorf("commit %s: %w", f.target, err)
	}
	if f.quick() && !f.began.Load() {
		f.twin.close()
		return nil // the target is what was asked for
	}
	before, err := f.swap()
	if err != nil {
		return &Error{Op: "commit " + f.target, Err: err,
			Tip: "the folder is left as it was; a folder below another one can be renamed, the root of a volume cannot"}
	}
	f.settle(before)
	return nil
}

// nested refuses a file below another file. The paths are sorted.
func nested(paths []string) error {
	for i := 1; i < len(paths); i++ {
		for up := path.Dir(paths[i]); up != "."; up = path.Dir(up) {
			if _, found := slices.BinarySearch(paths, up); found {
				return fmt.Errorf("write %s: %s is a file: %w", paths[i], up, ErrDuplicate)
			}
		}
	}
	return nil
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
	f.note(keptName, sumOf(data))
	if !f.quick() && !reuse(kept, filepath.Join(f.stage, keptName), data) {
		return fmt.Errorf("copy %s: %w", kept, fs.ErrInvalid)
	}
	return nil
}

// removeGone takes out of the twin what this build did not write again.
func (f *Folder) removeGone() error {
	if !f.quick() {
		return nil
	}
	f.gone = nil
	for p := range f.twin.before.files {
		if _, ok := f.sums[p]; !ok {
			f.gone = append(f.gone, p)
		}
	}
	if len(f.gone) > 0 {
		f.begin()
	}
	after := newManifest(f.sums)
	for _, p := range f.gone {
		if _, ok := after.folders[p]; ok {
			continue // a folder took its place
		}
		if err := os.Remove(filepath.Join(f.stage, filepath.FromSlash(p))); err != nil && !absent(err) {
			return err
		}
	}
	for _, p := range foldersOf(f.gone) {
		if _, ok := after.folders[p]; ok {
			continue
		}
		if _, ok := after.files[p]; ok {
			continue // a file took its place
		}
		if err := os.Remove(filepath.Join(f.stage, filepath.FromSlash(p))); err != nil && !absent(err) {
			return err
		}
	}
	return nil
}

// swap puts the stage into the target's place, and gives the folder that the old
// target has then, "" where there was none. Where folders cannot be exchanged
// there is none for an instant; recover mends that after a crash. The old one is
// locked meanwhile, so that another build does not mend it too early.
func (f *Folder) swap() (before string, err error) {
	if !folderLocks {
		// The lock is an open file in the stage, and that hinders renaming.
		if err := f.lock.Close(); err != nil {
			return "", err
		}
	} else if lock, ok := lockFolder(f.target); ok {
		defer lock.Close()
	} else if _, err := os.Lstat(f.target); err == nil {
		return "", errors.New("another build is putting its files there")
	}
	if f.quick() {
		at, _, _ := look(f.target)
		f.lost = at != f.twin.before.folders["."].target
	}
	if _, err := os.Lstat(f.target); errors.Is(err, fs.ErrNotExist) {
		return "", os.Rename(f.stage, f.target)
	}
	if done, err := exchange(f.stage, f.target); done || err != nil {
		return f.stage, err
	}
	away := fmt.Sprintf("%s%d", beside(f.target, "old"), os.Getpid())
	if err := os.RemoveAll(away); err != nil {
		return "", err
	}
	if err := os.Rename(f.target, away); err != nil {
		return "", err
	}
	if err := os.Rename(f.stage, f.target); err != nil {
		return "", errors.Join(err, os.Rename(away, f.target))
	}
	return away, nil
}

// settle brings the twin up to date after a swap, or takes away what is not
// wanted any more. The new site is in place: what fails here costs the next build
// time, and nothing else.
func (f *Folder) settle(before string) {
	paths := slices.Concat(f.changed, f.gone)
	switch {
	case f.quick():
		if f.lost || before != f.stage && os.Rename(before, f.stage) != nil || f.renewTwin(paths) != nil {
			f.twin.remove()
			removeAll(before)
		}
	case f.wantsTwin(before):
		for p := range f.old {
			if _, ok := f.sums[p]; !ok {
				paths = append(paths, p)
			}
		}
		if f.makeTwin(before, paths) != nil {
			f.twin.remove()
			removeAll(before)
		}
	default:
		f.twin.remove()
		removeAll(before)
	}
	f.twin.close()
	_ = f.lock.Close()
}

// wantsTwin reports whether the site, which replaced what is in a folder now,
// gets a twin.
func (f *Folder) wantsTwin(before string) bool {
	from := f.opt.TwinFrom
	if from == 0 {
		from = DefaultTwin
	}
	_, _, stamps := look(f.target)
	return f.twin != nil && stamps && from >= 0 && len(f.sums) >= from && (before != "" || !f.opt.Once)
}

// clear gives the stage up, or brings the twin back to what it was.
func (f *Folder) clear() error {
	if !f.quick() {
		f.twin.close()
		_ = f.lock.Close() // it may be closed already
		return os.RemoveAll(f.stage)
	}
	defer f.twin.close()
	if !f.began.Load() {
		return nil
	}
	if f.undo() != nil {
		f.twin.remove() // the next build begins anew
	}
	return nil
}

// Abort removes what was staged and leaves the target as it was. After Commit
// it does nothing.
func (f *Folder) Abort() error {
	f.mu.Lock()
	done := f.done
	f.done = true
	f.mu.Unlock()
	if done {
		return nil
	}
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
