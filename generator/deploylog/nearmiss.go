package deploylog

import (
	"fmt"
	"slices"
	"strings"

	"daylight/generator/ledger"
)

// nearMisses tells of the tags that fit no pattern, and nearly do.
type nearMisses struct {
	r            *reading
	patterns     Patterns
	matched      map[*tagPattern]int
	environments map[string]bool
	refused      map[ledger.EnvironmentName]int
	assumed      int
	rest         []string
}

func newNearMisses(r *reading, p Patterns) *nearMisses {
	return &nearMisses{r: r, patterns: p, matched: map[*tagPattern]int{}, environments: map[string]bool{}, refused: map[ledger.EnvironmentName]int{}}
}

func (n *nearMisses) see(m tagMatch) {
	n.matched[m.pattern]++
	if m.environment != "" {
		n.environments[string(m.environment)] = true
	}
}

// report adds the problems, at most maxMisses of a kind one by one.
func (n *nearMisses) report() {
	const maxMisses = 50
	missed := 0
	for _, tag := range n.rest {
		origin := ledger.Origin{Repository: n.r.Repository, Tag: tag}
		switch pattern, moving := n.near(tag); {
		case pattern == "":
		case moving:
			n.r.report(ledger.LevelInfo, "moving-tag", &origin, "it says only what is there now, and its past is lost",
				"tag %s moves with the deployments, and is no record of one", tag)
		default:
			if missed++; missed <= maxMisses {
				n.r.report(ledger.LevelWarning, "near-miss", &origin, "rename the tag, or add a pattern that fits it",
					"tag %s nearly fits the pattern %s, and is not read as a deployment", tag, pattern)
			}
		}
	}
	if missed > maxMisses {
		n.r.report(ledger.LevelWarning, "near-miss", nil, "add a pattern that fits them", "%d more tags nearly fit the patterns, and are not read as deployments", missed-maxMisses)
	}
	for _, env := range sortedEnvironments(n.refused) {
		n.r.report(ledger.LevelInfo, "environment-not-listed", nil, "add it to the environments of the source if it should be shown",
			"%s of environment %q left out", counted(n.refused[env], "tag"), env)
	}
	if n.assumed > 0 {
		n.r.report(ledger.LevelInfo, "environment-assumed", nil, "set the environment of the source",
			"%s without an environment taken for %s", counted(n.assumed, "tag"), assumed)
	}
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func sortedEnvironments(m map[ledger.EnvironmentName]int) []ledger.EnvironmentName {
	out := make([]ledger.EnvironmentName, 0, len(m))
	for e := range m {
		out = append(out, e)
	}
	slices.Sort(out)
	return out
}

// movingWords are the last words of tags that move.
var movingWords = []string{"last", "latest", "current", "previous", "newest", "now", "head"}

// near gives the pattern that a tag nearly fits, and whether it is a tag that
// moves. Only patterns that other tags fit are considered, or that somebody
// wrote.
func (n *nearMisses) near(tag string) (pattern string, moving bool) {
	best := -1
	for i := range n.patterns {
		p := &n.patterns[i]
		if n.matched[p] < 3 && n.r.Pattern == "" {
			continue
		}
		rest, ok := n.afterBeginning(p, tag)
		if !ok {
			continue
		}
		// After an environment anything may follow, of which only a number or a
		// moving word is meant as a deployment; guessed patterns want it at once.
		body := strings.TrimLeft(rest, "/-_.")
		number := digits(body) > 0 || n.r.Pattern != "" && strings.ContainsAny(body, "0123456789")
		if p.literal == "" && !number && !slices.Contains(movingWords, strings.ToLower(body)) {
			continue
		}
		// Of several the one that most tags fit is named.
		if word := strings.Trim(rest, "/-_."); n.matched[p] > best {
			best, pattern = n.matched[p], p.text
			moving = word == "" || slices.Contains(movingWords, strings.ToLower(word)) || n.environments[word]
		}
	}
	if best >= 0 {
		return pattern, moving
	}
	if slices.Contains(movingWords, strings.ToLower(tag)) && len(n.matched) > 0 || n.environments[tag] {
		return "{environment}", true
	}
	return "", false
}

// afterBeginning cuts off how the tags of a pattern begin: its literal text,
// perhaps with a letter too much or too few, or an environment that was seen.
func (n *nearMisses) afterBeginning(p *tagPattern, tag string) (string, bool) {
	if p.literal == "" {
		longest, after := -1, ""
		for env := range n.environments { // the longest counts, in any order
			rest, ok := strings.CutPrefix(tag, env)
			if ok && rest != "" && strings.ContainsRune("/-_", rune(rest[0])) && len(env) > longest {
				longest, after = len(env), rest
			}
		}
		return after, longest >= 0 && strings.HasPrefix(p.text, "{environment}")
	}
	if rest, ok := strings.CutPrefix(tag, p.literal); ok {
		return rest, true
	}
	// deploys-2018 and deloy/production for deploy-: an edit of one letter, and
	// only where a number or the next part follows as it should.
	if len(p.literal) < 4 {
		return "", false
	}
	for _, size := range []int{len(p.literal) + 1, len(p.literal) - 1, len(p.literal)} {
		if size < len(tag) && oneLetter(tag[:size], p.literal) && tag[size-1] == p.literal[len(p.literal)-1] {
			return tag[size:], true
		}
	}
	return "", false
}

// oneLetter reports whether one letter more, less or other turns a into b.
func oneLetter(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i < len(a) && a[i+1:] == b[i+1:]
	}
	return a[i:] == b[i+1:]
}
