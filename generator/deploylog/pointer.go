package deploylog

import (
	"fmt"
	"slices"
	"time"

	"daylight/generator/ledger"
)

// Pointer is what a ref that moves says, before it is known whether another
// source has something newer.
type Pointer struct {
	Record ledger.Record `json:"record"`          // what it is if nothing newer is known
	Noun   string        `json:"noun"`            // "branch" or "moving tag", for messages
	Name   string        `json:"name"`            // of the ref
	Newest time.Time     `json:"newest,omitzero"` // the date of the mainline's tip
}

// Judge reports whether the pointer counts as a deployment, given the records of
// the sources before its own: what they know already needs no second record, and
// what they have newer is right. The doubts are told as problems.
func (p Pointer) Judge(others []ledger.Record) (keep bool, problems []ledger.Problem) {
	rec := p.Record
	last, known := p.newest(others)
	switch {
	case known && last.Revision == rec.Revision:
		return false, nil // what is known already
	case known && !instantOf(last).Before(rec.FinishedAt):
		return false, []ledger.Problem{p.stale(last)}
	}
	if age := p.Newest.Sub(rec.FinishedAt); age >= staleAlone {
		problems = append(problems, ledger.Problem{
			Origins: rec.Origins, Level: ledger.LevelInfo, Rule: "stale-pointer", Hint: "record deployments with their dates",
			Message: fmt.Sprintf("%s %s has named %s of %s while the mainline went on for %s", p.Noun, short(p.Name), rec.Revision.Short(),
				rec.FinishedAt.Format(time.DateOnly), counted(int(age/day), "day")),
		})
	}
	return true, problems
}

// newest finds the newest deployment of a lane that another source has a date of.
func (p Pointer) newest(others []ledger.Record) (ledger.Record, bool) {
	var out ledger.Record
	for i := range others {
		o := &others[i]
		if o.Status == ledger.RecordSucceeded && compareLanes(*o, p.Record) == 0 && !o.FinishedAt.Before(out.FinishedAt) {
			out = *o
		}
	}
	return out, !out.FinishedAt.IsZero()
}

// stale tells of a pointer that newer evidence contradicts.
func (p Pointer) stale(last ledger.Record) ledger.Problem {
	rec := p.Record
	age := last.FinishedAt.Sub(rec.FinishedAt)
	level := ledger.LevelInfo
	if age >= staleWarning {
		level = ledger.LevelWarning
	}
	what := last.Ref
	if what == "" {
		what = last.Revision.Short()
	}
	if last.Kind == ledger.KindUndeploy {
		what = "nothing"
	}
	return ledger.Problem{
		Origins: append(slices.Clone(rec.Origins), last.Origins...), Level: level, Rule: "stale-pointer",
		Hint: "the newest record with a date counts; move the " + p.Noun + ", or delete it",
		Message: fmt.Sprintf("%s %s names %s of %s; %s ran %s from %s on, %s later", p.Noun, short(p.Name), rec.Revision.Short(),
			rec.FinishedAt.Format(time.DateOnly), rec.Environment, short(what), last.FinishedAt.UTC().Format(time.DateOnly), counted(int(age/day), "day")),
	}
}
