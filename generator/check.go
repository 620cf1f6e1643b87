package generator

import (
	"daylight/generator/glossary"
	"daylight/generator/ledger"
)

// Check lists what is doubtful in the project's own files, apart from what the
// repositories say: the glossary's terms, and what these refer to.
func (p *Project) Check() []ledger.Problem {
	terms, faults := p.glossaryTerms()
	faults = append(faults, glossary.Check(terms)...)
	out := make([]ledger.Problem, 0, len(faults))
	for _, f := range faults {
		out = append(out, ledger.Problem{
			Origins: []ledger.Origin{{File: f.File, Line: f.Line, Col: f.Col}},
			Message: f.Message, Hint: f.Hint, Rule: "glossary", Level: ledger.LevelWarning,
		})
	}
	return out
}
