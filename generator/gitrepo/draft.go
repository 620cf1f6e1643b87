package gitrepo

import (
	"crypto/sha1"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"daylight/generator/history"
)

// Draft reads folders of a work tree as if they were committed: what is saved on
// this machine, added to git or not. A file has the id that git would give it, so
// that what was learned from a commit with the same file holds for it too. Links
// and names that begin with a dot are left out. It is safe for use by many
// goroutines; each folder is read once.
type Draft struct {
	*Repo
	commit history.Hash

	mu    sync.Mutex
	trees map[history.Hash][]history.Entry
	files map[history.Hash]string // the file that a blob was read from
}

// maxDraft bounds the size of a file of a draft; larger ones are left out.
const maxDraft = 64 << 20

// Draft gives the work tree of the repository. It reports false for a bare one.
func (r *Repo) Draft() (*Draft, bool) {
	if r.workTree == "" {
		return nil, false
	}
	// No object has this id but by an accident that nobody lives to see.
	commit := history.Hash(sha1.Sum([]byte("the work tree, as it is saved")))
	return &Draft{Repo: r, commit: commit, trees: map[history.Hash][]history.Entry{}, files: map[history.Hash]string{}}, true
}

// Commit is what stands for the state of the work tree where a commit is asked
// for. No repository has it.
func (d *Draft) Commit() history.Hash { return d.commit }

// Folder gives the tree at a path, see [Repo.Folder].
func (d *Draft) Folder(commit history.Hash, folder string) (history.Hash, bool, error) {
	if commit != d.commit {
		return d.Repo.Folder(commit, folder)
	}
	root, err := os.OpenRoot(d.workTree)
	if err != nil {
		return history.Hash{}, false, fmt.Errorf("read the work tree: %w", err)
	}
	defer root.Close()
	local := filepath.FromSlash(path.Clean(folder))
	info, err := root.Lstat(local)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return history.Hash{}, false, nil
	}
	if err != nil {
		return history.Hash{}, false, fmt.Errorf("read %s in the work tree: %w", folder, err)
	}
	tree, err := d.read(root, path.Clean(folder))
	if err != nil {
		return history.Hash{}, false, fmt.Errorf("read %s in the work tree: %w", folder, err)
	}
	return tree, true, nil
}

// read reads a folder, which os.Root keeps inside the work tree.
func (d *Draft) read(root *os.Root, folder string) (history.Hash, error) {
	list, err := fs.ReadDir(root.FS(), folder)
	if err != nil {
		return history.Hash{}, err
	}
	var entries []history.Entry
	sum := sha1.New()
	sum.Write([]byte("draft\x00"))
	for _, e := range list { // by name
		name := path.Join(folder, e.Name())
		if strings.HasPrefix(e.Name(), ".") || !e.IsDir() && !e.Type().IsRegular() {
			continue
		}
		entry := history.Entry{Name: clean(e.Name()), Folder: e.IsDir()}
		if entry.Folder {
			if entry.Hash, err = d.read(root, name); err != nil {
				return history.Hash{}, err
			}
		} else {
			var ok bool
			if entry.Hash, ok = d.file(root, name); !ok {
				continue // gone or too large: as if it were not there
			}
		}
		entries = append(entries, entry)
		fmt.Fprintf(sum, "%t %s %s\x00", entry.Folder, entry.Hash, entry.Name)
	}
	tree := history.Hash(sum.Sum(nil))
	d.mu.Lock()
	d.trees[tree] = entries
	d.mu.Unlock()
	return tree, nil
}

// file gives the id of a file.
func (d *Draft) file(root *os.Root, name string) (history.Hash, bool) {
	info, err := root.Lstat(filepath.FromSlash(name))
	if err != nil || info.Size() > maxDraft {
		return history.Hash{}, false
	}
	data, err := root.ReadFile(filepath.FromSlash(name))
	if err != nil {
		return history.Hash{}, false
	}
	blob := blobID(data)
	d.mu.Lock()
	d.files[blob] = name
	d.mu.Unlock()
	return blob, true
}

// blobID is the id that git gives to a file.
func blobID(data []byte) history.Hash {
	sum := sha1.New()
	fmt.Fprintf(sum, "blob %d\x00", len(data))
	sum.Write(data)
	return history.Hash(sum.Sum(nil))
}

// Tree lists a tree, see [Repo.Tree].
func (d *Draft) Tree(tree history.Hash) ([]history.Entry, error) {
	d.mu.Lock()
	entries, ok := d.trees[tree]
	d.mu.Unlock()
	if ok {
		return append([]history.Entry(nil), entries...), nil
	}
	return d.Repo.Tree(tree)
}

// Blob reads a file, see [Repo.Blob]. One that was saved again since its folder
// was read is an error: what is shown would be of no instant.
func (d *Draft) Blob(blob history.Hash, limit int64) ([]byte, error) {
	d.mu.Lock()
	name, ok := d.files[blob]
	d.mu.Unlock()
	if !ok {
		return d.Repo.Blob(blob, limit)
	}
	root, err := os.OpenRoot(d.workTree)
	if err != nil {
		return nil, fmt.Errorf("read the work tree: %w", err)
	}
	defer root.Close()
	data, err := root.ReadFile(filepath.FromSlash(name))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s in the work tree: %w", name, err)
	case int64(len(data)) > limit:
		return nil, fmt.Errorf("read %s in the work tree: %d bytes: %w", name, len(data), ErrTooLarge)
	case blobID(data) != blob:
		return nil, fmt.Errorf("read %s in the work tree: it was saved again meanwhile", name)
	}
	return data, nil
}
