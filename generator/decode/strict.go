package decode

import (
	"bytes"
	"cmp"
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Fault is a mistake in a file that was decoded into a struct. Lines and
// columns count from 1, columns in bytes; the message is lower case without a
// full stop.
type Fault struct {
	File    string
	Line    int // 0 when the whole file is meant
	Col     int
	Message string
	Hint    string // what to do, or ""
}

// String gives "file:line:col: message", without the hint.
func (f Fault) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Col, f.Message)
}

// Place is a position in a file; the zero Place is unknown.
type Place struct{ Line, Col int }

// Places tells where each value of a decoded file stands, by its path:
// "title", "build.output", "audiences[1].name", "components[0].paths[2]". A
// table's own path has the place of its header.
type Places map[string]Place

// Has reports whether the file sets the value.
func (p Places) Has(path string) bool { _, ok := p[path]; return ok }

// TOMLInto decodes a TOML file into the struct that v points to, by the fields'
// `toml:"name"` tags, and lists every fault of the file in the order of the
// text: broken syntax, unknown keys, values of the wrong type. What can be
// decoded is decoded. Fields may be strings, booleans, integers, structs,
// lists of these, and types that implement [encoding.TextUnmarshaler], which
// get strings, numbers and dates as they are written. A field without a tag, or with
// "-", is left alone.
//
// It is strict where YAML manifests are lenient, since the file is ours: a key
// that is misspelt would otherwise be a setting that silently does nothing.
func TOMLInto(name string, data []byte, v any) (Places, []Fault) {
	d := &strictDecoder{file: name, places: Places{}, root: reflect.TypeOf(v).Elem()}
	if len(data) > maxStrict {
		d.fault(Place{}, fmt.Sprintf("the file has %d bytes, more than the %d that are read", len(data), maxStrict), "")
		return d.places, d.faults
	}
	sound := d.heal(bytes.Clone(data))
	d.fill("", d.tree(sound), reflect.ValueOf(v).Elem())
	slices.SortStableFunc(d.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return d.places, d.faults
}

// maxStrict bounds the files that TOMLInto reads, in bytes; maxSyntax the
// syntax errors that it reports of one file.
const (
	maxStrict = 256 << 10
	maxSyntax = 10
	maxOpen   = 50 // lines to look back for what was left open
)

type strictDecoder struct {
	file   string
	places Places
	faults []Fault
	root   reflect.Type
}

func (d *strictDecoder) fault(at Place, message, hint string) {
	d.faults = append(d.faults, Fault{File: d.file, Line: at.Line, Col: at.Col, Message: message, Hint: hint})
}

// heal reports syntax errors and blanks the lines that hold them, so that the
// rest of the file can be read and judged too. Where the text above the error
// does not parse by itself, the error is that something above was left open (a
// list, say): all of it is blanked, since each of its lines would be reported.
func (d *strictDecoder) heal(data []byte) []byte {
	for range maxSyntax {
		err := parseTOML(data)
		if err == nil {
			return data
		}
		line, col := err.Position()
		first, hint := line, ""
		for first > max(1, line-maxOpen) && parseTOML(data[:lineStart(data, first)]) != nil {
			first--
		}
		if first < line {
			hint = fmt.Sprintf("what begins in line %d is not closed", first)
		}
		d.fault(Place{line, col}, strings.TrimPrefix(err.Error(), "toml: "), hint)
		for l := first; l < line; l++ {
			blankLine(data, l)
		}
		if first == line {
			blankLine(data, line)
		}
	}
	d.fault(Place{}, "more syntax errors than are listed", "mend these first")
	return nil
}

// parseTOML checks syntax, and that no key is set twice.
func parseTOML(data []byte) *toml.DecodeError {
	var any map[string]any
	err := toml.Unmarshal(data, &any)
	var de *toml.DecodeError
	if errors.As(err, &de) {
		return de
	}
	return nil
}

// blankLine overwrites a line with spaces; after a broken table header also the
// lines up to the next header, whose keys would land in the wrong table.
func blankLine(data []byte, line int) {
	start := lineStart(data, line)
	header := bytes.HasPrefix(bytes.TrimLeft(data[start:], " \t"), []byte("["))
	for i := start; i < len(data); i++ {
		switch {
		case data[i] != '\n':
			data[i] = ' '
		case !header || bytes.HasPrefix(bytes.TrimLeft(data[i+1:], " \t"), []byte("[")):
			return
		}
	}
}

func lineStart(data []byte, line int) int {
	at := 0
	for range line - 1 {
		i := bytes.IndexByte(data[at:], '\n')
		if i < 0 {
			return len(data)
		}
		at += i + 1
	}
	return at
}

// tomlValue is a value with its place: a table, a list, or a scalar as written.
type tomlValue struct {
	kind  unstable.Kind
	text  string
	at    Place    // of the value, or of its key where the parser keeps none
	key   Place    // of the key that holds it
	keys  []string // of a table, in the order of the file
	table map[string]*tomlValue
	items []*tomlValue
}

func newTable(at Place) *tomlValue {
	return &tomlValue{kind: unstable.Table, at: at, key: at, table: map[string]*tomlValue{}}
}

// child gives the table under a key, the newest one of a list of tables.
func (v *tomlValue) child(key string, at Place) *tomlValue {
	c := v.table[key]
	if c == nil {
		c = newTable(at)
		v.set(key, c)
	}
	if c.kind == unstable.Array && len(c.items) > 0 {
		return c.items[len(c.items)-1]
	}
	return c
}

func (v *tomlValue) set(key string, c *tomlValue) {
	if v.table == nil { // a scalar in a table's place: refused before by parseTOML
		return
	}
	v.keys = append(v.keys, key)
	v.table[key] = c
}

// tree reads a document that parseTOML accepted.
func (d *strictDecoder) tree(data []byte) *tomlValue {
	root := newTable(Place{1, 1})
	var p unstable.Parser
	p.Reset(data)
	current := root
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			current = root
			path, at := keyPath(&p, e)
			for i, key := range path {
				if i < len(path)-1 || e.Kind == unstable.Table {
					current = current.child(key, at)
					if i == len(path)-1 {
						current.at, current.key = at, at
					}
					continue
				}
				list := current.table[key]
				if list == nil {
					list = &tomlValue{kind: unstable.Array, at: at, key: at}
					current.set(key, list)
				}
				current = newTable(at)
				list.items = append(list.items, current)
			}
		case unstable.KeyValue:
			setKey(&p, current, e)
		}
	}
	return root
}

func setKey(p *unstable.Parser, table *tomlValue, e *unstable.Node) {
	path, at := keyPath(p, e)
	for _, key := range path[:len(path)-1] {
		table = table.child(key, at)
	}
	table.set(path[len(path)-1], valueOf(p, e.Value(), at))
}

func keyPath(p *unstable.Parser, e *unstable.Node) (path []string, at Place) {
	for it := e.Key(); it.Next(); {
		if path == nil {
			at = placeOf(p, it.Node(), at)
		}
		path = append(path, string(it.Node().Data))
	}
	return path, at
}

func valueOf(p *unstable.Parser, n *unstable.Node, key Place) *tomlValue {
	v := &tomlValue{kind: n.Kind, text: string(n.Data), at: placeOf(p, n, key), key: key}
	switch n.Kind {
	case unstable.Array:
		for it := n.Children(); it.Next(); {
			v.items = append(v.items, valueOf(p, it.Node(), v.at))
		}
	case unstable.InlineTable:
		v.kind, v.table = unstable.Table, map[string]*tomlValue{}
		for it := n.Children(); it.Next(); {
			setKey(p, v, it.Node())
		}
	}
	return v
}

// placeOf gives the place of a node, or that of its key where the parser does
// not keep one (booleans and lists).
func placeOf(p *unstable.Parser, n *unstable.Node, key Place) Place {
	if n.Raw.Length == 0 {
		return key
	}
	start := p.Shape(n.Raw).Start
	return Place{start.Line, start.Column}
}

// fill sets target from v, and notes the place of each value.
func (d *strictDecoder) fill(path string, v *tomlValue, target reflect.Value) {
	if path != "" {
		d.places[path] = v.at
	}
	if u, ok := target.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.fillText(path, v, u)
		return
	}
	switch target.Kind() {
	case reflect.Struct:
		d.fillStruct(path, v, target)
	case reflect.Slice:
		if v.kind != unstable.Array {
			d.wrongType(path, v, "a list")
			return
		}
		list := reflect.MakeSlice(target.Type(), len(v.items), len(v.items))
		for i, item := range v.items {
			d.fill(fmt.Sprintf("%s[%d]", path, i), item, list.Index(i))
		}
		target.Set(list)
	case reflect.String:
		if v.kind != unstable.String {
			d.wrongType(path, v, "a text in quotes")
			return
		}
		target.SetString(v.text)
	case reflect.Bool:
		if v.kind != unstable.Bool {
			d.wrongType(path, v, "true or false")
			return
		}
		target.SetBool(v.text == "true")
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(strings.ReplaceAll(v.text, "_", ""), 0, 64)
		if v.kind != unstable.Integer || err != nil {
			d.wrongType(path, v, "a whole number")
			return
		}
		target.SetInt(n)
	default:
		panic("decode: no rule for fields of type " + target.Type().String())
	}
}

func (d *strictDecoder) fillText(path string, v *tomlValue, u encoding.TextUnmarshaler) {
	switch v.kind {
	case unstable.String, unstable.Integer, unstable.Float, unstable.LocalDate:
	default:
		d.wrongType(path, v, "a number or a text in quotes")
		return
	}
	if err := u.UnmarshalText([]byte(v.text)); err != nil {
		d.fault(v.at, fmt.Sprintf("%s: %v", path, err), "")
	}
}

func (d *strictDecoder) fillStruct(path string, v *tomlValue, target reflect.Value) {
	if v.kind != unstable.Table {
		want := "a table"
		if v.kind == unstable.Array {
			want = fmt.Sprintf("one table: write [%s] in single brackets", path)
		}
		d.wrongType(path, v, want)
		return
	}
	for _, key := range v.keys {
		at, sub := v.table[key], key
		if path != "" {
			sub = path + "." + key
		}
		field, ok := fieldOf(target, key)
		if !ok {
			d.fault(at.key, fmt.Sprintf("unknown key %q%s", key, inTable(path)), d.hintFor(key, target.Type()))
			continue
		}
		d.fill(sub, at, field)
	}
}

func (d *strictDecoder) wrongType(path string, v *tomlValue, want string) {
	hint := ""
	if strings.HasPrefix(want, "a list") && v.kind == unstable.Table {
		hint = fmt.Sprintf("write the header in double brackets: [[%s]]", path)
	}
	d.fault(v.at, fmt.Sprintf("%s is %s; want %s", path, kindName(v.kind), want), hint)
}

func kindName(k unstable.Kind) string {
	switch k {
	case unstable.String:
		return "a text"
	case unstable.Bool:
		return "true or false"
	case unstable.Integer, unstable.Float:
		return "a number"
	case unstable.Array:
		return "a list"
	case unstable.Table:
		return "a table"
	default:
		return "a date or time"
	}
}
