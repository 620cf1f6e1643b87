package publish

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// look gives the stamp of a file or folder, without following links. It reports
// false for what is neither, or is not there.
func look(name string) (at stamp, isFile, ok bool) {
	info, err := os.Lstat(name)
	if err != nil || !info.IsDir() && !info.Mode().IsRegular() {
		return at, false, false
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return at, false, false
	}
	at = stamp{inode: s.Ino, written: s.Mtim.Nano(), changed: s.Ctim.Nano()}
	if isFile = !info.IsDir(); isFile {
		at.size = info.Size()
	}
	return at, isFile, true
}

// exchange swaps two folders in one step. It reports false when the file system
// cannot, and then nothing was done.
func exchange(a, b string) (bool, error) {
	err := unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.EPERM) {
		return false, nil
	}
	if err != nil {
		return false, &os.LinkError{Op: "exchange", Old: a, New: b, Err: err}
	}
	return true, nil
}
