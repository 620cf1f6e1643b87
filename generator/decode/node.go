package decode

import (
	"math/big"
	"strconv"
	"strings"
)

// Kind is what a node is.
type Kind uint8

// The kinds of nodes. A date in YAML or TOML is a String.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Map
)

// String names the kind as a message would: "a list".
func (k Kind) String() string {
	switch k {
	case Null:
		return "nothing"
	case Bool:
		return "true or false"
	case Number:
		return "a number"
	case String:
		return "a text"
	case List:
		return "a list"
	default:
		return "a map"
	}
}

// Node is a value with its place. All methods accept a nil Node, which is what
// [Node.Get] gives for what is not there. Nodes that an alias stands for are
// shared: treat a tree as read-only.
type Node struct {
	Kind   Kind
	Text   string // scalars: a string's content, else the text as written
	Quoted bool   // a string that was quoted, or a block of text
	Line   int    // from 1
	Col    int    // from 1, in bytes
	Items  []*Node
	// Entries of a map in the order of the file; a key may occur twice.
	Entries []Entry
}

// Entry is a key of a map with its value. The key is the text as written.
type Entry struct {
	Key   string
	Line  int // of the key, from 1
	Col   int // of the key, from 1, in bytes
	Value *Node
}

// Get follows keys through maps. It gives nil when one is missing, and the last
// where one occurs more than once.
func (n *Node) Get(keys ...string) *Node {
	for _, key := range keys {
		e, ok := n.Entry(key)
		if !ok {
			return nil
		}
		n = e.Value
	}
	return n
}

// Entry gives the last entry of a map with this key.
func (n *Node) Entry(key string) (Entry, bool) {
	if n == nil {
		return Entry{}, false
	}
	for i := len(n.Entries) - 1; i >= 0; i-- {
		if n.Entries[i].Key == key {
			return n.Entries[i], true
		}
	}
	return Entry{}, false
}

// Has reports whether a map has this key, be it null.
func (n *Node) Has(key string) bool {
	_, ok := n.Entry(key)
	return ok
}

// Is reports whether the node is there and of one of these kinds.
func (n *Node) Is(kinds ...Kind) bool {
	if n == nil {
		return false
	}
	for _, k := range kinds {
		if n.Kind == k {
			return true
		}
	}
	return false
}

// IsNull reports whether the node is missing or null.
func (n *Node) IsNull() bool { return n == nil || n.Kind == Null }

// Str gives the content of a string.
func (n *Node) Str() (string, bool) {
	if !n.Is(String) {
		return "", false
	}
	return n.Text, true
}

// Scalar gives the text of a string, a number or a bool.
func (n *Node) Scalar() (string, bool) {
	if !n.Is(String, Number, Bool) {
		return "", false
	}
	return n.Text, true
}

// Bool gives the value of a bool in any case of letters.
func (n *Node) Bool() (value, ok bool) {
	if !n.Is(Bool) {
		return false, false
	}
	return strings.EqualFold(n.Text, "true"), true
}

// Int gives a number that is whole and fits.
func (n *Node) Int() (int64, bool) {
	r, ok := n.Number()
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	return r.Num().Int64(), true
}

// Number gives a number exactly. A number that could only be meant to exhaust
// memory (more than 60 characters, an exponent above 99) is none.
func (n *Node) Number() (*big.Rat, bool) {
	if !n.Is(Number) {
		return nil, false
	}
	return ParseNumber(n.Text)
}

// ParseNumber reads a decimal number exactly, with an optional sign, exponent,
// and underscores between digits as TOML has them. It refuses hexadecimal,
// infinities, more than 60 characters and exponents above 99.
func ParseNumber(s string) (*big.Rat, bool) {
	s = strings.TrimPrefix(strings.ReplaceAll(s, "_", ""), "+")
	if len(s) > 60 || s == "" || strings.Trim(s, "0123456789.eE+-") != "" {
		return nil, false
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		exp, err := strconv.Atoi(s[i+1:])
		if err != nil || exp > 99 || exp < -99 {
			return nil, false
		}
	}
	return new(big.Rat).SetString(s)
}

// Duplicates lists the keys below n that occur more than once in their map, each
// at its second and later places, in the order of the file.
func Duplicates(file string, n *Node) []*Error {
	w := duplicateWalk{file: file, seen: map[*Node]bool{}}
	w.walk(n)
	return w.found
}

type duplicateWalk struct {
	file  string
	seen  map[*Node]bool // what an alias shares is listed once
	found []*Error
}

func (w *duplicateWalk) walk(n *Node) {
	if n == nil || w.seen[n] || !n.Is(List, Map) {
		return
	}
	w.seen[n] = true
	for _, item := range n.Items {
		w.walk(item)
	}
	first := make(map[string]int, len(n.Entries))
	for _, e := range n.Entries {
		if line, twice := first[e.Key]; twice {
			w.found = append(w.found, &Error{w.file, e.Line, e.Col,
				"key " + quote(e.Key) + " was given before, in line " + strconv.Itoa(line)})
		} else {
			first[e.Key] = e.Line
		}
		w.walk(e.Value)
	}
}

// quote bounds and escapes a text of the input for a message.
func quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
