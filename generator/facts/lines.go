package facts

import (
	"bytes"
	"io"
	"slices"
)

// lineCounter remembers where lines begin.
type lineCounter struct {
	r     io.Reader
	read  int64
	lines []int64 // offsets of line feeds
}

func (l *lineCounter) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	for at := 0; at < n; {
		i := bytes.IndexByte(b[at:n], '\n')
		if i < 0 {
			break
		}
		l.lines = append(l.lines, l.read+int64(at+i))
		at += i + 1
	}
	l.read += int64(n)
	return n, err
}

// line gives the line of a byte, from 1.
func (l *lineCounter) line(offset int64) int {
	n, _ := slices.BinarySearch(l.lines, offset)
	return n + 1
}
