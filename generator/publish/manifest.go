package publish

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
)

// sum names the bytes of a file.
type sum [16]byte

func sumOf(data []byte) sum {
	whole := sha256.Sum256(data)
	return sum(whole[:16])
}

// stamp is what a file system says of a file or folder. Nobody changes one and
// keeps its stamp: the time of the last change cannot be set.
type stamp struct {
	inode            uint64
	size             int64 // 0 of a folder
	written, changed int64 // in nanoseconds
}

// fileLine is a file of the target, which is the same file in the twin.
type fileLine struct {
	sum sum
	at  stamp
}

// folderLine is a folder of the target, and that of the twin.
type folderLine struct{ target, twin stamp }

// manifest is what a target and its twin hold, by path, Marker and .gitignore
// among it. The root is the folder ".".
type manifest struct {
	files   map[string]fileLine
	folders map[string]folderLine
}

// manifestHead begins a manifest. Another head is that of another program.
const manifestHead = "daylight twin 1\n"

// save writes a manifest whole, or not at all. Its order is that of the maps,
// since nobody but load reads it.
func (m *manifest) save(name string) error {
	b := make([]byte, 4, 128*(len(m.files)+len(m.folders)))
	put := func(p string, stamps ...stamp) {
		b = append(binary.AppendUvarint(b, uint64(len(p))), p...)
		for _, s := range stamps {
			b = binary.AppendUvarint(b, s.inode)
			b = binary.AppendVarint(b, s.size)
			b = binary.AppendVarint(b, s.written)
			b = binary.AppendVarint(b, s.changed)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(m.files)))
	for p, l := range m.files {
		put(p, l.at)
		b = append(b, l.sum[:]...)
	}
	b = binary.AppendUvarint(b, uint64(len(m.folders)))
	for p, l := range m.folders {
		put(p, l.target, l.twin)
	}
	binary.BigEndian.PutUint32(b, crc32.ChecksumIEEE(b[4:]))
	fresh := name + ".new"
	if err := os.WriteFile(fresh, append([]byte(manifestHead), b...), 0o600); err != nil {
		return errors.Join(err, os.Remove(fresh))
	}
	return os.Rename(fresh, name)
}

// loadManifest reads a manifest; nil is none that can be used.
func loadManifest(name string) *manifest {
	data, err := os.ReadFile(name)
	data, ok := bytes.CutPrefix(data, []byte(manifestHead))
	if err != nil || !ok || len(data) < 4 || binary.BigEndian.Uint32(data) != crc32.ChecksumIEEE(data[4:]) {
		return nil
	}
	r := &lines{data: data[4:]}
	m := &manifest{files: map[string]fileLine{}, folders: map[string]folderLine{}}
	for range r.count() {
		p, at := r.text(), r.stamp()
		line := fileLine{at: at}
		copy(line.sum[:], r.take(len(line.sum)))
		m.files[p] = line
	}
	for range r.count() {
		p := r.text()
		m.folders[p] = folderLine{r.stamp(), r.stamp()}
	}
	if r.short || len(r.data) > 0 {
		return nil
	}
	return m
}

// lines reads what save wrote. short is set when there is not enough of it.
type lines struct {
	data  []byte
	short bool
}

func (r *lines) take(n int) []byte {
	if n < 0 || n > len(r.data) {
		r.short, r.data = true, nil
		return nil
	}
	out := r.data[:n]
	r.data = r.data[n:]
	return out
}

func (r *lines) uint() uint64 {
	v, n := binary.Uvarint(r.data)
	if n <= 0 {
		r.short, r.data = true, nil
		return 0
	}
	r.data = r.data[n:]
	return v
}

func (r *lines) int() int64 {
	v, n := binary.Varint(r.data)
	if n <= 0 {
		r.short, r.data = true, nil
		return 0
	}
	r.data = r.data[n:]
	return v
}

// count is a number of lines, of which each has at least a byte.
func (r *lines) count() int { return int(min(r.uint(), uint64(len(r.data)))) }

func (r *lines) text() string { return string(r.take(int(min(r.uint(), uint64(len(r.data)+1))))) }

func (r *lines) stamp() stamp { return stamp{r.uint(), r.int(), r.int(), r.int()} }

// holds reports whether nobody but this package touched the target and its twin
// since the manifest was made. The files of the twin need no look: a folder that
// is as it was has the entries that it had, and these are the target's files.
func (m *manifest) holds(target, twin string) bool {
	var paths []string
	for p := range m.files {
		paths = append(paths, p)
	}
	files := len(paths)
	for p := range m.folders {
		paths = append(paths, p)
	}
	var wrong atomic.Bool
	inParallel(len(paths), func(i int) {
		if wrong.Load() {
			return
		}
		local := filepath.FromSlash(paths[i])
		there, isFile, ok := look(filepath.Join(target, local))
		if i < files {
			ok = ok && isFile && there == m.files[paths[i]].at
		} else {
			other, alsoFile, found := look(filepath.Join(twin, local))
			ok = ok && found && !isFile && !alsoFile && m.folders[paths[i]] == folderLine{there, other}
		}
		if !ok {
			wrong.Store(true)
		}
	})
	return !wrong.Load() && len(m.folders) > 0
}

// inParallel does n things on every core.
func inParallel(n int, do func(i int)) {
	var wait sync.WaitGroup
	var next atomic.Int64
	const share = 64 // of them at a time
	for range min(runtime.GOMAXPROCS(0), n/share+1) {
		wait.Go(func() {
			for {
				to := int(next.Add(share))
				for i := to - share; i < min(to, n); i++ {
					do(i)
				}
				if to >= n {
					return
				}
			}
		})
	}
	wait.Wait()
}
