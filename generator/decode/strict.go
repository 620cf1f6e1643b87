package decode

import (
	"bytes"
	"cmp"
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
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
	if root := d.heal(bytes.Clone(data)); root != nil {
		d.fill("", root, reflect.ValueOf(v).Elem())
	}
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
func (d *strictDecoder) heal(data []byte) *Node {
	for range maxSyntax {
		root, err := TOML(d.file, data)
		at, ok := AsError(err)
		if !ok {
			return root
		}
		first, hint := at.Line, ""
		for first > max(1, at.Line-maxOpen) && !soundTOML(data[:lineStart(data, first)]) {
			first--
		}
		if first < at.Line {
			hint = fmt.Sprintf("what begins in line %d is not closed", first)
		}
		d.fault(Place{at.Line, at.Col}, at.Message, hint)
		for l := first; l < at.Line; l++ {
			blankLine(data, l)
		}
		if first == at.Line {
			blankLine(data, at.Line)
		}
	}
	d.fault(Place{}, "there are more syntax errors than are listed", "mend these first")
	return nil
}

func soundTOML(data []byte) bool {
	_, err := TOML("", data)
	return err == nil
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

// fill sets target from n, and notes the place of each value.
func (d *strictDecoder) fill(path string, n *Node, target reflect.Value) {
	if path != "" {
		d.places[path] = Place{n.Line, n.Col}
	}
	if u, ok := target.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.fillText(path, n, u)
		return
	}
	switch target.Kind() {
	case reflect.Struct:
		d.fillStruct(path, n, target)
	case reflect.Slice:
		if n.Kind != List {
			d.wrongType(path, n, "a list")
			return
		}
		list := reflect.MakeSlice(target.Type(), len(n.Items), len(n.Items))
		for i, item := range n.Items {
			d.fill(fmt.Sprintf("%s[%d]", path, i), item, list.Index(i))
		}
		target.Set(list)
	case reflect.String:
		if n.Kind != String || !n.Quoted {
			d.wrongType(path, n, "a text in quotes")
			return
		}
		target.SetString(n.Text)
	case reflect.Bool:
		if n.Kind != Bool {
			d.wrongType(path, n, "true or false")
			return
		}
		target.SetBool(n.Text == "true")
	case reflect.Int, reflect.Int64:
		v, err := strconv.ParseInt(strings.ReplaceAll(n.Text, "_", ""), 0, 64)
		if n.Kind != Number || err != nil {
			d.wrongType(path, n, "a whole number")
			return
		}
		target.SetInt(v)
	default:
		panic("decode: no rule for fields of type " + target.Type().String())
	}
}

func (d *strictDecoder) fillText(path string, n *Node, u encoding.TextUnmarshaler) {
	if n.Kind != String && n.Kind != Number {
		d.wrongType(path, n, "a number or a text in quotes")
		return
	}
	if err := u.UnmarshalText([]byte(n.Text)); err != nil {
		d.fault(Place{n.Line, n.Col}, fmt.Sprintf("%s: %v", path, err), "")
	}
}

func (d *strictDecoder) fillStruct(path string, n *Node, target reflect.Value) {
	if n.Kind != Map {
		want := "a table"
		if n.Kind == List {
			want = fmt.Sprintf("one table: write [%s] in single brackets", path)
		}
		d.wrongType(path, n, want)
		return
	}
	for _, e := range n.Entries {
		sub := e.Key
		if path != "" {
			sub = path + "." + e.Key
		}
		field, ok := fieldOf(target, e.Key)
		if !ok {
			d.fault(Place{e.Line, e.Col}, fmt.Sprintf("unknown key %q%s", e.Key, inTable(path)), d.hintFor(e.Key, target.Type()))
			continue
		}
		d.fill(sub, e.Value, field)
	}
}

func (d *strictDecoder) wrongType(path string, n *Node, want string) {
	is, hint := n.Kind.String(), ""
	switch {
	case n.Kind == Map:
		is = "a table"
		if want == "a list" {
			hint = fmt.Sprintf("write the header in double brackets: [[%s]]", path)
		}
	case n.Kind == String && !n.Quoted:
		is = "a date or time"
	}
	d.fault(Place{n.Line, n.Col}, fmt.Sprintf("%s is %s; want %s", path, is, want), hint)
}
