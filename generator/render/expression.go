package render

import (
	"html/template"
	"reflect"
	"strconv"
	"text/template/parse"

	"daylight/generator/pages"
)

// expression is a value of a known type.
type expression struct {
	typ reflect.Type
	// eval gives the value. Where there is none it marks the run as failed and
	// gives a zero value, so that nobody has to ask before going on.
	eval func(r *run, dot reflect.Value) reflect.Value
}

func constant(v reflect.Value) expression {
	return expression{v.Type(), func(*run, reflect.Value) reflect.Value { return v }}
}

// condition compiles what an if asks for.
func (c *compiler) condition(s *scope, dot reflect.Type, pipe *parse.PipeNode) expression {
	if len(pipe.Cmds) != 1 || len(pipe.Decl) > 0 {
		return c.refuse(pipe)
	}
	return c.command(s, dot, pipe.Cmds[0])
}

// operand compiles a pipe that is a single field, variable, text or dot.
func (c *compiler) operand(s *scope, dot reflect.Type, pipe *parse.PipeNode) expression {
	if len(pipe.Cmds) != 1 || len(pipe.Decl) > 0 || len(pipe.Cmds[0].Args) != 1 {
		return c.refuse(pipe)
	}
	return c.argument(s, dot, pipe.Cmds[0].Args[0])
}

// command compiles a value or a call of a function.
func (c *compiler) command(s *scope, dot reflect.Type, cmd *parse.CommandNode) expression {
	name, ok := cmd.Args[0].(*parse.IdentifierNode)
	if !ok && len(cmd.Args) == 1 {
		return c.argument(s, dot, cmd.Args[0])
	}
	if !ok {
		return c.refuse(cmd)
	}
	var args []expression
	for _, arg := range cmd.Args[1:] {
		if pipe, ok := arg.(*parse.PipeNode); ok {
			args = append(args, c.condition(s, dot, pipe))
		} else {
			args = append(args, c.argument(s, dot, arg))
		}
	}
	if e := c.function(name.Ident, args); e.typ != nil {
		return e
	}
	return c.refuse(cmd)
}

// function calls one of the functions that pages use; the zero expression is
// none of them. The result of "and" and "or" is a bool here, which is all that
// an if needs to know; nothing else takes a bool.
func (c *compiler) function(name string, args []expression) expression {
	result := reflect.TypeFor[bool]()
	switch {
	case name == "len" && len(args) == 1 && args[0].typ.Kind() == reflect.Slice:
		return expression{reflect.TypeFor[int](), func(r *run, dot reflect.Value) reflect.Value {
			return reflect.ValueOf(args[0].eval(r, dot).Len())
		}}
	case name == "markdown" && len(args) == 1 && args[0].typ == reflect.TypeFor[pages.Markdown]():
		return expression{reflect.TypeFor[template.HTML](), func(r *run, dot reflect.Value) reflect.Value {
			html, err := c.markdown(pages.Markdown(args[0].eval(r, dot).String()))
			r.failed = r.failed || err != nil
			return reflect.ValueOf(html)
		}}
	case (name == "eq" || name == "ne") && len(args) == 2 && args[0].typ.Kind() == reflect.String && args[1].typ.Kind() == reflect.String:
		return expression{result, func(r *run, dot reflect.Value) reflect.Value {
			same := args[0].eval(r, dot).String() == args[1].eval(r, dot).String()
			return reflect.ValueOf(same == (name == "eq"))
		}}
	case name == "not" && len(args) == 1, (name == "and" || name == "or") && len(args) > 0:
		var tests []func(reflect.Value) bool
		for _, arg := range args {
			test := truth(arg.typ)
			if test == nil {
				return expression{}
			}
			tests = append(tests, test)
		}
		decides := name != "and" // "not" is an "or" of one, turned round
		return expression{result, func(r *run, dot reflect.Value) reflect.Value {
			for i, arg := range args {
				if tests[i](arg.eval(r, dot)) == decides {
					return reflect.ValueOf(decides == (name != "not"))
				}
			}
			return reflect.ValueOf(decides != (name != "not"))
		}}
	}
	return expression{}
}

func (c *compiler) argument(s *scope, dot reflect.Type, node parse.Node) expression {
	itself := func(_ *run, dot reflect.Value) reflect.Value { return dot }
	switch node := node.(type) {
	case *parse.DotNode:
		return expression{dot, itself}
	case *parse.FieldNode:
		return c.fields(expression{dot, itself}, node.Ident, node)
	case *parse.StringNode:
		return constant(reflect.ValueOf(node.Text))
	case *parse.VariableNode:
		if at := s.find(node.Ident[0]); at >= 0 {
			variable := func(r *run, _ reflect.Value) reflect.Value { return r.variables[r.base+at] }
			return c.fields(expression{s.types[at], variable}, node.Ident[1:], node)
		}
	}
	return c.refuse(node)
}

// fields follows names from a value to a field of a field.
func (c *compiler) fields(e expression, names []string, node parse.Node) expression {
	for _, name := range names {
		holder, isPointer := e.typ, e.typ.Kind() == reflect.Pointer
		if isPointer {
			holder = holder.Elem()
		}
		if _, ok := reflect.PointerTo(holder).MethodByName(name); ok || holder.Kind() != reflect.Struct {
			return c.refuse(node) // a method wins over a field of the same name
		}
		field, ok := holder.FieldByName(name)
		if !ok || !field.IsExported() {
			return c.refuse(node)
		}
		for i := 1; i < len(field.Index); i++ {
			if holder.FieldByIndex(field.Index[:i]).Type.Kind() == reflect.Pointer {
				return c.refuse(node)
			}
		}
		e = expression{field.Type, follow(e.eval, isPointer, field)}
	}
	return e
}

// follow takes a field of a struct, or of what a pointer leads to.
func follow(holder func(*run, reflect.Value) reflect.Value, isPointer bool, field reflect.StructField) func(*run, reflect.Value) reflect.Value {
	index, zero := field.Index, reflect.Zero(field.Type)
	if len(index) == 1 && !isPointer { // nearly all
		first := index[0]
		return func(r *run, dot reflect.Value) reflect.Value { return holder(r, dot).Field(first) }
	}
	return func(r *run, dot reflect.Value) reflect.Value {
		v := holder(r, dot)
		if isPointer {
			if v.IsNil() {
				r.failed = true
				return zero
			}
			v = v.Elem()
		}
		return v.FieldByIndex(index)
	}
}

// truth gives what decides whether a value is true, which is all but false, 0,
// nil and what is empty. It is nil for types that pages do not ask of.
func truth(of reflect.Type) func(reflect.Value) bool {
	switch of.Kind() {
	case reflect.Bool:
		return reflect.Value.Bool
	case reflect.String, reflect.Slice:
		return func(v reflect.Value) bool { return v.Len() > 0 }
	case reflect.Int:
		return func(v reflect.Value) bool { return v.Int() != 0 }
	case reflect.Pointer:
		return func(v reflect.Value) bool { return !v.IsNil() }
	case reflect.Struct:
		return func(reflect.Value) bool { return true }
	}
	return nil
}

// printer writes a string or a number, nil for everything else: a type with
// methods may know how to print itself, and html/template treats its own types
// in ways of their own.
func printer(value expression, escape escaper) step {
	typ := value.typ
	if escape == nil || reflect.PointerTo(typ).NumMethod() > 0 || typ.PkgPath() == "html/template" {
		return nil
	}
	switch typ.Kind() {
	case reflect.String:
		return func(r *run, dot reflect.Value) { r.out = escape(r.out, value.eval(r, dot).String()) }
	case reflect.Int:
		return func(r *run, dot reflect.Value) { // no escaper touches digits
			r.out = strconv.AppendInt(r.out, value.eval(r, dot).Int(), 10)
		}
	}
	return nil
}
