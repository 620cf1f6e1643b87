//go:build !unix

package publish

import (
	"io"
	"os"
	"path/filepath"
)

// folderLocks says that a lock is a file, which hinders renaming the folder.
const folderLocks = false

// lockFolder locks a folder for this process by keeping a file in it open,
// which cannot be removed as long as it is. It reports false when another
// process does the same.
func lockFolder(folder string) (io.Closer, bool) {
	name := filepath.Join(folder, ".lock")
	if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
		return nil, false
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, false
	}
	return &openLock{f}, true
}

// openLock removes its file when it is closed.
type openLock struct{ file *os.File }

func (l *openLock) Close() error {
	err := l.file.Close()
	if removeErr := os.Remove(l.file.Name()); err == nil && !os.IsNotExist(removeErr) {
		err = removeErr
	}
	return err
}
