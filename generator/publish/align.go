package publish

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// align makes a folder hold at some paths what a model holds there: its files
// under a second name, and nothing where it has nothing. Folders that the model
// does not have go with their last file.
func align(folder, model string, paths []string) error {
	var fault onceError
	inParallel(len(paths), func(i int) {
		// What lies in the way of a folder, or below a file, is among the paths too.
		if err := os.Remove(filepath.Join(folder, filepath.FromSlash(paths[i]))); err != nil && !absent(err) && !errors.Is(err, fs.ErrExist) {
			fault.set(err)
		}
	})
	for _, p := range foldersOf(paths) {
		if info, err := os.Lstat(filepath.Join(model, filepath.FromSlash(p))); err != nil || !info.IsDir() {
			if err := os.Remove(filepath.Join(folder, filepath.FromSlash(p))); err != nil && !absent(err) {
				fault.set(err)
			}
		}
	}
	inParallel(len(paths), func(i int) {
		fault.set(second(filepath.Join(model, filepath.FromSlash(paths[i])), filepath.Join(folder, filepath.FromSlash(paths[i]))))
	})
	return fault.err
}

// second gives a file a second name, and makes the folders of that. A file that
// is not there has none.
func second(file, name string) error {
	err := os.Link(file, name)
	if err == nil || !absent(err) {
		return err
	}
	if info, err := os.Lstat(file); absent(err) || err == nil && info.IsDir() {
		return nil
	} else if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.Link(file, name)
}

// absent reports whether an error says that a file is not there.
func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) }

// foldersOf lists the folders that paths are in, the root apart: each once, and
// those that are in others before these.
func foldersOf(paths []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, p := range paths {
		for up := path.Dir(p); up != "." && !seen[up]; up = path.Dir(up) {
			seen[up] = true
			out = append(out, up)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(b, a) })
	return out
}

// onceError keeps the first of several errors. Its zero value is ready.
type onceError struct {
	mu  sync.Mutex
	err error
}

func (o *onceError) set(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.err = err
	}
}
