package gitrepo

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// pack is a pack file with its index. The index is read-only once loaded, and
// shared by all readers: for a million objects it has 32 MB.
type pack struct {
	path   string // of the .pack file
	fanout [256]uint32
	names  []byte // 20 bytes an object, sorted
	off32  []byte // 4 bytes an object
	off64  []byte // 8 bytes for each offset that has no room in off32

	once    sync.Once // opens file on first use
	file    *os.File
	size    int64
	openErr error
}

// Sizes in an index of version 2, which is what git writes since 2007.
const (
	idxHeader  = 8
	idxFanout  = 256 * 4
	idxTrailer = 2 * 20
	idxEntry   = 20 + 4 + 4 // name, checksum, offset
)

var errIndex = errors.New("malformed pack index")

// loadPack reads the index at path, which ends in .idx.
func loadPack(path string) (*pack, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p, err := parseIndex(data)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	p.path = strings.TrimSuffix(path, ".idx") + ".pack"
	return p, nil
}

// parseIndex takes an index apart without copying it. Its fanout is checked,
// so that find stays inside; offsets are checked where they are used.
func parseIndex(data []byte) (*pack, error) {
	if len(data) < idxHeader+idxFanout+idxTrailer || !bytes.HasPrefix(data, []byte("\xfftOc\x00\x00\x00\x02")) {
		return nil, errIndex
	}
	p := &pack{}
	last := uint32(0)
	for i := range p.fanout {
		p.fanout[i] = binary.BigEndian.Uint32(data[idxHeader+4*i:])
		if p.fanout[i] < last {
			return nil, errIndex
		}
		last = p.fanout[i]
	}
	body := data[idxHeader+idxFanout : len(data)-idxTrailer]
	n := int(last)
	if n > len(body)/idxEntry {
		return nil, errIndex
	}
	p.names, body = body[:20*n], body[20*n:]
	body = body[4*n:] // checksums, which only a repair needs
	p.off32, p.off64 = body[:4*n], body[4*n:]
	return p, nil
}

// span gives the first and the last-but-one position of names that begin with
// this byte.
func (p *pack) span(first byte) (lo, hi int) {
	if first > 0 {
		lo = int(p.fanout[first-1])
	}
	return lo, int(p.fanout[first])
}

// search gives the position of the first name that is not less than h, among
// those that begin with the same byte.
func (p *pack) search(h hash) (pos, end int) {
	lo, hi := p.span(h[0])
	end = hi
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if bytes.Compare(p.names[20*mid:20*mid+20], h[:]) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, end
}

// find gives where in the pack an object is.
func (p *pack) find(h hash) (offset int64, ok bool) {
	pos, end := p.search(h)
	if pos == end || !bytes.Equal(p.names[20*pos:20*pos+20], h[:]) {
		return 0, false
	}
	short := binary.BigEndian.Uint32(p.off32[4*pos:])
	if short&(1<<31) == 0 {
		return int64(short), true
	}
	at := int64(short&^(1<<31)) * 8
	if at+8 > int64(len(p.off64)) {
		return 0, false
	}
	return int64(binary.BigEndian.Uint64(p.off64[at:]) &^ (1 << 63)), true
}

// withPrefix adds the names between two bounds to ids.
func (p *pack) withPrefix(low, high hash, ids []hash) []hash {
	for pos, end := p.search(low); pos < end; pos++ {
		h := hash(p.names[20*pos : 20*pos+20])
		if bytes.Compare(h[:], high[:]) > 0 {
			break
		}
		ids = append(ids, h)
	}
	return ids
}

// open opens the pack file on first use: a repository that was never tidied
// has hundreds, and most are never needed.
func (p *pack) open() (*os.File, error) {
	p.once.Do(func() {
		p.file, p.openErr = os.Open(p.path)
		if p.openErr != nil {
			return
		}
		info, err := p.file.Stat()
		if err != nil {
			p.openErr = err
			return
		}
		p.size = info.Size()
	})
	return p.file, p.openErr
}

// listPacks loads the indexes below the objects folders that are not in known
// yet, and gives all, the largest first: it most likely has what is asked for.
// An index that cannot be read is left out; what only it holds is missing.
func listPacks(dirs []string, known []*pack) []*pack {
	have := make(map[string]bool, len(known))
	for _, p := range known {
		have[p.path] = true
	}
	packs := slices.Clone(known)
	for _, dir := range dirs {
		files, err := os.ReadDir(filepath.Join(dir, "pack"))
		if err != nil {
			continue
		}
		for _, f := range files {
			path := filepath.Join(dir, "pack", f.Name())
			if filepath.Ext(path) != ".idx" || have[strings.TrimSuffix(path, ".idx")+".pack"] {
				continue
			}
			if p, err := loadPack(path); err == nil {
				packs = append(packs, p)
			}
		}
	}
	slices.SortFunc(packs, func(a, b *pack) int {
		return cmp.Or(cmp.Compare(len(b.names), len(a.names)), cmp.Compare(a.path, b.path))
	})
	return packs
}
