package wording_test

import (
	"strings"
	"testing"

	"daylight/generator/wording"
)

// TestLookingAround: a pattern may say what stands before it and behind it, and
// its match is without that.
func TestLookingAround(t *testing.T) {
	for _, c := range []struct{ name, rule, text, want string }{
		{"ahead", "extends: substitution\nmessage: \"'%s', not '%s'\"\nswap: {'it is(?!\\.)': it's}", "It it is so, as it is.", "'it's', not 'it is'"},
		{"ahead, of two", "extends: existence\nmessage: \"%s\"\nnonword: true\ntokens: ['\\b(?:eg|e\\.g\\.)(?=[\\s,;])']", "eg. this, e.g. that, eg so", "e.g.|eg"},
		{"behind", "extends: existence\nmessage: \"%s\"\nnonword: true\ntokens: ['(?<=\\s)-\\d+']", "a -5 b-6 -7", "-5|-7"},
		{"not behind", "extends: existence\nmessage: \"%s\"\ntokens: ['(?<!pre-)release', 'never(?= mind)']", "release, pre-release, never, never mind", "release|never"},
		{"both", "extends: existence\nmessage: \"%s\"\ntokens: ['(?<=a )b(?= c)']", "a b c, a b d, x b c", "b"},
		{"the longer key first", "extends: substitution\nmessage: \"%s\"\nswap: {roll: r, 'roll back(?! the)': b, 'roll back the release': u}",
			"roll back, roll back the release, roll back the flag", "b|u|r"},
	} {
		r := ruleOf(t, c.rule)
		var got []string
		for _, a := range wording.New([]wording.Rule{r}).Check(wording.Text{Source: c.text, Passages: wording.Plain(c.text, "txt")}) {
			got = append(got, a.Message)
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

// TestLookingInTheMiddle: what looks around itself within a pattern is told of.
func TestLookingInTheMiddle(t *testing.T) {
	for _, pattern := range []string{"a(?=b)c", "(a(?!b)|c)", "a|b(?=c)", "(?<=a", "x(?=(?=y))"} {
		r, ok, problems := wording.ParseRule("Test", "r.yml", []byte("extends: existence\nmessage: m\ntokens: ['"+pattern+"']"))
		if ok || len(problems) == 0 || !strings.Contains(problems[0].Message+problems[len(problems)-1].Message, "is left out") {
			t.Errorf("%s: %v %v %v", pattern, r, ok, problems)
		}
	}
}
