package wording_test

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"daylight/content"
	"daylight/generator/glossary"
	"daylight/generator/ledger"
	"daylight/generator/wording"
)

// shipped are the rules that ship.
func shipped(t *testing.T) []wording.Rule {
	t.Helper()
	rules, problems := wording.LoadStyles(content.Files, "wording")
	for _, p := range problems {
		t.Errorf("%v", p)
	}
	return rules
}

func TestTwentyFourRulesShip(t *testing.T) {
	rules := shipped(t)
	facts := 0
	for _, r := range rules {
		if !strings.HasPrefix(r.Name, "Daylight.") || r.Message == "" {
			t.Errorf("%s: message %q", r.Name, r.Message)
		}
		if r.Facts() {
			facts++
		}
	}
	if len(rules) != 24 || facts != 3 {
		t.Errorf("%d rules, %d of them of facts; want 24 and 3", len(rules), facts)
	}
}

// TestExamples runs each rule on its own examples.
func TestExamples(t *testing.T) {
	rules := map[string]wording.Rule{}
	for _, r := range shipped(t) {
		rules[strings.TrimPrefix(r.Name, "Daylight.")] = r
	}
	data, err := os.ReadFile("testdata/examples.txt")
	if err != nil {
		t.Fatal(err)
	}
	good, bad := map[string]int{}, map[string]int{}
	name := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		mark, sentence, _ := strings.Cut(line, " ")
		switch mark {
		case "#":
			name = sentence
			if rules[name].Name == "" {
				t.Errorf("there is no rule %s", name)
			}
		case "+":
			bad[name]++
			want := sentence[strings.Index(sentence, "<")+1 : strings.LastIndex(sentence, ">")]
			got := matches(rules[name], strings.NewReplacer("<", "", ">", "").Replace(sentence))
			if !slices.Equal(got, []string{want}) {
				t.Errorf("%s finds %q in %q, want %q", name, got, sentence, want)
			}
		case "-":
			good[name]++
			if got := matches(rules[name], sentence); len(got) > 0 {
				t.Errorf("%s finds %q in %q, want nothing", name, got, sentence)
			}
		}
	}
	for short, r := range rules {
		if !r.Facts() && (good[short] == 0 || bad[short] == 0) {
			t.Errorf("%s has %d examples of what it finds and %d of what it lets pass", short, bad[short], good[short])
		}
	}
}

func matches(r wording.Rule, sentence string) []string {
	text := wording.Text{Source: sentence, Passages: wording.Plain(sentence, "public")}
	var out []string
	for _, a := range wording.New([]wording.Rule{r}).Check(text) {
		out = append(out, a.Match)
	}
	return out
}

// TestWordsThatAreNeverFlagged: names of other things, in which the words mean
// what those things call themselves.
func TestWordsThatAreNeverFlagged(t *testing.T) {
	l := wording.New(shipped(t))
	for _, s := range []string{
		"Upgrade the Helm release, then read the GitHub release and the Sentry release.",
		"The release branch is cut, the release candidate promoted, the press release sent.",
		"Read the release notes of the release train; the release flag is gone.",
		"The v1.2 release is on the package registry.",
		"Deployed to production on 3 March 2026 and released on 14 March 2026.",
	} {
		for _, a := range l.Check(wording.Text{Source: s, Passages: wording.Plain(s, "md")}) {
			t.Errorf("%q: %s: %s", s, a.Check, a.Message)
		}
	}
}

// TestSynonymsLeadToTerms: what the rule tells people to write has a page.
func TestSynonymsLeadToTerms(t *testing.T) {
	dir, err := fs.Sub(content.Files, "glossary")
	if err != nil {
		t.Fatal(err)
	}
	terms, _ := glossary.Load(dir)
	m := glossary.NewMatcher(terms)
	for _, s := range []string{"The feature switch is off.", "After go-live.", "A phased rollout.", "A dark deployment."} {
		for _, r := range shipped(t) {
			if r.Name != "Daylight.UndefinedTerm" {
				continue
			}
			alerts := wording.New([]wording.Rule{r}).Check(wording.Text{Source: s, Passages: wording.Plain(s, "md")})
			if len(alerts) != 1 || len(m.Find(alerts[0].Instead[0])) != 1 {
				t.Errorf("%q: %v leads to no term", s, alerts)
			}
		}
	}
}

// TestPlaces: lines and columns are those of the source, also when the passage
// stands inside another file.
func TestPlaces(t *testing.T) {
	source := "A title\n\nÜber all, it was\n  released to staging.\n"
	text := wording.Text{Origin: ledger.Origin{File: "a.txt", Line: 10}, Source: source, Passages: wording.Plain(source, "txt")}
	text.Passages[1] = wording.Passage{Scope: text.Passages[1].Scope, Text: "Über all, it was released to staging.",
		Pieces: []wording.Piece{{At: 0, Source: 9}, {At: 18, Source: 29}}}
	alerts := wording.New(shipped(t)).Check(text)
	if len(alerts) != 1 || alerts[0].Origin.String() != "a.txt:13:3" || alerts[0].Line != "  released to staging." || alerts[0].EndCol != 22 {
		t.Errorf("alerts %+v", alerts)
	}
}
