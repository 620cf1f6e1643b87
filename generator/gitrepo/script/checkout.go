package script

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"
)

// Checkout writes the files of HEAD into the folder, and the index that makes
// git call them unchanged. The index has no dates of files, so that it is the
// same on every machine; git looks at the contents instead, once.
func (w *Writer) Checkout() error {
	if err := w.open(); err != nil {
		return err
	}
	list, err := w.filesOf(w.tip)
	if err != nil {
		return err
	}
	idx := &index.Index{Version: 2}
	for _, name := range slices.Sorted(maps.Keys(list)) {
		f := list[name]
		size, err := w.checkoutFile(name, f)
		if err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		idx.Entries = append(idx.Entries, &index.Entry{Name: name, Hash: f.blob, Mode: f.mode, Size: uint32(size)})
	}
	return w.store.SetIndex(idx)
}

func (w *Writer) checkoutFile(name string, f file) (size int, err error) {
	if err := checkPath(name); err != nil {
		return 0, err
	}
	data, err := w.readBlob(f.blob)
	if err != nil {
		return 0, err
	}
	onDisk := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(onDisk), 0o755); err != nil {
		return 0, err
	}
	perm := os.FileMode(0o644)
	if f.mode == filemode.Executable {
		perm = 0o755
	}
	return len(data), os.WriteFile(onDisk, data, perm)
}
