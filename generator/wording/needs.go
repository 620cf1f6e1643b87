package wording

import (
	"regexp/syntax"
	"strings"
)

// shortestNeed is the least length of a piece of text that is looked for before
// an expression is run: shorter ones are everywhere.
const shortestNeed = 3

// mostNeeds bounds how many pieces are looked for: beyond, the expression itself
// is as quick.
const mostNeeds = 64

// needs gives pieces of text in lower case of which every match of a pattern
// contains one, so that most passages need no expression to be run. Nil means
// that nothing can be said.
func needs(pattern string) []string { return needsOfLength(pattern, shortestNeed) }

// needsOfLength is needs for pieces of another least length.
func needsOfLength(pattern string, least int) []string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	list := needsOf(re, least)
	if len(list) > mostNeeds {
		return nil
	}
	return list
}

func needsOf(re *syntax.Regexp, least int) []string {
	switch re.Op {
	case syntax.OpLiteral:
		if s := strings.ToLower(string(re.Rune)); len(s) >= least {
			return []string{s}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needsOf(re.Sub[0], least)
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needsOf(re.Sub[0], least)
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if list := needsOf(sub, least); list != nil && (best == nil || shortest(list) > shortest(best)) {
				best = list
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			list := needsOf(sub, least)
			if list == nil {
				return nil
			}
			all = append(all, list...)
		}
		return all
	}
	return nil
}

func shortest(list []string) int {
	n := len(list[0])
	for _, s := range list {
		n = min(n, len(s))
	}
	return n
}

// may reports whether a rule can find anything in a passage.
func (r *Rule) may(p *Passage) bool { return p.has(r.needs) }

// has reports whether one of the pieces stands in a passage, in any case. Nil
// pieces tell nothing.
func (p *Passage) has(pieces []string) bool {
	if pieces == nil {
		return true
	}
	if p.lower == "" {
		p.lower = strings.ToLower(p.Text)
	}
	for _, s := range pieces {
		if strings.Contains(p.lower, s) {
			return true
		}
	}
	return false
}
