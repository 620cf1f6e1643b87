package render

import (
	"html/template"
	"reflect"
	"sync"
)

// part is one part of a page type. It is executed by html/template, or, where it
// can be compiled for the type of its data, by a [program].
type part struct {
	html     *template.Template
	markdown markdown
	programs sync.Map // of *program by reflect.Type; nil for a type that is left to html/template
}

// execute writes the part for data, a pointer to a struct.
//
// A program that meets what it can't say (a field of a nil pointer, Markdown that
// fails) gives up, and html/template executes the part from its beginning: it
// then tells what is wrong in its own words.
func (p *part) execute(r *run, data any) error {
	value := reflect.ValueOf(data)
	if prog := p.program(value.Type()); prog != nil {
		start := len(r.out)
		r.failed = false
		prog.execute(r, value)
		if !r.failed {
			return nil
		}
		r.out = r.out[:start]
	}
	return p.html.Execute(r, data)
}

// program compiles the part when a type of data is met for the first time. Two
// goroutines that meet it at once both compile it, to the same program.
func (p *part) program(data reflect.Type) *program {
	if known, ok := p.programs.Load(data); ok {
		return known.(*program)
	}
	prog, err := compile(p.html, data, p.markdown)
	if err != nil {
		prog = nil // html/template knows more than we do
	}
	p.programs.Store(data, prog)
	return prog
}

// program is a template compiled for one type of data.
type program struct {
	steps []step
	// variables is how many variables it has, the first of them "$"; 0 when it
	// uses none.
	variables int
}

// step writes a piece of a page. Dot is what the template calls by that name; it
// is of the type that the step was compiled for.
type step func(r *run, dot reflect.Value)

// run is one execution: what was written, and the variables in use.
type run struct {
	out       []byte
	variables []reflect.Value // those of the running program from base on
	base      int
	depth     int  // of calls
	failed    bool // what was written is wrong
}

// deepest bounds calls. A template that calls itself without end then comes to
// html/template, which says so.
const deepest = 1_000

// Write appends, for html/template.
func (r *run) Write(data []byte) (int, error) {
	r.out = append(r.out, data...)
	return len(data), nil
}

func (p *program) execute(r *run, dot reflect.Value) {
	if r.failed = r.failed || r.depth == deepest; r.failed {
		return
	}
	r.depth++
	defer func() { r.depth-- }()
	if p.variables == 0 {
		perform(p.steps, r, dot)
		return
	}
	caller := r.base
	r.base = len(r.variables)
	for range p.variables {
		r.variables = append(r.variables, dot) // of which the first is "$"
	}
	perform(p.steps, r, dot)
	r.variables = r.variables[:r.base]
	r.base = caller
}

func perform(steps []step, r *run, dot reflect.Value) {
	for _, s := range steps {
		s(r, dot)
	}
}
