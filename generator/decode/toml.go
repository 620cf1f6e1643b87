package decode

import (
	"errors"

	"github.com/pelletier/go-toml/v2/unstable"
)

// TOML decodes a document into a map. Dates are strings as written. A key or a
// table that is given twice is an error, as the language has it. The error is an
// *[Error].
//
// The library's decoder is not used, only its parser: it tells no places, and
// its check for duplicates takes minutes for a table of 200,000 keys.
func (r Reader) TOML(name string, data []byte) (root *Node, err error) {
	s, err := r.open(name, data)
	if err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			root, err = nil, s.fault(0, "this TOML cannot be read: %v", p)
		}
	}()
	t := &tomlTree{s: s, index: map[*Node]map[string]int{}, state: map[*Node]tomlState{}}
	root = &Node{Kind: Map, Line: 1, Col: 1}
	t.table = root
	p := &unstable.Parser{}
	p.Reset(s.data)
	for p.NextExpression() {
		if err := t.expression(root, p.Expression()); err != nil {
			return nil, err
		}
	}
	if err := p.Error(); err != nil {
		var syntax *unstable.ParserError
		if errors.As(err, &syntax) {
			return nil, s.fault(int(p.Range(syntax.Highlight).Offset), "%s", syntax.Message)
		}
		return nil, s.fault(0, "%s", err)
	}
	return root, nil
}

// tomlState is what the language remembers of a table.
type tomlState uint8

const (
	tomlImplied tomlState = iota // made by a header below it: may still be defined
	tomlDotted                   // made by a dotted key: no header may define it
	tomlDefined                  // has had its header
	tomlClosed                   // an inline table or a plain list: never extended
	tomlTables                   // a list of [[tables]]
)

type tomlTree struct {
	s     *source
	table *Node                    // that the last header opened
	depth int                      // of table
	index map[*Node]map[string]int // where a map has a key, since maps may be large
	state map[*Node]tomlState
}

func (t *tomlTree) expression(root *Node, x *unstable.Node) error {
	switch x.Kind {
	case unstable.KeyValue:
		return t.keyValue(t.table, x, t.depth+1)
	case unstable.Table, unstable.ArrayTable:
		return t.header(root, x)
	}
	return nil
}

// header opens the table that [a.b] or [[a.b]] names.
func (t *tomlTree) header(root *Node, x *unstable.Node) error {
	n := root
	depth := 0
	for it := x.Key(); it.Next(); {
		key := it.Node()
		if depth++; depth >= t.s.depth {
			return t.fault(key, "nested deeper than %d", t.s.depth)
		}
		v, there := t.get(n, string(key.Data))
		switch {
		case !it.IsLast():
			if !there {
				v = t.newMap(key)
				if err := t.put(n, key, v); err != nil {
					return err
				}
			}
			if t.state[v] == tomlTables {
				v = v.Items[len(v.Items)-1]
			}
			if v.Kind != Map || t.state[v] == tomlClosed {
				return t.fault(key, "key %s is no table", quote(string(key.Data)))
			}
			n = v
		case x.Kind == unstable.ArrayTable:
			if !there {
				v = t.newMap(key)
				v.Kind = List
				t.state[v] = tomlTables
				if err := t.put(n, key, v); err != nil {
					return err
				}
			} else if t.state[v] != tomlTables {
				return t.fault(key, "key %s was given before, in line %d", quote(string(key.Data)), v.Line)
			}
			item := t.newMap(key)
			if !t.s.take(1) {
				return t.fault(key, "the file has too many values")
			}
			t.state[item] = tomlDefined
			v.Items = append(v.Items, item)
			n = item
			depth++
		default:
			if there && (v.Kind != Map || t.state[v] != tomlImplied) {
				return t.fault(key, "table %s was given before, in line %d", quote(string(key.Data)), v.Line)
			}
			if !there {
				v = t.newMap(key)
				if err := t.put(n, key, v); err != nil {
					return err
				}
			}
			t.state[v] = tomlDefined
			n = v
		}
	}
	t.table, t.depth = n, depth
	return nil
}

// keyValue puts a value where a dotted key says, below n.
func (t *tomlTree) keyValue(n *Node, x *unstable.Node, depth int) error {
	for it := x.Key(); it.Next(); depth++ {
		key := it.Node()
		if depth > t.s.depth {
			return t.fault(key, "nested deeper than %d", t.s.depth)
		}
		v, there := t.get(n, string(key.Data))
		if it.IsLast() {
			if there {
				return t.fault(key, "key %s was given before, in line %d", quote(string(key.Data)), v.Line)
			}
			v, err := t.value(x.Value(), key, depth)
			if err != nil {
				return err
			}
			return t.put(n, key, v)
		}
		if !there {
			v = t.newMap(key)
			t.state[v] = tomlDotted
			if err := t.put(n, key, v); err != nil {
				return err
			}
		}
		if v.Kind != Map || t.state[v] == tomlClosed || t.state[v] == tomlDefined {
			return t.fault(key, "key %s was given before, in line %d", quote(string(key.Data)), v.Line)
		}
		n = v
	}
	return nil
}

// value converts a value; near is the key, for the place of a list.
func (t *tomlTree) value(x, near *unstable.Node, depth int) (*Node, error) {
	n := t.newMap(near)
	if x.Raw.Length > 0 {
		n.Line, n.Col = t.s.place(int(x.Raw.Offset))
	}
	n.Text = string(x.Data)
	switch x.Kind {
	case unstable.Array, unstable.InlineTable:
		return n, t.inside(n, x, near, depth)
	case unstable.Bool:
		n.Kind = Bool
	case unstable.Integer, unstable.Float:
		n.Kind = Number
	default:
		n.Kind = String
		n.Quoted = x.Kind == unstable.String
	}
	return n, nil
}

// inside converts what is in a list or an inline table, and closes it.
func (t *tomlTree) inside(n *Node, x, near *unstable.Node, depth int) error {
	if depth >= t.s.depth {
		return t.fault(near, "nested deeper than %d", t.s.depth)
	}
	n.Text = ""
	for it := x.Children(); it.Next(); {
		child := it.Node()
		if child.Kind == unstable.Comment {
			continue
		}
		if x.Kind == unstable.InlineTable {
			n.Kind = Map
			if err := t.keyValue(n, child, depth+1); err != nil {
				return err
			}
			continue
		}
		if !t.s.take(1) {
			return t.fault(near, "the file has too many values")
		}
		v, err := t.value(child, near, depth+1)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, v)
	}
	if x.Kind == unstable.Array {
		n.Kind = List
	}
	t.state[n] = tomlClosed
	return nil
}

func (t *tomlTree) newMap(key *unstable.Node) *Node {
	n := &Node{Kind: Map}
	n.Line, n.Col = t.s.place(int(key.Raw.Offset))
	return n
}

func (t *tomlTree) get(n *Node, key string) (*Node, bool) {
	i, ok := t.index[n][key]
	if !ok {
		return nil, false
	}
	return n.Entries[i].Value, true
}

func (t *tomlTree) put(n *Node, key *unstable.Node, v *Node) error {
	if !t.s.take(1) {
		return t.fault(key, "the file has too many values")
	}
	e := Entry{Key: string(key.Data), Value: v}
	e.Line, e.Col = t.s.place(int(key.Raw.Offset))
	if t.index[n] == nil {
		t.index[n] = map[string]int{}
	}
	t.index[n][e.Key] = len(n.Entries)
	n.Entries = append(n.Entries, e)
	return nil
}

func (t *tomlTree) fault(key *unstable.Node, format string, args ...any) *Error {
	return t.s.fault(int(key.Raw.Offset), format, args...)
}
