package collect

import (
	"slices"
	"strings"
)

// Trailer is a "Key: value" line at the end of a message, folded lines joined.
type Trailer struct {
	Key   string
	Value string
	Line  int // in the message, from 1
}

// cherryPicked begins the line that `git cherry-pick -x` writes.
const cherryPicked = "(cherry picked from commit "

// splitTrailer reads a line "Key: value" or "Key #value". A key has letters,
// digits and "-"; two with a blank in them are in wide use and known by name.
func splitTrailer(line string) (key, value string, ok bool) {
	end := 0
	for end < len(line) && isKeyByte(line[end], end == 0) {
		end++
	}
	for _, two := range [...]string{"BREAKING CHANGE", "Differential Revision"} {
		if strings.HasPrefix(line, two) {
			end = len(two)
		}
	}
	if end == 0 {
		return "", "", false
	}
	rest := strings.TrimLeft(line[end:], " \t")
	switch {
	case strings.HasPrefix(rest, ": "), rest == ":":
		return line[:end], strings.TrimSpace(rest[1:]), true
	case strings.HasPrefix(rest, "#") && strings.HasPrefix(line[end:], " "):
		return line[:end], strings.TrimSpace(rest[1:]), true
	}
	return "", "", false
}

func isKeyByte(c byte, first bool) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' && !first
}

// splitTrailers cuts the trailers off the end of a message's body. They are the
// last paragraph when all of its lines are trailers or their continuation, or
// when git wrote one of them and at least a quarter are (git-interpret-trailers).
// Forges add the names of co-authors as a paragraph of their own, below a line of
// dashes: the paragraph above it is looked at too. firstLine is the number of
// the body's first line within the message.
func splitTrailers(body string, firstLine int) (rest string, trailers []Trailer) {
	rest = strings.TrimRight(body, "\n ")
	cut := false
	for {
		start := 0
		if i := strings.LastIndex(rest, "\n\n"); i >= 0 {
			start = i + 2
		}
		last := rest[start:]
		if strings.Trim(last, "-") == "" && len(last) >= 3 {
			rest = strings.TrimRight(rest[:start], "\n ")
			continue // the line of dashes itself
		}
		found, ok := trailersOf(last, firstLine+strings.Count(rest[:start], "\n"))
		if !ok {
			break
		}
		trailers, cut = append(found, trailers...), true
		rest = strings.TrimRight(rest[:start], "\n ")
		if !onlySigned(found) {
			break
		}
	}
	if !cut {
		return strings.TrimRight(body, "\n "), nil
	}
	return rest, trailers
}

// onlySigned reports whether a paragraph holds nothing but what tools add for
// people: the author's own trailers may stand above it.
func onlySigned(trailers []Trailer) bool {
	return !slices.ContainsFunc(trailers, func(t Trailer) bool {
		return !strings.EqualFold(t.Key, "Co-authored-by") && !strings.EqualFold(t.Key, "Signed-off-by")
	})
}

// trailersOf reads a paragraph of trailers; ok is false when it is prose.
func trailersOf(paragraph string, line int) (trailers []Trailer, ok bool) {
	found, prose, byGit, breaking := 0, 0, false, false
	for text := range strings.SplitSeq(paragraph, "\n") {
		byGit = byGit || strings.HasPrefix(text, "Signed-off-by: ") || strings.HasPrefix(text, cherryPicked)
		key, value, isTrailer := splitTrailer(text)
		switch {
		case isTrailer:
			found++
			trailers = append(trailers, Trailer{Key: key, Value: value, Line: line})
			breaking = strings.HasPrefix(key, "BREAKING")
		case strings.HasPrefix(text, cherryPicked):
			found++
		case len(trailers) > 0 && (breaking || strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\t")):
			// A break is told in prose: its value runs to the next trailer.
			t := &trailers[len(trailers)-1]
			t.Value = strings.TrimSpace(t.Value + " " + strings.TrimSpace(text))
		case strings.TrimSpace(text) != "":
			prose++
		}
		line++
	}
	if found == 0 || prose > 0 && (!byGit || 3*found < prose) {
		return nil, false
	}
	return trailers, true
}

// pureTrailers reads a paragraph that is nothing but trailers.
func pureTrailers(paragraph string, line int) ([]Trailer, bool) {
	var out []Trailer
	for text := range strings.SplitSeq(paragraph, "\n") {
		key, value, ok := splitTrailer(text)
		if !ok {
			return nil, false
		}
		out = append(out, Trailer{Key: key, Value: value, Line: line})
		line++
	}
	return out, len(out) > 0
}
