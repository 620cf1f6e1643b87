package ledger

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// AppendJSON appends the ledger as JSON, without white space, in the names of
// its struct tags. An unknown date is null and never absent; a list without
// elements is [] and never null; text is not escaped for HTML.
//
// encoding/json would write the same, but asks each nested MarshalJSON for bytes
// and reads them again at every level: of the ledger of a large repository that
// is several times as slow.
func (l *Ledger) AppendJSON(b []byte) []byte {
	return newAppender().of(reflect.TypeFor[Ledger]())(b, reflect.ValueOf(l).Elem())
}

// MarshalJSON writes what [Ledger.AppendJSON] appends.
func (l *Ledger) MarshalJSON() ([]byte, error) { return l.AppendJSON(nil), nil }

// AppendString appends a text as a JSON string. Bytes that are not UTF-8 become
// U+FFFD, and the two separators that script takes for line ends are escaped, as
// encoding/json does.
func AppendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			if r, size = utf8.DecodeRuneInString(s[i:]); (r != utf8.RuneError || size > 1) && r != '\u2028' && r != '\u2029' {
				i += size
				continue
			}
		}
		b = append(b, s[start:i]...)
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', c)
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\b':
			b = append(b, `\b`...)
		case r == '\f':
			b = append(b, `\f`...)
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case r == utf8.RuneError:
			b = append(b, `\ufffd`...)
		default:
			b = append(b, `\u202`...)
			b = append(b, hex[r&15])
		}
		i += size
		start = i
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// write appends one value.
type write func([]byte, reflect.Value) []byte

// appender makes the writer of each type once, from its struct tags.
type appender struct{ made map[reflect.Type]*write }

func newAppender() appender { return appender{map[reflect.Type]*write{}} }

// of gives the writer of a type.
func (a appender) of(t reflect.Type) write {
	if w, ok := a.made[t]; ok {
		return func(b []byte, v reflect.Value) []byte { return (*w)(b, v) } // it may still be in the making
	}
	w := new(write)
	a.made[t] = w
	*w = a.make(t)
	return *w
}

func (a appender) make(t reflect.Type) write {
	switch t {
	case reflect.TypeFor[time.Time]():
		return func(b []byte, v reflect.Value) []byte { return appendTime(b, *v.Addr().Interface().(*time.Time)) }
	case reflect.TypeFor[Hash]():
		return func(b []byte, v reflect.Value) []byte { return appendHash(b, v.Addr().Interface().(*Hash)) }
	case reflect.TypeFor[Share]():
		return func(b []byte, v reflect.Value) []byte {
			s := v.Addr().Interface().(*Share)
			b = append(append(b, '['), s.Lo.String()...)
			return append(append(append(b, ','), s.Hi.String()...), ']')
		}
	case reflect.TypeFor[Date]():
		return a.date()
	case reflect.TypeFor[InEnvironments]():
		return a.byName("Environment", a.of(reflect.TypeFor[InEnvironment]()))
	case reflect.TypeFor[[]InComponent]():
		return a.byName("Component", a.of(reflect.TypeFor[State]()))
	case reflect.TypeFor[FlagInEnvironments]():
		return a.byName("Environment", a.object(reflect.TypeFor[flagStateObject](), 1))
	case reflect.TypeFor[InEnvironment]():
		return a.inEnvironment()
	}
	switch t.Kind() {
	case reflect.Bool:
		return func(b []byte, v reflect.Value) []byte { return strconv.AppendBool(b, v.Bool()) }
	case reflect.Int:
		return func(b []byte, v reflect.Value) []byte { return strconv.AppendInt(b, v.Int(), 10) }
	case reflect.String:
		return func(b []byte, v reflect.Value) []byte { return AppendString(b, v.String()) }
	case reflect.Pointer:
		inner := a.of(t.Elem())
		return func(b []byte, v reflect.Value) []byte {
			if v.IsNil() {
				return append(b, "null"...)
			}
			return inner(b, v.Elem())
		}
	case reflect.Slice:
		return a.list(a.of(t.Elem()))
	case reflect.Map:
		return a.keyed(a.of(t.Elem()))
	case reflect.Struct:
		return a.object(t, 0)
	}
	panic("ledger: no way to write " + t.String()) // a field of a new kind: see TestAppendJSON
}

// appendTime writes null for the zero time: what is not known is never a date.
func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, "null"...)
	}
	return append(t.UTC().AppendFormat(append(b, '"'), time.RFC3339Nano), '"')
}

func appendHash(b []byte, h *Hash) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	if !h.IsZero() {
		for _, c := range h {
			b = append(b, hex[c>>4], hex[c&15])
		}
	}
	return append(b, '"')
}

func (a appender) list(inner write) write {
	return func(b []byte, v reflect.Value) []byte {
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			b = inner(b, v.Index(i))
		}
		return append(b, ']')
	}
}

// keyed writes a map in the order of its keys.
func (a appender) keyed(inner write) write {
	return func(b []byte, v reflect.Value) []byte {
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
		b = append(b, '{')
		for i, k := range keys {
			if i > 0 {
				b = append(b, ',')
			}
			value := reflect.New(v.Type().Elem()).Elem() // what is in a map has no address
			value.Set(v.MapIndex(k))
			b = inner(append(AppendString(b, k.String()), ':'), value)
		}
		return append(b, '}')
	}
}

// byName writes a list as an object, in its order, by a field that names each.
func (a appender) byName(field string, inner write) write {
	return func(b []byte, v reflect.Value) []byte {
		b = append(b, '{')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			e := v.Index(i)
			b = append(AppendString(b, e.FieldByName(field).String()), ':')
			if s := e.FieldByName("State"); s.Kind() == reflect.Struct && e.Type() == reflect.TypeFor[InComponent]() {
				e = s
			}
			b = inner(b, e)
		}
		return append(b, '}')
	}
}

// inEnvironment writes the keys of the state, and then the lanes.
func (a appender) inEnvironment() write {
	state, lanes := a.of(reflect.TypeFor[State]()), a.of(reflect.TypeFor[[]InComponent]())
	return func(b []byte, v reflect.Value) []byte {
		b = state(b, v.FieldByIndex([]int{1}))
		b = append(b[:len(b)-1], `,"components":`...)
		return append(lanes(b, v.FieldByIndex([]int{2})), '}')
	}
}

// date writes null for what is not known.
func (a appender) date() write {
	origins := a.of(reflect.TypeFor[[]Origin]())
	return func(b []byte, v reflect.Value) []byte {
		d := v.Addr().Interface().(*Date)
		if !d.Known() {
			return append(b, "null"...)
		}
		b = appendTime(append(b, `{"at":`...), d.At)
		b = AppendString(append(b, `,"basis":`...), string(d.Basis))
		if len(d.Origins) > 0 {
			b = origins(append(b, `,"origins":`...), v.FieldByIndex([]int{1}))
		}
		return append(b, '}')
	}
}

// field is one key of an object.
type field struct {
	index int
	key   []byte // with its quotes and the colon
	omit  bool   // when it is empty
	write write
}

// object writes a struct by its tags. The fields of the value come that many
// places later than those of the type, whose tags it borrows.
func (a appender) object(t reflect.Type, later int) write {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields = append(fields, field{i + later, append(AppendString(nil, name), ':'), options != "", a.of(f.Type)})
	}
	return func(b []byte, v reflect.Value) []byte {
		b = append(b, '{')
		first := len(b)
		for i := range fields {
			f := &fields[i]
			value := v.Field(f.index)
			if f.omit && (value.IsZero() || value.Kind() == reflect.Slice && value.Len() == 0) {
				continue
			}
			if len(b) > first {
				b = append(b, ',')
			}
			b = f.write(append(b, f.key...), value)
		}
		return append(b, '}')
	}
}
