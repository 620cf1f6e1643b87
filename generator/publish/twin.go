package publish

import (
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// twin is the second folder of a large site: see the package comment.
type twin struct {
	home string // the hidden folder that holds it
	lock io.Closer
	// before is what target and twin hold, nil while they are not the same.
	before *manifest
}

// Options say how a folder is kept.
type Options struct {
	// TwinFrom is the number of files from which on a site has a twin; 0 is
	// DefaultTwin, and less than 0 is never.
	TwinFrom int
	// Once says that nobody will build on what this build leaves, as in a pipeline
	// that begins with an empty folder: a twin is then not made anew.
	Once bool
}

// DefaultTwin is the number of files from which on a site has a twin. Below it
// all folders of a site are made anew in a moment.
const DefaultTwin = 2500

const (
	twinSite     = "site"
	twinManifest = "manifest"
)

func (t *twin) site() string     { return filepath.Join(t.home, twinSite) }
func (t *twin) manifest() string { return filepath.Join(t.home, twinManifest) }

// openTwin takes hold of the twin of a target, if there is one and nobody else
// has it. Nil is for a twin that another build is about to change.
func openTwin(target string) *twin {
	t := &twin{home: filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+".twin")}
	if _, err := os.Lstat(t.home); err != nil {
		return t
	}
	lock, ok := lockFolder(t.home)
	if !ok {
		return nil
	}
	t.lock = lock
	if m := loadManifest(t.manifest()); m != nil && m.holds(target, t.site()) {
		t.before = m
	}
	return t
}

// close lets go of the twin.
func (t *twin) close() {
	if t != nil && t.lock != nil {
		_ = t.lock.Close()
		t.lock = nil
	}
}

// remove takes the twin away. What cannot be removed is found by the next build.
func (t *twin) remove() {
	if t == nil {
		return
	}
	t.close()
	if _, err := os.Lstat(t.home); err == nil {
		_ = os.Remove(t.manifest())
		removeAll(t.site())
		_ = os.RemoveAll(t.home)
	}
}

// makeTwin makes the twin of a target from the folder that was there before, or
// from nothing where before is "". At the paths that are named the two differ.
func (f *Folder) makeTwin(before string, paths []string) error {
	t := f.twin
	t.remove()
	if err := os.Mkdir(t.home, 0o700); err != nil {
		return err
	}
	var ok bool
	if t.lock, ok = lockFolder(t.home); !ok {
		return errors.New("another build took the twin")
	}
	// Git and what asks it leave the twin alone.
	if err := os.WriteFile(filepath.Join(t.home, keptName), []byte("*\n"), 0o600); err != nil {
		return err
	}
	if before == "" {
		if err := os.Mkdir(t.site(), 0o755); err != nil {
			return err
		}
		paths = f.everything()
	} else if err := os.Rename(before, t.site()); err != nil {
		return err
	}
	if err := align(t.site(), f.target, paths); err != nil {
		return err
	}
	m := newManifest(f.sums)
	if err := m.stamp(f.target, t.site(), nil); err != nil {
		return err
	}
	return m.save(t.manifest())
}

// renewTwin brings what was the target up to date with what is the target now.
func (f *Folder) renewTwin(paths []string) error {
	t := f.twin
	if err := align(t.site(), f.target, paths); err != nil {
		return err
	}
	m, touched := newManifest(f.sums), touchedBy(paths)
	for p := range m.files {
		if !touched[p] {
			m.files[p] = t.before.files[p]
		}
	}
	for p := range m.folders {
		if line := t.before.folders[p]; !touched[p] {
			m.folders[p] = folderLine{target: line.twin, twin: line.target} // they were exchanged
		}
	}
	if err := m.stamp(f.target, t.site(), touched); err != nil {
		return err
	}
	return m.save(t.manifest())
}

// touchedBy gives the files and folders whose stamps change where files at some
// paths come, go or change.
func touchedBy(paths []string) map[string]bool {
	touched := map[string]bool{".": true}
	for _, p := range slices.Concat(paths, foldersOf(paths)) {
		touched[p] = true
	}
	return touched
}

// newManifest lists files, and the folders that they are in. It has no stamps.
func newManifest(sums map[string]sum) *manifest {
	m := &manifest{files: make(map[string]fileLine, len(sums)), folders: map[string]folderLine{".": {}}}
	for p, s := range sums {
		m.files[p] = fileLine{sum: s}
		for up := path.Dir(p); up != "."; up = path.Dir(up) {
			if _, ok := m.folders[up]; ok {
				break
			}
			m.folders[up] = folderLine{}
		}
	}
	return m
}

// errTwin says that a target and its twin are not the same.
var errTwin = errors.New("the target and its twin differ")

// stamp takes the stamps of what was touched, nil being all. It is an error when
// anything there is not in the manifest.
func (m *manifest) stamp(target, twin string, touched map[string]bool) error {
	var files, folders []string
	for p := range m.files {
		if touched == nil || touched[p] {
			files = append(files, p)
		}
	}
	for p := range m.folders {
		if touched == nil || touched[p] {
			folders = append(folders, p)
		}
	}
	var fault onceError
	stamps := make([]stamp, len(files))
	inParallel(len(files), func(i int) {
		local := filepath.FromSlash(files[i])
		at, isFile, ok := look(filepath.Join(target, local))
		other, _, found := look(filepath.Join(twin, local))
		if !ok || !found || !isFile || at != other {
			fault.set(errTwin)
		}
		stamps[i] = at
	})
	pairs := make([]folderLine, len(folders))
	inParallel(len(folders), func(i int) {
		for _, side := range []struct {
			root string
			at   *stamp
		}{{target, &pairs[i].target}, {twin, &pairs[i].twin}} {
			name := filepath.Join(side.root, filepath.FromSlash(folders[i]))
			at, isFile, ok := look(name)
			if !ok || isFile || !m.onlyKnown(name, folders[i]) {
				fault.set(errTwin)
			}
			*side.at = at
		}
	})
	if fault.err != nil {
		return fault.err
	}
	for i, p := range files {
		m.files[p] = fileLine{m.files[p].sum, stamps[i]}
	}
	for i, p := range folders {
		m.folders[p] = pairs[i]
	}
	return nil
}

// onlyKnown reports whether all that is in a folder is in the manifest too.
func (m *manifest) onlyKnown(name, folder string) bool {
	entries, err := os.ReadDir(name)
	for _, e := range entries {
		p := path.Join(folder, e.Name())
		_, isFile := m.files[p]
		_, isFolder := m.folders[p]
		if !isFile && !isFolder {
			return false
		}
	}
	return err == nil
}

// undo brings the twin back to what it was before this build wrote into it.
func (f *Folder) undo() error {
	t := f.twin
	paths := f.everything()
	paths = slices.DeleteFunc(paths, func(p string) bool {
		line, ok := t.before.files[p]
		return ok && line.sum == f.sums[p]
	})
	paths = append(paths, f.gone...)
	slices.Sort(paths)
	paths = slices.Compact(paths)
	f.sums = map[string]sum{}
	for p, line := range t.before.files {
		f.sums[p] = line.sum
	}
	if err := align(t.site(), f.target, paths); err != nil {
		return err
	}
	m, touched := newManifest(f.sums), touchedBy(paths)
	for p := range m.files {
		m.files[p] = t.before.files[p]
	}
	for p := range m.folders {
		m.folders[p] = t.before.folders[p]
	}
	if err := m.stamp(f.target, t.site(), touched); err != nil {
		return err
	}
	return m.save(t.manifest())
}

// everything lists the files of this build, Marker and .gitignore among them,
// sorted.
func (f *Folder) everything() []string {
	var out []string
	for p := range f.sums {
		out = append(out, p)
	}
	slices.SortFunc(out, strings.Compare)
	return out
}
