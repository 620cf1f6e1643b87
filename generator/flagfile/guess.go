package flagfile

import (
	"path"
	"regexp"
	"strings"

	"daylight/generator/decode"
)

// Guessed is a place in a home-made file that seems to hold flags, by the name of
// the place and by what the values are.
type Guessed struct {
	Path   []string // the names that lead to it; empty for the whole file
	Flags  int      // entries
	Format string   // "generic", or "catalogue" where descriptions stand in place of states
	// Below says that the names below a flag are environments.
	Below bool
	// Sure says that the name can mean nothing else: "feature_flags".
	Sure bool
	// Values are the words that the flags have, with what they mean, as [Shape]
	// has them; empty where all are words of ours.
	Values []string
}

var (
	guessSure   = regexp.MustCompile(`(?i)^([a-z]+[_-]?)?(features?[_-]?(flags?|toggles?|switches)|application[_-]?flags?|release[_-]?(flags?|toggles?))$`)
	guessMaybe  = regexp.MustCompile(`(?i)^(features|flags|toggles|experiments)$`)
	guessAny    = regexp.MustCompile(`(?i)(features?|flags?|toggles?|switches|experiments)["']?\]?\s*[:=\r\n]`)
	guessState  = regexp.MustCompile(`(?i)^(on|off|enabled?|disabled?|true|false|active|inactive|\d{1,3}(\.\d+)?%)$`)
	guessFields = []string{"enabled", "state", "status", "active", "percentage", "percent", "rollout"}
)

// GuessFlags looks for flags in a home-made file: maps called like flags whose
// values are nearly all states. They come in the order of the file.
func GuessFlags(name string, head []byte) []Guessed {
	stem := strings.TrimSuffix(path.Base(name), path.Ext(name))
	whole := guessSure.MatchString(stem)
	if !whole && !guessAny.Match(head) {
		return nil
	}
	docs, err := decode.Reader{MaxBytes: 1 << 20}.ByName(name, head)
	if err != nil {
		return nil
	}
	var out []Guessed
	for _, doc := range docs {
		if g, ok := guessAt(doc, nil, true); ok && whole && len(docs) == 1 {
			return []Guessed{g}
		}
		guessBelow(doc, nil, &out)
	}
	return out
}

// guessBelow looks at the maps in a map, not deeper than settings go.
func guessBelow(n *decode.Node, at []string, out *[]Guessed) {
	const deepest, most = 6, 100
	if !n.Is(decode.Map) || len(at) >= deepest || len(*out) >= most {
		return
	}
	for _, e := range lastOf(n.Entries) {
		there := append(at[:len(at):len(at)], e.Key)
		sure := guessSure.MatchString(e.Key)
		if sure || guessMaybe.MatchString(e.Key) {
			if g, ok := guessAt(e.Value, there, sure); ok {
				*out = append(*out, g)
				continue
			}
		}
		guessBelow(e.Value, there, out)
	}
}

// guessAt looks whether a map is one of flags. Of a hundred entries ninety must
// be understood; a name that may mean something else needs two, or a word that
// settings rarely have.
func guessAt(n *decode.Node, at []string, sure bool) (Guessed, bool) {
	if !n.Is(decode.Map) || len(n.Entries) == 0 {
		return Guessed{}, false
	}
	g := Guessed{Path: at, Format: "generic", Sure: sure}
	states, described, below, plain := 0, 0, 0, 0
	words := map[string]bool{}
	for _, e := range lastOf(n.Entries) {
		g.Flags++
		switch v := e.Value; {
		case v.Is(decode.Bool):
			states, plain = states+1, plain+1
		case isWord(v):
			text, _ := v.Str()
			words[text] = true
			states++
		case hasState(v):
			states++
		case allStates(v):
			states, below = states+1, below+1
		case isDescription(v):
			described++
		}
	}
	switch {
	case 100*states >= 90*g.Flags && (sure || states > 1 || len(words) > 0):
		g.Below = below > 0
		g.Values = meaningsOf(words)
		return g, true
	case sure && 100*described >= 90*g.Flags:
		g.Format = "catalogue"
		return g, true
	}
	return g, false
}

func isWord(v *decode.Node) bool {
	text, ok := v.Str()
	return ok && guessState.MatchString(text)
}

// hasState reports a map that says how a flag is set.
func hasState(v *decode.Node) bool {
	for _, field := range guessFields {
		if f := v.Get(field); f.Is(decode.Bool, decode.Number) || isWord(f) {
			return true
		}
	}
	return false
}

// allStates reports a map of environments.
func allStates(v *decode.Node) bool {
	if !v.Is(decode.Map) || len(v.Entries) == 0 {
		return false
	}
	for _, e := range v.Entries {
		if !e.Value.Is(decode.Bool) && !isWord(e.Value) {
			return false
		}
	}
	return true
}

// isDescription reports a text of several words, or a map that describes.
func isDescription(v *decode.Node) bool {
	if text, ok := v.Str(); ok {
		return strings.Contains(strings.TrimSpace(text), " ")
	}
	text, ok := v.Get("description").Str()
	return ok && text != ""
}

// meaningsOf says what words mean that are none of ours, both of a pair, since
// the other one comes sooner or later.
func meaningsOf(words map[string]bool) []string {
	var out []string
	for _, pair := range [][2]string{{"enabled", "disabled"}, {"Enabled", "Disabled"}, {"ENABLED", "DISABLED"}, {"enable", "disable"},
		{"active", "inactive"}, {"On", "Off"}, {"ON", "OFF"}, {"True", "False"}, {"TRUE", "FALSE"}} {
		if words[pair[0]] || words[pair[1]] {
			out = append(out, pair[0]+" = on", pair[1]+" = off")
		}
	}
	return out
}
