package cache

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"sync"
)

// Key is the hash of a git object, or whatever else has 20 bytes.
type Key = [20]byte

// Pack is one file with many small values, as the changed paths of a quarter of
// a million commits: a file each would be slower to open than git is to ask.
// The file is read at once, and its values stay in memory. It is only ever
// appended to. Methods may be called from several goroutines at once. A nil
// *Pack finds nothing and keeps nothing.
type Pack struct {
	file string
	head []byte
	now  func() // marks the file as used

	mu    sync.RWMutex
	data  []byte // of the file, as it was when it was opened
	at    map[Key]span
	fresh map[Key][]byte // kept since then
	batch []byte         // records that are not in the file yet
}

// span is where in data a value is.
type span struct{ from, to uint32 }

// A batch is what one flush appends: batchMagic, the length and the checksum of
// its payload, the payload. A process that dies while it writes, or two that
// write at once where appending is not atomic, spoil a batch; the reader then
// goes on at the next magic.
const (
	batchMagic = "\x89DLpack\r\n\x1a\n\x00\xff\xfe\xfd\xfc"
	batchHead  = len(batchMagic) + 4 + 4
	flushAt    = 1 << 20
	maxPack    = 1 << 30 // larger ones begin anew
)

// checksum is CRC-32C, for which processors have an instruction.
func checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// OpenPack opens the pack for a kind of value from a repository, "paths" of the
// absolute path of a clone, say. A file that cannot be read is an empty pack;
// the error says that there cannot be one.
func (c *Cache) OpenPack(repository, kind string) (*Pack, error) {
	if c == nil {
		return nil, nil
	}
	sum := sumOf(c.format, repository, kind)
	p := &Pack{
		file:  filepath.Join(c.dir, "packs", hex.EncodeToString(sum[:20])+".pack"),
		head:  append([]byte(magic), sum[:]...),
		at:    make(map[Key]span),
		fresh: make(map[Key][]byte),
	}
	if err := os.MkdirAll(filepath.Dir(p.file), 0o755); err != nil {
		return nil, fmt.Errorf("open cache of %s: %w", kind, err)
	}
	p.now = func() { _ = os.Chtimes(p.file, c.now, c.now) }
	info, err := os.Stat(p.file)
	if err != nil {
		return p, nil
	}
	c.touch(p.file, info)
	if info.Size() <= maxPack {
		p.data, _ = os.ReadFile(p.file) // unreadable is empty
	}
	if !bytes.HasPrefix(p.data, p.head) {
		// Of another kind, or too large: begin anew. Whoever has it open keeps
		// what was read.
		p.data = nil
		if err := os.Remove(p.file); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("open cache of %s: %w", kind, err)
		}
		return p, nil
	}
	p.index()
	return p, nil
}

// index finds the values in data.
func (p *Pack) index() {
	const magicLen = len(batchMagic)
	for at := len(p.head); ; {
		next := bytes.Index(p.data[at:], []byte(batchMagic))
		if next < 0 || at+next+batchHead > len(p.data) {
			return
		}
		at += next
		size := int64(binary.LittleEndian.Uint32(p.data[at+magicLen:]))
		sum := binary.LittleEndian.Uint32(p.data[at+magicLen+4:])
		from := at + batchHead
		if int64(len(p.data)-from) < size || checksum(p.data[from:from+int(size)]) != sum {
			at += magicLen // spoilt; perhaps another batch begins inside
			continue
		}
		at = from + int(size)
		p.indexBatch(from, at)
	}
}

// indexBatch finds the values in one payload: records of key, length, value.
func (p *Pack) indexBatch(from, to int) {
	for from+len(Key{}) < to {
		key := Key(p.data[from : from+len(Key{})])
		from += len(Key{})
		size, n := binary.Uvarint(p.data[from:to])
		if n <= 0 || size > uint64(to-from-n) {
			return
		}
		from += n
		end := from + int(size)
		if _, there := p.at[key]; !there {
			p.at[key] = span{uint32(from), uint32(end)}
		}
		from = end
	}
}

// Get finds the value of a key. The caller must not change its bytes.
func (p *Pack) Get(key Key) ([]byte, bool) {
	if p == nil {
		return nil, false
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	if s, ok := p.at[key]; ok {
		return p.data[s.from:s.to:s.to], true
	}
	value, ok := p.fresh[key]
	return value, ok
}

// Put keeps a value, which the caller must not change afterwards. The first
// value of a key stays. It is in the file after the next Flush or Close.
func (p *Pack) Put(key Key, value []byte) error {
	if p == nil || len(value) > maxValue {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.at[key]; ok {
		return nil
	}
	if _, ok := p.fresh[key]; ok {
		return nil
	}
	p.fresh[key] = value
	p.batch = append(p.batch, key[:]...)
	p.batch = binary.AppendUvarint(p.batch, uint64(len(value)))
	p.batch = append(p.batch, value...)
	if len(p.batch) < flushAt {
		return nil
	}
	return p.flush()
}

// Len is the number of values.
func (p *Pack) Len() int {
	if p == nil {
		return 0
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	return len(p.at) + len(p.fresh)
}

// Flush appends what was put since the last one. An error means that it is not
// kept for the next build.
func (p *Pack) Flush() error {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.flush()
}

// Close flushes. No method may be called after it.
func (p *Pack) Close() error { return p.Flush() }

// flush appends the batch in one write, which other processes do not part.
func (p *Pack) flush() error {
	if len(p.batch) == 0 || uint64(len(p.batch)) > math.MaxUint32 {
		return nil
	}
	file, err := os.OpenFile(p.file, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return fmt.Errorf("keep values: %w", err)
	}
	var out []byte
	if info, err := file.Stat(); err == nil && info.Size() == 0 {
		// Two processes may both begin the file; the second head is skipped like
		// a spoilt batch.
		out = append(out, p.head...)
	}
	out = append(out, batchMagic...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(p.batch)))
	out = binary.LittleEndian.AppendUint32(out, checksum(p.batch))
	out = append(out, p.batch...)
	_, err = file.Write(out)
	p.batch = p.batch[:0]
	err = errors.Join(err, file.Close())
	p.now()
	if err != nil {
		return fmt.Errorf("keep values: %w", err)
	}
	return nil
}
