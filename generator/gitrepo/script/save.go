package script

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/memory"
)

// save writes what Run made in memory: one pack and one file of refs. A file
// for each object and ref would take twenty times as long.
func (w *Writer) save() error {
	made := w.store.(*memory.Storage)
	disk, err := w.disk()
	if err != nil {
		return err
	}
	if err := disk.Init(); err != nil {
		return err
	}
	conf, err := made.Config()
	if err != nil {
		return err
	}
	if err := disk.SetConfig(conf); err != nil {
		return err
	}
	if err := savePack(disk, made); err != nil {
		return err
	}
	if err := w.saveRefs(made); err != nil {
		return err
	}
	if err := disk.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, w.branch)); err != nil {
		return err
	}
	w.store = disk
	return nil
}

// savePack writes all objects as they are, sorted by kind and id. Looking for
// deltas would make the pack smaller, and the bytes depend on how it is done.
func savePack(disk *filesystem.Storage, made *memory.Storage) (err error) {
	var ids []plumbing.Hash
	for id := range made.Objects {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil
	}
	slices.SortFunc(ids, func(a, b plumbing.Hash) int {
		return cmp.Or(cmp.Compare(made.Objects[a].Type(), made.Objects[b].Type()), bytes.Compare(a[:], b[:]))
	})
	out, err := disk.PackfileWriter()
	if err != nil {
		return err
	}
	_, err = packfile.NewEncoder(out, made, false).Encode(ids, 0)
	return errors.Join(err, out.Close())
}

// saveRefs writes packed-refs, which git reads like refs of their own. Tag
// objects have the commit that they name on a line below.
func (w *Writer) saveRefs(made *memory.Storage) error {
	var refs []*plumbing.Reference
	for _, ref := range made.ReferenceStorage {
		if ref.Type() == plumbing.HashReference {
			refs = append(refs, ref)
		}
	}
	slices.SortFunc(refs, func(a, b *plumbing.Reference) int { return cmp.Compare(a.Name(), b.Name()) })
	var text bytes.Buffer
	text.WriteString("# pack-refs with: peeled fully-peeled sorted \n")
	for _, ref := range refs {
		fmt.Fprintf(&text, "%s %s\n", ref.Hash(), ref.Name())
		commit, err := w.peel(ref.Hash())
		if err != nil {
			return err
		}
		if commit != ref.Hash() {
			fmt.Fprintf(&text, "^%s\n", commit)
		}
	}
	return os.WriteFile(filepath.Join(w.dir, ".git", "packed-refs"), text.Bytes(), 0o644)
}
