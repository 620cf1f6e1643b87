package gitrepo

import (
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/go-git/go-git/v5/plumbing"
)

// hash is a git object's id, as history.Hash and plumbing.Hash are.
type hash = [20]byte

// object is a decoded object. Its bytes are shared: nobody changes them.
type object struct {
	kind plumbing.ObjectType
	data []byte
}

// errDecline says that an entry is not as it should be, so that go-git is
// asked instead.
var errDecline = errors.New("entry not understood")

// maxChain is the longest chain of deltas that git itself writes.
const maxChain = 4095

// unpacker decodes entries of packs. It belongs to one goroutine.
type unpacker struct {
	in    window
	zr    io.ReadCloser
	bases generations[packPlace, object]
	chain []link // of the entry at hand, the outermost first
}

// link is one delta on the way to a base.
type link struct {
	offset int64
	delta  []byte
}

type packPlace struct {
	pack   *pack
	offset int64
}

// entry is the head of an entry in a pack.
type entry struct {
	kind plumbing.ObjectType
	size int64 // inflated: of the object, or of the delta
	base int64 // offset of the base, for a delta
}

// read decodes the object at offset. Nothing larger than limit is inflated.
func (u *unpacker) read(p *pack, offset, limit int64) (object, error) {
	if o, ok := u.bases.get(packPlace{p, offset}); ok {
		if int64(len(o.data)) > limit {
			return object{}, ErrTooLarge
		}
		return o, nil
	}
	u.chain = u.chain[:0]
	var o object
	for {
		if len(u.chain) > maxChain {
			return object{}, errDecline
		}
		e, err := u.head(p, offset)
		if err != nil {
			return object{}, err
		}
		if e.size > limit {
			return object{}, ErrTooLarge
		}
		data, err := u.inflate(e.size)
		if err != nil {
			return object{}, err
		}
		if e.kind != plumbing.OFSDeltaObject && e.kind != plumbing.REFDeltaObject {
			o = object{e.kind, data}
			break
		}
		u.chain = append(u.chain, link{offset, data})
		offset = e.base
		if base, ok := u.bases.get(packPlace{p, offset}); ok {
			o = base
			break
		}
	}
	u.bases.put(packPlace{p, offset}, o, len(o.data))
	return u.resolve(p, o, limit)
}

// resolve applies the chain of deltas to a base. All that it makes on the way
// is kept: git chains the versions of one file or folder, and a walk through
// history asks for each of them.
func (u *unpacker) resolve(p *pack, o object, limit int64) (object, error) {
	for i := len(u.chain) - 1; i >= 0; i-- {
		l := u.chain[i]
		u.chain[i].delta = nil
		data, err := applyDelta(o.data, l.delta, limit)
		if err != nil {
			return object{}, err
		}
		o = object{o.kind, data}
		u.bases.put(packPlace{p, l.offset}, o, len(data))
	}
	return o, nil
}

// kindOf finds an object's kind from heads alone, without inflating anything.
func (u *unpacker) kindOf(p *pack, offset int64) (plumbing.ObjectType, error) {
	for range maxChain {
		e, err := u.head(p, offset)
		if err != nil {
			return 0, err
		}
		if e.kind != plumbing.OFSDeltaObject && e.kind != plumbing.REFDeltaObject {
			return e.kind, nil
		}
		offset = e.base
	}
	return 0, errDecline
}

// head reads the head of the entry at offset, and leaves the window at the
// start of its deflated bytes.
func (u *unpacker) head(p *pack, offset int64) (entry, error) {
	file, err := p.open()
	if err != nil {
		return entry{}, err
	}
	if offset < 12 || offset >= p.size {
		return entry{}, errDecline
	}
	u.in.seek(file, offset)
	c, err := u.in.ReadByte()
	if err != nil {
		return entry{}, err
	}
	e := entry{kind: plumbing.ObjectType(c >> 4 & 7), size: int64(c & 15)}
	for shift := 4; c&0x80 != 0; shift += 7 {
		if c, err = u.in.ReadByte(); err != nil || shift > 50 {
			return entry{}, errDecline
		}
		e.size |= int64(c&0x7f) << shift
	}
	switch e.kind {
	case plumbing.CommitObject, plumbing.TreeObject, plumbing.BlobObject, plumbing.TagObject:
		return e, nil
	case plumbing.OFSDeltaObject:
		back, err := u.backwards()
		e.base = offset - back
		if err != nil || e.base < 12 {
			return entry{}, errDecline
		}
		return e, nil
	case plumbing.REFDeltaObject:
		var h hash
		if _, err := io.ReadFull(&u.in, h[:]); err != nil {
			return entry{}, errDecline
		}
		base, ok := p.find(h)
		// A base further back in the file cannot be part of a circle. git may
		// put it later; then go-git decides.
		if !ok || base >= offset {
			return entry{}, errDecline
		}
		e.base = base
		return e, nil
	}
	return entry{}, errDecline
}

// backwards reads the distance to the base of a delta: seven bits a byte, each
// continuation worth one more than it says.
func (u *unpacker) backwards() (int64, error) {
	c, err := u.in.ReadByte()
	n := int64(c & 0x7f)
	for range 8 {
		if err != nil || c&0x80 == 0 {
			break
		}
		c, err = u.in.ReadByte()
		n = (n+1)<<7 | int64(c&0x7f)
	}
	if err == nil && (c&0x80 != 0 || n <= 0) {
		err = errDecline
	}
	return n, err
}

// inflate reads exactly size bytes from the window.
func (u *unpacker) inflate(size int64) ([]byte, error) {
	var err error
	if u.zr == nil {
		u.zr, err = zlib.NewReader(&u.in)
	} else {
		err = u.zr.(zlib.Resetter).Reset(&u.in, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDecline, err)
	}
	data, err := readExactly(u.zr, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDecline, err)
	}
	return data, nil
}

// eager is what is set aside for an object before a byte of it was seen. A
// damaged head may claim any size.
const eager = 1 << 20

// readExactly reads size bytes, and it is an error if there are more: reading
// on to the end also checks the sum that zlib keeps there.
func readExactly(r io.Reader, size int64) ([]byte, error) {
	data := make([]byte, min(size, eager)+1)
	n := 0
	for {
		m, err := r.Read(data[n:])
		n += m
		switch {
		case int64(n) > size:
			return nil, errDecline
		case err == io.EOF && int64(n) == size:
			return data[:n:n], nil
		case err == io.EOF:
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		}
		if n == len(data) {
			grown := make([]byte, min(2*int64(len(data)), size+1))
			copy(grown, data)
			data = grown
		}
	}
}

// applyDelta builds an object from its base: a delta copies ranges of the base
// and inserts bytes of its own.
func applyDelta(base, delta []byte, limit int64) ([]byte, error) {
	from, n := binary.Uvarint(delta)
	if n <= 0 || from != uint64(len(base)) {
		return nil, errDecline
	}
	delta = delta[n:]
	size, n := binary.Uvarint(delta)
	if n <= 0 {
		return nil, errDecline
	}
	if size > uint64(limit) {
		return nil, ErrTooLarge
	}
	delta = delta[n:]
	out := make([]byte, 0, min(int64(size), int64(len(base)+len(delta))))
	for len(delta) > 0 {
		op := delta[0]
		delta = delta[1:]
		piece := delta
		switch {
		case op&0x80 != 0:
			var offset, length uint64
			var ok bool
			if offset, length, delta, ok = copyRange(op, delta); !ok || offset+length > uint64(len(base)) {
				return nil, errDecline
			}
			piece = base[offset : offset+length]
		case op == 0 || int(op) > len(delta):
			return nil, errDecline
		default:
			piece, delta = delta[:op], delta[op:]
		}
		if uint64(len(out)+len(piece)) > size {
			return nil, errDecline
		}
		out = append(out, piece...)
	}
	if uint64(len(out)) != size {
		return nil, errDecline
	}
	return out, nil
}

// copyRange reads the operands of a copy: the low seven bits of op say which
// bytes of offset (four) and length (three) follow. No length means 64 KiB.
func copyRange(op byte, delta []byte) (offset, length uint64, rest []byte, ok bool) {
	var field [7]uint64
	for i := range field {
		if op>>i&1 == 0 {
			continue
		}
		if len(delta) == 0 {
			return 0, 0, nil, false
		}
		field[i], delta = uint64(delta[0]), delta[1:]
	}
	offset = field[0] | field[1]<<8 | field[2]<<16 | field[3]<<24
	length = field[4] | field[5]<<8 | field[6]<<16
	if length == 0 {
		length = 64 << 10
	}
	return offset, length, delta, true
}

// window reads a file from any place through one buffer, which it keeps: an
// entry's neighbours are often wanted next.
type window struct {
	file  *os.File
	start int64 // offset of buf[0]
	pos   int   // next byte in buf
	end   int   // valid bytes in buf
	buf   [16 << 10]byte
}

var _ io.ByteReader = (*window)(nil)

func (w *window) seek(file *os.File, offset int64) {
	if file == w.file && offset >= w.start && offset < w.start+int64(w.end) {
		w.pos = int(offset - w.start)
		return
	}
	w.file, w.start, w.pos, w.end = file, offset, 0, 0
}

func (w *window) fill() error {
	w.start += int64(w.end)
	n, err := w.file.ReadAt(w.buf[:], w.start)
	w.pos, w.end = 0, n
	if n > 0 {
		return nil
	}
	return err
}

func (w *window) ReadByte() (byte, error) {
	if w.pos == w.end {
		if err := w.fill(); err != nil {
			return 0, err
		}
	}
	c := w.buf[w.pos]
	w.pos++
	return c, nil
}

func (w *window) Read(p []byte) (int, error) {
	if w.pos == w.end {
		if err := w.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, w.buf[w.pos:w.end])
	w.pos += n
	return n, nil
}
