package wording

import (
	"regexp"
	"strings"
)

// switches are what the comments of a text turn off, and where.
type switches []turned

// turned is one stretch of the text.
type turned struct {
	rule       string // a rule, a style, or "" for all
	match      string // only for these words, or ""
	start, end int
}

// directive is a comment that turns a rule: Style.Rule = NO, and for certain
// words only Style.Rule["words"] = NO.
var directive = regexp.MustCompile(`^([\w-]+(?:\.[\w-]+)*)\s*(?:\[\s*"([^"]*)"\s*\])?\s*=\s*(YES|NO)$`)

// readSwitches follows the comments through a text of this size.
func readSwitches(comments []Comment, size int) switches {
	var out switches
	open := map[turned]int{} // by rule and match, the place where it was turned off
	turn := func(which turned, on bool, at int) {
		start, isOff := open[which]
		switch {
		case on && isOff:
			out = append(out, turned{which.rule, which.match, start, at})
			delete(open, which)
		case !on && !isOff:
			open[which] = at
		}
	}
	for _, c := range comments {
		word, rest, _ := strings.Cut(strings.TrimSpace(c.Text), " ")
		if word != "vale" && word != "daylight" {
			continue
		}
		rest = strings.TrimSpace(rest)
		if rest == "on" || rest == "off" {
			turn(turned{}, rest == "on", c.At)
		} else if m := directive.FindStringSubmatch(rest); m != nil {
			turn(turned{rule: m[1], match: m[2]}, m[3] == "YES", c.At)
		}
	}
	for which, start := range open { // order does not matter: they are only asked whether one holds
		out = append(out, turned{which.rule, which.match, start, size + 1})
	}
	return out
}

// off reports whether a rule is off for a match at this place.
func (s switches) off(rule, match string, at int) bool {
	for _, t := range s {
		if at < t.start || at >= t.end || t.match != "" && t.match != match {
			continue
		}
		if t.rule == "" || t.rule == rule || strings.HasPrefix(rule, t.rule+".") {
			return true
		}
	}
	return false
}
