package collect

import (
	"regexp"
	"strings"
)

// Trailer is a "Key: value" line at the end of a message, folded lines joined.
type Trailer struct {
	Key   string
	Value string
	Line  int // in the message, from 1
}

var trailerLine = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9-]*|Differential Revision|BREAKING CHANGE)\s*(?:: | #|:$)(.*)$`)

// gitTrailers are the lines that git itself writes; a last paragraph that holds
// one of them may hold some prose as well (git-interpret-trailers).
var gitTrailers = []string{"Signed-off-by: ", "(cherry picked from commit "}

// splitTrailers cuts the trailers off the end of a message's body. They are the
// last paragraph when all of its lines are trailers or their continuation, or
// when git wrote one of them and at least a quarter are. firstLine is the
// number of the body's first line within the message.
func splitTrailers(body string, firstLine int) (rest string, trailers []Trailer) {
	body = strings.TrimRight(body, "\n ")
	start := 0
	if i := strings.LastIndex(body, "\n\n"); i >= 0 {
		start = i + 2
	}
	last := body[start:]
	line := firstLine + strings.Count(body[:start], "\n")
	found, prose, byGit := 0, 0, false
	for i, text := range strings.Split(last, "\n") {
		for _, prefix := range gitTrailers {
			byGit = byGit || strings.HasPrefix(text, prefix)
		}
		g := trailerLine.FindStringSubmatch(text)
		switch {
		case g != nil:
			found++
			trailers = append(trailers, Trailer{Key: g[1], Value: strings.TrimSpace(g[2]), Line: line + i})
		case strings.HasPrefix(text, "(cherry picked from commit "):
			found++
		case (strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\t")) && len(trailers) > 0:
			t := &trailers[len(trailers)-1]
			t.Value = strings.TrimSpace(t.Value + " " + strings.TrimSpace(text))
		case strings.TrimSpace(text) != "":
			prose++
		}
	}
	if found == 0 || prose > 0 && (!byGit || 3*found < prose) {
		return body, nil
	}
	return strings.TrimRight(body[:start], "\n "), trailers
}
