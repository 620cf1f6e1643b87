package facts_test

import (
	"strings"
	"testing"
	"time"

	"daylight/generator/facts"
	"daylight/generator/ledger"
)

// life reads "basket shop 1-5 staging production"; an open end is a life that
// goes on, and an exclamation mark says that it ships with a build.
func life(t *testing.T, text string) facts.Span {
	t.Helper()
	words := strings.Fields(text)
	day := func(s string) time.Time {
		if s == "" {
			return time.Time{}
		}
		at, err := time.Parse("2", s)
		if err != nil {
			t.Fatal(err)
		}
		return at.AddDate(2026, 0, 0)
	}
	begin, end, _ := strings.Cut(words[2], "-")
	s := facts.Span{Base: ledger.FlagKey(words[0]), FlagSpan: ledger.FlagSpan{
		Repository: ledger.RepositoryName(strings.TrimSuffix(words[1], "!")), Begin: day(begin), End: day(end)}}
	if strings.HasSuffix(words[1], "!") {
		s.Effect = ledger.EffectDeployment
	}
	for _, env := range words[3:] {
		s.Environments = append(s.Environments, ledger.EnvironmentName(env))
	}
	return s
}

func TestNumber(t *testing.T) {
	for _, c := range []struct{ about, lives, want string }{
		{"an environment each", "basket live 1- production; basket tests 2- staging", "basket basket"},
		{"the same environment", "basket live 1- production; basket other 2- production", "basket basket#2"},
		{"a second life", "basket shop 1-3 production; basket shop 4- production", "basket basket#2"},
		{"a second life beside one that goes on", "basket tests 1-3 staging; basket tests 5- staging; basket live 2- production", "basket basket basket"},
		{"one after the other", "basket tests 1-3 staging; basket live 5- production", "basket basket#2"},
		{"moved from one to the other", "basket tests 1-3 staging; basket live 3- production", "basket basket"},
		{"a general word beside an own one", "basket shop 1- ; basket live 2- production", "basket basket"},
		{"ships with two builds", "basket shop! 1- production; basket api! 1- staging", "basket basket#2"},
		{"ships with one build, from two files", "basket shop! 1- production; basket shop! 1- staging", "basket basket"},
		{"one on merge, one with the build", "basket shop 1- production; basket shop! 1- staging", "basket basket#2"},
		{"the first source has the first number", "basket live 5- production; basket other 1- production", "basket basket#2"},
		{"others", "basket live 1- production; search live 1- production", "basket search"},
	} {
		var list []facts.Span
		for _, text := range strings.Split(c.lives, ";") {
			s := life(t, text)
			if len(s.Environments) == 0 {
				s.Environments = []ledger.EnvironmentName{""}
			}
			list = append(list, s)
		}
		var got []string
		for _, key := range facts.Number(list) {
			got = append(got, string(key))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %s, want %s", c.about, strings.Join(got, " "), c.want)
		}
	}
}
