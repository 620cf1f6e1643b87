package main

import (
	"fmt"

	"daylight/generator"
)

// progress shows on a terminal what is being done, in one line that is
// overwritten, and says nothing in a pipe. Call the result when done.
func (a *app) progress(p *generator.Project, quiet bool) (stop func()) {
	if !a.terminal || quiet {
		return func() {}
	}
	p.Progress = func(stage string) { fmt.Fprintf(a.stderr, "\r\033[K%s…", stage) }
	return func() {
		p.Progress = nil
		fmt.Fprint(a.stderr, "\r\033[K")
	}
}
