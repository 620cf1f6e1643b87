//go:build unix

package publish

import (
	"io"
	"os"
	"syscall"
)

// folderLocks says that a lock belongs to the folder and moves with it.
const folderLocks = true

// lockFolder locks a folder for this process, without a file in it; the lock
// ends with the process, however that ends. It reports false when another one
// holds it, or the folder is gone. On a file system without locks it reports
// true: then two builds at once may disturb each other, and one fails.
func lockFolder(folder string) (io.Closer, bool) {
	f, err := os.Open(folder)
	if err != nil {
		return nil, false
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == syscall.EWOULDBLOCK {
		f.Close()
		return nil, false
	}
	return f, true
}
