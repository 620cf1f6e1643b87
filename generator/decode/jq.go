package decode

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"reflect"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/itchyny/gojq"
)

// Query is a compiled jq program that turns a tree into others. It does no I/O:
// there are no modules, no environment, no further input, and nothing that
// depends on the clock or the zone of the machine.
//
// The program comes from the configuration and is trusted as much as that is;
// the data that it is given is not.
type Query struct {
	code *gojq.Code
}

// The bounds of a run. Steps are instructions of the program's machine: the same
// input always ends at the same one, which a limit of time alone would not give.
const (
	querySteps    = 1_000_000
	stepsPerValue = 200 // more for larger inputs
	queryTime     = 30 * time.Second
	maxQuery      = 64 << 10 // bytes of a program
	// A text that is added to itself fills any memory within forty steps, so that
	// neither steps nor time stop it. What the rest of the program allocates
	// meanwhile is counted too, which is why the bound is far above any need.
	queryMemory = 1 << 30
	memoryEvery = 8 // steps between two looks
)

var (
	errQuerySteps = errors.New("the program does not come to an end")
	errQueryRoom  = errors.New("the program makes too much of this")
	errQueryTime  = fmt.Errorf("the program takes longer than %s", queryTime)
)

// CompileJQ compiles a program. The error is an *[Error] with the place in the
// program, whose name is "jq". The program can ask for the name of the file with
// $file.
func CompileJQ(program string) (q *Query, err error) {
	if len(program) > maxQuery {
		return nil, &Error{"jq", 1, 1, fmt.Sprintf("the program has %d bytes, and at most %d are read", len(program), maxQuery)}
	}
	defer func() {
		if p := recover(); p != nil {
			q, err = nil, &Error{"jq", 1, 1, fmt.Sprintf("this program cannot be read: %v", p)}
		}
	}()
	parsed, err := gojq.Parse(program)
	if err != nil {
		return nil, queryFault(program, err)
	}
	if name := forbidden(reflect.ValueOf(parsed)); name != "" {
		return nil, &Error{"jq", 1, 1, fmt.Sprintf("%s is not allowed here: the same input must give the same records", name)}
	}
	code, err := gojq.Compile(parsed, gojq.WithVariables([]string{"$file"}))
	if err != nil {
		return nil, &Error{"jq", 1, 1, err.Error()}
	}
	return &Query{code}, nil
}

// queryFault gives the place of a fault of syntax.
func queryFault(program string, err error) *Error {
	at := 0
	var syntax *gojq.ParseError
	if errors.As(err, &syntax) {
		at = min(max(syntax.Offset-len(syntax.Token), 0), len(program))
	}
	before := program[:at]
	return &Error{"jq", strings.Count(before, "\n") + 1, at - strings.LastIndexByte(before, '\n'), err.Error()}
}

// forbidden finds a function in a program that would make its result depend on
// something else than the input.
func forbidden(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return ""
		}
		if f, ok := v.Interface().(*gojq.Func); ok {
			switch f.Name {
			case "now", "localtime", "strflocaltime", "input", "inputs", "debug", "stderr", "env", "$ENV", "halt", "halt_error", "get_search_list":
				return f.Name
			}
		}
		return forbidden(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			if name := forbidden(v.Index(i)); name != "" {
				return name
			}
		}
	case reflect.Struct:
		if _, ok := v.Interface().(gojq.Import); ok {
			return "import"
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				if name := forbidden(v.Field(i)); name != "" {
					return name
				}
			}
		}
	}
	return ""
}

// Run gives what the program makes of a tree, in its order; keys of maps are
// sorted. A scalar that occurs once in the input has its place there, a map that
// of the last scalar in it; everything else has the place of the input itself. The results before an error are given
// with it; the error is an *[Error].
func (q *Query) Run(file string, n *Node) (out []*Node, err error) {
	fault := func(format string, args ...any) error {
		line, col := 1, 1
		if n != nil && n.Line > 0 {
			line, col = n.Line, n.Col
		}
		return &Error{file, line, col, fmt.Sprintf(format, args...)}
	}
	defer func() {
		if p := recover(); p != nil {
			err = fault("the jq program failed: %v", p)
		}
	}()
	b := queryTree{places: map[string]*Node{}, at: n, left: DefaultMaxNodes}
	input := b.value(n)
	ctx, cancel := context.WithTimeout(context.Background(), queryTime)
	defer cancel()
	count := &counting{Context: ctx, left: querySteps + stepsPerValue*b.values, begin: inUse()}
	for iter := q.code.RunWithContext(count, input, file); ; {
		v, ok := iter.Next()
		if !ok {
			return out, nil
		}
		if failed, is := v.(error); is {
			return out, fault("the jq program failed: %s", short(failed))
		}
		node, ok := b.node(v, 1)
		if !ok {
			return out, fault("the jq program makes too much of this")
		}
		out = append(out, node)
	}
}

// short bounds a message, which may quote the input.
func short(err error) string {
	const most = 200
	if r := []rune(err.Error()); len(r) > most {
		return string(r[:most]) + "…"
	}
	return err.Error()
}

// counting is a context that ends after a number of questions whether it has
// ended: the machine asks once an instruction.
type counting struct {
	context.Context
	left  int
	begin uint64 // bytes in use at the beginning
	full  bool
}

// inUse gives the bytes of all values that are, or were a moment ago, in use.
func inUse() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}

// Done implements [context.Context].
func (c *counting) Done() <-chan struct{} {
	c.left--
	if c.left%memoryEvery == 0 && !c.full {
		c.full = inUse() > c.begin+queryMemory
	}
	if c.left < 0 || c.full {
		ended := make(chan struct{})
		close(ended)
		return ended
	}
	return c.Context.Done()
}

// Err implements [context.Context].
func (c *counting) Err() error {
	switch {
	case c.full:
		return errQueryRoom
	case c.left < 0:
		return errQuerySteps
	case c.Context.Err() != nil:
		return errQueryTime
	}
	return nil
}

// queryTree turns nodes into the values of the machine and back.
type queryTree struct {
	places map[string]*Node // scalars by their text; nil where a text occurs twice
	at     *Node
	values int
	left   int
}

// value gives what the machine computes with: a date is a text, a number that a
// float would change is a big one where it is whole.
func (b *queryTree) value(n *Node) any {
	b.values++
	if n == nil {
		return nil
	}
	switch n.Kind {
	case Bool:
		v, _ := n.Bool()
		return v
	case Number:
		b.remember(n)
		return number(n)
	case String:
		b.remember(n)
		return n.Text
	case List:
		list := make([]any, len(n.Items))
		for i, item := range n.Items {
			list[i] = b.value(item)
		}
		return list
	case Map:
		m := make(map[string]any, len(n.Entries))
		for _, e := range n.Entries {
			m[e.Key] = b.value(e.Value)
		}
		return m
	}
	return nil
}

func (b *queryTree) remember(n *Node) {
	if first, twice := b.places[n.Text]; twice && first != n {
		b.places[n.Text] = nil
		return
	}
	b.places[n.Text] = n
}

func number(n *Node) any {
	r, ok := n.Number()
	switch {
	case !ok:
		return n.Text // hexadecimal in YAML, infinities: as written
	case r.IsInt() && r.Num().IsInt64() && int64(int(r.Num().Int64())) == r.Num().Int64():
		return int(r.Num().Int64())
	case r.IsInt():
		return new(big.Int).Set(r.Num())
	}
	f, _ := r.Float64()
	return f
}

// node gives the tree of a value; false when it is too large or too deep.
func (b *queryTree) node(v any, depth int) (*Node, bool) {
	if b.left--; b.left < 0 || depth > DefaultMaxDepth {
		return nil, false
	}
	switch v := v.(type) {
	case bool:
		return b.scalar(Bool, strconv.FormatBool(v)), true
	case string:
		n := b.scalar(String, v)
		n.Quoted = true
		return n, true
	case int:
		return b.scalar(Number, strconv.Itoa(v)), true
	case *big.Int:
		return b.scalar(Number, v.String()), true
	case float64:
		return b.float(v), true
	case []any:
		n := b.scalar(List, "")
		for _, item := range v {
			child, ok := b.node(item, depth+1)
			if !ok {
				return nil, false
			}
			n.Items = append(n.Items, child)
		}
		return n, true
	case map[string]any:
		n := b.scalar(Map, "")
		for _, key := range slices.Sorted(maps.Keys(v)) {
			child, ok := b.node(v[key], depth+1)
			if !ok {
				return nil, false
			}
			n.Entries = append(n.Entries, Entry{key, child.Line, child.Col, child})
			// A record that was made of a row is told by the row's place, and the
			// last of its values is sure to be in it: what rows share comes before.
			if child.Line > n.Line || child.Line == n.Line && child.Col > n.Col {
				n.Line, n.Col = child.Line, child.Col
			}
		}
		return n, true
	}
	return b.scalar(Null, ""), true
}

func (b *queryTree) float(v float64) *Node {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return b.scalar(Null, "")
	}
	format := byte('f')
	if a := math.Abs(v); a >= 1e21 || a != 0 && a < 1e-6 {
		format = 'g'
	}
	return b.scalar(Number, strconv.FormatFloat(v, format, -1, 64))
}

// scalar gives a node at the place that its text has in the input, or at that of
// the input.
func (b *queryTree) scalar(kind Kind, text string) *Node {
	n := &Node{Kind: kind, Text: text, Line: 1, Col: 1}
	at := b.at
	if found := b.places[text]; found != nil && (kind == String || kind == Number) {
		at = found
	}
	if at != nil && at.Line > 0 {
		n.Line, n.Col = at.Line, at.Col
	}
	return n
}
