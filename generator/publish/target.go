package publish

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// place makes a path absolute and follows links, so that the folder itself is
// swapped and not a link to it. The folders above it are made.
func place(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	if abs == filepath.Dir(abs) {
		return "", fmt.Errorf("it is the root of the file system: %w", ErrForeign)
	}
	return abs, os.MkdirAll(filepath.Dir(abs), 0o755)
}

// beside gives the pattern of names beside the target that are ours.
func beside(target, kind string) string {
	return filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+"."+kind+"-")
}

// makeStage makes a new folder beside the target, and locks it as long as this
// process lives, so that another build does not take it for left over.
func makeStage(target string) (string, io.Closer, error) {
	for i := range 1000 {
		stage := fmt.Sprintf("%s%d-%d", beside(target, "tmp"), os.Getpid(), i)
		err := os.Mkdir(stage, 0o755)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", nil, err
		}
		lock, ok := lockFolder(stage)
		if !ok {
			continue // another build found it in the instant before the lock
		}
		return stage, lock, nil
	}
	return "", nil, errors.New("too many unfinished builds beside it")
}

// recover puts right what a crash left: it brings back a target that was
// renamed and not replaced, and removes staged folders that nobody holds.
func (f *Folder) recover() error {
	away, err := withPrefix(beside(f.target, "old"))
	if err != nil {
		return err
	}
	for _, old := range away {
		if _, err := os.Lstat(f.target); errors.Is(err, fs.ErrNotExist) {
			if err := os.Rename(old, f.target); err != nil {
				return err
			}
			continue
		}
		if err := removeUnheld(old); err != nil {
			return err
		}
	}
	stages, err := withPrefix(beside(f.target, "tmp"))
	for _, stage := range stages {
		err = errors.Join(err, removeUnheld(stage))
	}
	return err
}

// withPrefix lists the folders whose path begins with prefix. It is no glob,
// since the name of a target may hold any character.
func withPrefix(prefix string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Dir(prefix))
	if err != nil {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), filepath.Base(prefix)) {
			found = append(found, filepath.Join(filepath.Dir(prefix), e.Name()))
		}
	}
	return found, nil
}

// removeUnheld removes a folder unless a living build holds it.
func removeUnheld(folder string) error {
	lock, ok := lockFolder(folder)
	if !ok {
		return nil
	}
	return errors.Join(lock.Close(), os.RemoveAll(folder))
}

// ours lists what the last build put into the target. It is an error when
// anything else is there.
func ours(target string) (map[string]bool, error) {
	list := make(map[string]bool)
	marker, err := os.ReadFile(filepath.Join(target, Marker))
	if err == nil {
		lines := strings.Split(string(marker), "\n")
		if lines[0] != markerHead {
			return nil, fmt.Errorf("%s in it is of another kind: %w", Marker, ErrForeign)
		}
		for _, line := range lines[1:] {
			if line != "" {
				list[line] = true
			}
		}
	}
	var foreign []string
	err = filepath.WalkDir(target, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(target, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		switch {
		case p == target && !d.IsDir():
			return fmt.Errorf("it is a file: %w", ErrForeign)
		case d.IsDir() && d.Name() == ".git":
			foreign = append(foreign, rel)
			return fs.SkipAll
		case d.IsDir(), rel == Marker, rel == keptName, list[rel]:
			return nil
		}
		if foreign = append(foreign, rel); len(foreign) > 3 {
			return fs.SkipAll
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return list, nil
	}
	if err != nil {
		return nil, err
	}
	if len(foreign) > 0 {
		return nil, fmt.Errorf("%s in it: %w", strings.Join(foreign, ", "), ErrForeign)
	}
	return list, nil
}
