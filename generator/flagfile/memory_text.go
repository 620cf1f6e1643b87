package flagfile

import (
	"bytes"
	"sort"
)

// lastText is the last file that was cut into entries, with what they mean. Of
// the next version mostly one line is another: entries that lie before the first
// byte that differs, or behind the last, need not be looked for again.
type lastText struct {
	data   []byte // not to be changed by whoever gave it
	pieces []piece
}

// piece is an entry in a file; what is known has no text.
type piece struct {
	chunk
	start int    // of text in the file, in bytes
	known *entry // what it means, where that is known already
}

// yamlPieces cuts a block of YAML as [yamlChunks] does, and knows again what it
// has in common with the last file.
func (l *lastText) yamlPieces(data []byte) ([]piece, bool) {
	same := commonPrefix(l.data, data)
	// Whether a line begins an entry is told by its first letter, so that an entry
	// ends for certain where the next one has begun in both files.
	from := sort.Search(len(l.pieces), func(i int) bool { return l.pieces[i].start >= same }) - 1
	if from < 1 {
		return cutPieces(nil, data, 0, 1)
	}
	shift := len(data) - len(l.data)
	tail := len(l.data) - commonSuffix(l.data[same:], data[same:])
	to := sort.Search(len(l.pieces), func(i int) bool { return l.pieces[i].start > tail })
	begin, oldEnd, newEnd := l.pieces[from].start, len(l.data), len(data)
	if to < len(l.pieces) {
		oldEnd = l.pieces[to].start
		newEnd = oldEnd + shift
	}
	out := append(make([]piece, 0, len(l.pieces)+8), l.pieces[:from]...)
	out, ok := cutPieces(out, data[begin:newEnd], begin, l.pieces[from].line)
	if !ok {
		return nil, false
	}
	lines := bytes.Count(data[begin:newEnd], []byte{'\n'}) - bytes.Count(l.data[begin:oldEnd], []byte{'\n'})
	for _, p := range l.pieces[to:] {
		p.start += shift
		p.line += lines
		out = append(out, p)
	}
	return out, true
}

// cutPieces adds the entries in a part of a file, of which the first byte is at
// start and in the given line.
func cutPieces(out []piece, data []byte, start, line int) ([]piece, bool) {
	list, ok := yamlChunks(data)
	if !ok {
		return nil, false
	}
	at := start + len(data)
	for _, c := range list {
		at -= len(c.text)
	}
	for _, c := range list { // they lie side by side, up to the end
		c.line += line - 1
		out = append(out, piece{chunk: c, start: at})
		at += len(c.text)
	}
	return out, true
}

// commonPrefix gives how many bytes at the beginning are the same.
func commonPrefix(a, b []byte) int {
	const block = 1024 // compared at once
	n, i := min(len(a), len(b)), 0
	for i+block <= n && bytes.Equal(a[i:i+block], b[i:i+block]) {
		i += block
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

// commonSuffix gives how many bytes at the end are the same.
func commonSuffix(a, b []byte) int {
	const block = 1024
	n, i := min(len(a), len(b)), 0
	for i+block <= n && bytes.Equal(a[len(a)-i-block:len(a)-i], b[len(b)-i-block:len(b)-i]) {
		i += block
	}
	for i < n && a[len(a)-i-1] == b[len(b)-i-1] {
		i++
	}
	return i
}
