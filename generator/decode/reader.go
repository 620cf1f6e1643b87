package decode

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits that a zero Reader has.
const (
	DefaultMaxBytes = 4 << 20
	DefaultMaxNodes = 1_000_000
	DefaultMaxDepth = 200
)

// Reader decodes within bounds. The zero Reader has the default bounds.
type Reader struct {
	MaxBytes int  // size of the input; 0 is DefaultMaxBytes
	MaxNodes int  // values in a file, aliases expanded; 0 is DefaultMaxNodes
	MaxDepth int  // lists and maps inside each other; 0 is DefaultMaxDepth
	Comments bool // JSON may have // and /* */ comments and trailing commas
}

// Error is a fault of the input with its place.
type Error struct {
	File    string
	Line    int // from 1
	Col     int // from 1, in bytes
	Message string
}

// Error gives file:line:col: message.
func (e *Error) Error() string {
	return e.File + ":" + strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Col) + ": " + e.Message
}

// AsError gives the place of an error of this package.
func AsError(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// YAML decodes with the default bounds; see [Reader.YAML].
func YAML(name string, data []byte) ([]*Node, error) { return Reader{}.YAML(name, data) }

// JSON decodes with the default bounds; see [Reader.JSON].
func JSON(name string, data []byte) (*Node, error) { return Reader{}.JSON(name, data) }

// TOML decodes with the default bounds; see [Reader.TOML].
func TOML(name string, data []byte) (*Node, error) { return Reader{}.TOML(name, data) }

// Dotenv decodes with the default bounds; see [Reader.Dotenv].
func Dotenv(name string, data []byte) (*Node, []*Error) { return Reader{}.Dotenv(name, data) }

// JSONLines decodes with the default bounds; see [Reader.JSONLines].
func JSONLines(name string, data []byte) []JSONLine { return Reader{}.JSONLines(name, data) }

// ByName decodes by the extension of the name: .toml is TOML, .json, .jsonc and
// .json5 are JSON (comments tolerated in the latter two), and everything else is
// YAML. It gives the documents of the file.
func (r Reader) ByName(name string, data []byte) ([]*Node, error) {
	var n *Node
	var err error
	switch strings.ToLower(path.Ext(name)) {
	case ".toml":
		n, err = r.TOML(name, data)
	case ".jsonc", ".json5":
		r.Comments = true
		n, err = r.JSON(name, data)
	case ".json":
		n, err = r.JSON(name, data)
	default:
		return r.YAML(name, data)
	}
	if err != nil {
		return nil, err
	}
	return []*Node{n}, nil
}

// source is an input that passed the first checks, with the starts of its lines.
type source struct {
	name  string
	data  []byte
	lines []int // offsets at which lines start
	nodes int   // values that may still be made
	depth int   // the greatest depth
}

// open checks size and encoding, and drops a byte order mark. The mark is not
// counted in columns, as editors do not show it.
func (r Reader) open(name string, data []byte) (*source, error) {
	s := &source{
		name:  name,
		nodes: orDefault(r.MaxNodes, DefaultMaxNodes),
		depth: orDefault(r.MaxDepth, DefaultMaxDepth),
	}
	if most := orDefault(r.MaxBytes, DefaultMaxBytes); len(data) > most {
		return nil, &Error{name, 1, 1, fmt.Sprintf("the file has %d bytes, and at most %d are read", len(data), most)}
	}
	s.data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	s.lines = lineStarts(s.data)
	if !utf8.Valid(s.data) {
		for i := 0; i < len(s.data); {
			c, size := utf8.DecodeRune(s.data[i:])
			if c == utf8.RuneError && size == 1 {
				return nil, s.fault(i, "this is no UTF-8 text")
			}
			i += size
		}
	}
	return s, nil
}

func orDefault(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

func lineStarts(data []byte) []int {
	starts := make([]int, 1, bytes.Count(data, []byte("\n"))+1)
	for i, c := range data {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// place gives line and column of an offset.
func (s *source) place(offset int) (line, col int) {
	offset = min(max(offset, 0), len(s.data))
	i := sort.SearchInts(s.lines, offset+1) - 1
	return i + 1, offset - s.lines[i] + 1
}

// byteCol turns a column in characters into one in bytes, and keeps both line
// and column inside the input.
func (s *source) byteCol(line, col int) (int, int) {
	line = min(max(line, 1), len(s.lines))
	rest := s.data[s.lines[line-1]:]
	at := 0
	for i := 1; i < col && at < len(rest) && rest[at] != '\n'; i++ {
		_, size := utf8.DecodeRune(rest[at:])
		at += size
	}
	return line, at + 1
}

// fault is an error at an offset.
func (s *source) fault(offset int, format string, args ...any) *Error {
	line, col := s.place(offset)
	return &Error{s.name, line, col, fmt.Sprintf(format, args...)}
}

// take counts values against the bound.
func (s *source) take(n int) bool {
	s.nodes -= n
	return s.nodes >= 0
}
