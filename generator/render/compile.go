package render

import (
	"fmt"
	"html/template"
	"reflect"
	"slices"
	"strings"
	"text/template/parse"
)

// This file and expression.go turn templates into closures.
//
// html/template finds every field by its name and calls every escaper through
// reflection, on each page anew: that was four fifths of the time of a site. What
// it does well is done once: it parses a template, and it decides from the HTML
// around an action how the value must be escaped, which it writes into the parse
// tree. The compiler takes the tree from there. Since a page type is always given
// the same struct, it knows the type of every expression: it takes fields by
// index, and appends text through escapers of its own.
//
// It knows the part of the language that pages need. All else (methods, maps,
// interfaces, printf, break, templates called inside an attribute) it refuses,
// and html/template then executes that part as it always did. What is printed
// unescaped in the tree is refused too. Tests render every page both ways and
// compare the bytes.

// compiler compiles one part with all that it calls.
type compiler struct {
	set      *template.Template
	markdown markdown
	escapers map[string]escaper
	// called are the programs by template and type. One is in here before it is
	// complete, so that a template may call itself.
	called map[call]*program
	err    error // the first refusal; what is compiled after it is of no use
}

// call is a template and the type of the data that it is given.
type call struct {
	name string
	data reflect.Type
}

// scope is the template that is being compiled, and its variables in sight.
type scope struct {
	program *program
	names   []string
	types   []reflect.Type
}

// compile makes a program of a template that html/template has escaped, for one
// type of data. The error names what was refused.
func compile(t *template.Template, data reflect.Type, markdown markdown) (*program, error) {
	c := &compiler{set: t, markdown: markdown, escapers: escapers(), called: map[call]*program{}}
	p := c.template(t.Name(), data)
	if c.err != nil {
		return nil, fmt.Errorf("compile template %s: %w", t.Name(), c.err)
	}
	return p, nil
}

// refuse notes what html/template has to do. The expression that it gives stands
// in for the one that is not there, so that compiling can go on.
func (c *compiler) refuse(n parse.Node) expression {
	if c.err == nil {
		c.err = fmt.Errorf("not compiled: %s", n)
	}
	return constant(reflect.ValueOf(""))
}

func (c *compiler) template(name string, data reflect.Type) *program {
	if known, ok := c.called[call{name, data}]; ok {
		return known
	}
	p := &program{}
	c.called[call{name, data}] = p
	// Those that html/template has derived, for other places than text, are not
	// in the set.
	if t := c.set.Lookup(name); t != nil && t.Tree != nil {
		p.steps = c.list(&scope{p, []string{"$"}, []reflect.Type{data}}, data, t.Tree.Root)
	} else if c.err == nil {
		c.err = fmt.Errorf("%w: %s", ErrNoTemplate, name)
	}
	return p
}

// list compiles nodes one after another.
func (c *compiler) list(s *scope, dot reflect.Type, list *parse.ListNode) []step {
	if list == nil {
		return nil
	}
	var out []step
	for _, node := range list.Nodes {
		switch node := node.(type) {
		case *parse.TextNode:
			text := string(node.Text)
			out = append(out, func(r *run, _ reflect.Value) { r.out = append(r.out, text...) })
		case *parse.ActionNode:
			out = append(out, c.action(s, dot, node.Pipe))
		case *parse.IfNode:
			out = append(out, c.choice(s, dot, &node.BranchNode, false))
		case *parse.WithNode:
			out = append(out, c.choice(s, dot, &node.BranchNode, true))
		case *parse.RangeNode:
			out = append(out, c.loop(s, dot, &node.BranchNode))
		case *parse.TemplateNode:
			out = append(out, c.callee(s, dot, node))
		case *parse.CommentNode:
		default:
			c.refuse(node)
		}
	}
	return out
}

// action prints a value through the escapers that stand behind it.
func (c *compiler) action(s *scope, dot reflect.Type, pipe *parse.PipeNode) step {
	if len(pipe.Decl) > 0 {
		c.refuse(pipe) // pages declare variables in ranges alone
	}
	value := c.command(s, dot, pipe.Cmds[0])
	var chain []string
	for _, cmd := range pipe.Cmds[1:] {
		chain = append(chain, cmd.String())
	}
	name := strings.Join(chain, "|")
	if value.typ == reflect.TypeFor[template.HTML]() && name == forHTML {
		return func(r *run, dot reflect.Value) { r.out = append(r.out, value.eval(r, dot).String()...) }
	}
	write := printer(value, c.escapers[name])
	if write == nil {
		c.refuse(pipe)
	}
	return write
}

// choice is an if or a with, which makes its value the dot of its first list.
func (c *compiler) choice(s *scope, dot reflect.Type, n *parse.BranchNode, isWith bool) step {
	value := c.condition(s, dot, n.Pipe)
	if isWith {
		value = c.operand(s, dot, n.Pipe)
	}
	isTrue := truth(value.typ)
	if isTrue == nil {
		c.refuse(n.Pipe)
	}
	inner := dot
	if isWith {
		inner = value.typ
	}
	then, otherwise := c.list(s, inner, n.List), c.list(s, dot, n.ElseList)
	return func(r *run, dot reflect.Value) {
		v := value.eval(r, dot)
		switch {
		case !isTrue(v):
			perform(otherwise, r, dot)
		case isWith:
			perform(then, r, v)
		default:
			perform(then, r, dot)
		}
	}
}

// loop is a range over a slice, with or without variables for place and item.
func (c *compiler) loop(s *scope, dot reflect.Type, n *parse.BranchNode) step {
	value := c.operand(s, dot, &parse.PipeNode{Cmds: n.Pipe.Cmds, Pos: n.Pipe.Pos})
	// In an else, a variable of the range is the whole slice, which nobody means.
	if n.Pipe.IsAssign || value.typ.Kind() != reflect.Slice || len(n.Pipe.Decl) > 0 && n.ElseList != nil {
		c.refuse(n)
		return nil
	}
	item := value.typ.Elem()
	otherwise := c.list(s, dot, n.ElseList)
	before := len(s.names)
	itemAt, indexAt := -1, -1
	switch decl := n.Pipe.Decl; len(decl) {
	case 1:
		itemAt = s.declare(decl[0].Ident[0], item)
	case 2:
		indexAt = s.declare(decl[0].Ident[0], reflect.TypeFor[int]())
		itemAt = s.declare(decl[1].Ident[0], item)
	}
	each := c.list(s, item, n.List)
	s.names, s.types = s.names[:before], s.types[:before]
	return func(r *run, dot reflect.Value) {
		items := value.eval(r, dot)
		if items.Len() == 0 {
			perform(otherwise, r, dot)
		}
		for i := range items.Len() {
			it := items.Index(i)
			if itemAt >= 0 {
				r.variables[r.base+itemAt] = it
			}
			if indexAt >= 0 {
				r.variables[r.base+indexAt] = reflect.ValueOf(i)
			}
			perform(each, r, it)
		}
	}
}

// callee is a call of another template.
func (c *compiler) callee(s *scope, dot reflect.Type, n *parse.TemplateNode) step {
	if n.Pipe == nil {
		c.refuse(n) // pages give data to all they call
		return nil
	}
	value := c.operand(s, dot, n.Pipe)
	p := c.template(n.Name, value.typ)
	return func(r *run, dot reflect.Value) { p.execute(r, value.eval(r, dot)) }
}

// declare gives a variable its place in the running program.
func (s *scope) declare(name string, typ reflect.Type) int {
	s.names, s.types = append(s.names, name), append(s.types, typ)
	s.program.variables = max(s.program.variables, len(s.names))
	return len(s.names) - 1
}

// find gives the place of the variable of that name that was declared last, -1
// without one.
func (s *scope) find(name string) int {
	for i, n := range slices.Backward(s.names) {
		if n == name {
			s.program.variables = max(s.program.variables, i+1)
			return i
		}
	}
	return -1
}
