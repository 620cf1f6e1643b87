package deploylog

import (
	"bufio"
	"cmp"
	"strings"
	"testing"

	"daylight/generator/history"
	"daylight/generator/ledger"

	"github.com/rogpeppe/go-internal/txtar"
)

// movingScenario reads the sections of scenarios of branches and tags that move.
// "refs" has a line for each: name, commit and its date, then for an annotated
// tag its own date and the message; below it, indented, the first-parent line of
// a branch, oldest first: "= commit date" is a step of the mainline, "+ commit
// date who | message" a commit of the branch's own. "others" has what other
// sources say: date, lane, commit and ref.
func movingScenario(t testing.TB, a *txtar.Archive, in *Input) {
	var refs []MovingRef
	for _, f := range a.Files {
		for s := bufio.NewScanner(strings.NewReader(string(f.Data))); s.Scan(); {
			switch f.Name {
			case "refs":
				refs = readRef(t, refs, s.Text())
			case "others":
				words := strings.Fields(s.Text())
				env, component, _ := strings.Cut(words[1], "/")
				in.Moving.Others = append(in.Moving.Others, ledger.Record{
					ID: "other:" + words[0], Repository: "shop", Environment: ledger.EnvironmentName(env), Component: ledger.ComponentName(cmp.Or(component, "shop")),
					Revision: ledger.Hash(hashOf(words[2])), Ref: words[3], Status: ledger.RecordSucceeded, FinishedAt: mustTime(t, words[0]),
					TimeBasis: ledger.BasisDeclared, Origins: []ledger.Origin{{Repository: "shop", File: "deployments.jsonl", Line: 1, Col: 1}},
				})
			}
		}
	}
	in.Moving.Settle = func(r *ledger.Record) { r.Component = cmp.Or(r.Component, "shop") }
	found, err := MatchRefs(in.Pattern, refs, nil)
	if err == nil {
		in.Moving.Refs = found
	}
}

func readRef(t testing.TB, refs []MovingRef, text string) []MovingRef {
	if rest, step := strings.CutPrefix(text, "  "); step {
		ref := &refs[len(refs)-1]
		head, message, _ := strings.Cut(rest, " | ")
		words := strings.SplitN(head, " ", 4)
		k := Step{Commit: ledger.Hash(hashOf(words[1])), At: mustTime(t, words[2]), Message: message, Before: words[0] == "="}
		if len(words) > 3 {
			k.Actor = words[3]
		}
		ref.Line = append(ref.Line, k)
		return refs
	}
	words := strings.SplitN(text, " ", 5)
	ref := MovingRef{Name: words[0], Target: hashOf(words[1]), At: mustTime(t, words[2])}
	if len(words) > 4 {
		ref.Tagger, ref.Message = history.Signature{Name: "Release Engineer", When: mustTime(t, words[3])}, words[4]
	}
	return append(refs, ref)
}

// trailerScenario reads the section "messages": a line for each message, "commit
// name date who | subject" or "tag name commit date who | subject", and below
// it, indented, the trailers, from the third line of the message on.
func trailerScenario(t testing.TB, a *txtar.Archive, in *Input) {
	for _, f := range a.Files {
		if f.Name != "messages" {
			continue
		}
		for s := bufio.NewScanner(strings.NewReader(string(f.Data))); s.Scan(); {
			if rest, ok := strings.CutPrefix(s.Text(), "  "); ok {
				m := &in.Messages[len(in.Messages)-1]
				key, value, _ := strings.Cut(rest, ":")
				m.Trailers = append(m.Trailers, Trailer{Key: key, Value: strings.TrimSpace(value), Line: 3 + len(m.Trailers)})
				continue
			}
			head, subject, _ := strings.Cut(s.Text(), " | ")
			words := strings.SplitN(head, " ", 5)
			m := TrailerMessage{Subject: subject}
			if words[0] == "tag" {
				m.Tag, words = words[1], words[1:]
			}
			m.Commit, m.At = hashOf(words[1]), mustTime(t, words[2])
			if len(words) > 3 {
				m.Who = words[3]
			}
			in.Messages = append(in.Messages, m)
		}
	}
}
