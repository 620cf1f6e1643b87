package generator

import "daylight/generator/ledger"

// Check lists what is doubtful in the project's own files, apart from what the
// repositories say: the glossary's terms.
func (p *Project) Check() []ledger.Problem {
	_, faults := p.glossaryTerms()
	out := make([]ledger.Problem, 0, len(faults))
	for _, f := range faults {
		out = append(out, ledger.Problem{
			Origins: []ledger.Origin{{File: f.File, Line: f.Line, Col: f.Col}},
			Message: f.Message, Hint: f.Hint, Rule: "glossary", Level: ledger.LevelWarning,
		})
	}
	return out
}
