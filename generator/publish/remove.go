package publish

import (
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

// removeAll removes a folder on every core: an old site has as many folders as
// pages, and one after the other they take as long as writing the new one. What
// cannot be removed stays; the caller's next build finds it.
func removeAll(folder string) {
	var wait sync.WaitGroup
	work := make(chan string)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for path := range work {
				_ = os.RemoveAll(path)
			}
		})
	}
	// Two levels down there is enough to share out: docs/v1.2, changes/3fa9c1e.
	for _, sub := range foldersIn(folder) {
		for _, part := range foldersIn(sub) {
			work <- part
		}
	}
	close(work)
	wait.Wait()
	_ = os.RemoveAll(folder)
}

// foldersIn lists the folders in a folder. One that cannot be read has none.
func foldersIn(folder string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, filepath.Join(folder, e.Name()))
		}
	}
	return out
}
