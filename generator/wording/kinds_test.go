package wording_test

import (
	"os"
	"strings"
	"testing"

	"daylight/generator/ledger"
	"daylight/generator/wording"
)

// ruleOf reads a rule that must be without fault.
func ruleOf(t *testing.T, yaml string) wording.Rule {
	t.Helper()
	r, ok, problems := wording.ParseRule("Test", "styles/Test/Rule.yml", []byte(yaml))
	if !ok || len(problems) > 0 {
		t.Fatalf("%s: %v", yaml, problems)
	}
	return r
}

// TestKinds shows each kind of rule on a text: the alerts are line:column and
// message.
func TestKinds(t *testing.T) {
	for _, c := range []struct{ name, rule, text, want string }{
		{"existence", "extends: existence\nmessage: no '%s'\ntokens: [foo, 'ba[rz]']", "A foo, a bar, foobar.", "1:3 no 'foo'|1:10 no 'bar'"},
		{"existence of raw", "extends: existence\nmessage: x\nnonword: true\nraw: ['fo', 'o+!']", "A fooo! here", "1:3 x"},
		{"exceptions", "extends: existence\nmessage: no '%s'\nignorecase: true\ntokens: [release]\nexceptions: [Helm release, RELEASE]",
			"A helm release, a Release, a RELEASE.", "1:19 no 'Release'"},
		{"substitution", "extends: substitution\nmessage: \"'%s', not '%s'\"\nswap: {'tog(?:gle|gles)': flag, roll back: go back, 'roll back the (release|flag)': un-release}",
			"toggle\nroll back the flag, roll\nback", "1:1 'flag', not 'toggle'|2:1 'un-release', not 'roll back the flag'|2:21 'go back', not 'roll back'"},
		{"what is right already", "extends: substitution\nmessage: '%s'\nignorecase: true\nswap: {github: GitHub}", "GitHub and Github", "1:12 GitHub"},
		{"occurrence, too many", "extends: occurrence\nmessage: '%s stops'\nscope: paragraph\nmax: 2\ntoken: '\\.'", "a. b. c.\n\nd.", "1:2 3 stops"},
		{"occurrence, too few", "extends: occurrence\nmessage: none\nmin: 1\ntoken: x", "x y\n\n  z y", "3:3 none"},
		{"repetition", "extends: repetition\nmessage: \"'%s' twice\"\nalpha: true\nignorecase: true\ntokens: ['[^\\s]+']", "The the end. End of of\nthat that", "1:1 'the' twice|1:18 'of' twice|2:1 'that' twice"},
		{"consistency", "extends: consistency\nmessage: \"'%s' beside the other\"\neither: {colour: color}", "A colour.\n\nA color.", "3:3 'color' beside the other"},
		{"conditional", "extends: conditional\nmessage: \"'%s' is not explained\"\nfirst: '\\b([A-Z]{2,4})\\b'\nsecond: '\\(([A-Z]{2,4})\\)'\nexceptions: [API]",
			"Mean time (MT) and MT, API, UAT.", "1:29 'UAT' is not explained"},
		{"capitalization", "extends: capitalization\nmessage: \"'%s' is a title\"\nmatch: $sentence\nexceptions: [Kubernetes]", "How To Deploy\n\nHow to deploy with Kubernetes", "1:1 'How To Deploy' is a title"},
		{"capitalization by pattern", "extends: capitalization\nmessage: m\nmatch: '^[A-Z]'", "how to\n\nHow to", "1:1 m"},
		{"limit", "extends: existence\nmessage: m\nlimit: 1\ntokens: [a]", "a a a", "1:1 m"},
		{"sentence", "extends: existence\nmessage: \"%s\"\nscope: sentence\ntokens: ['^Foo.*']", "Foo is e.g. one. Foo is two! bar foo.", "1:1 Foo is e.g. one|1:18 Foo is two! bar foo"},
		{"raw", "extends: existence\nmessage: m\nscope: raw\nnonword: true\ntokens: ['<!--']", "a <!-- b", "1:3 m"},
		{"summary", "extends: occurrence\nmessage: '%s'\nscope: summary\nmax: 1\ntoken: flag", "a flag\n\na flag", "1:3 2"},
	} {
		text := wording.Text{Source: c.text, Passages: wording.Plain(c.text, "txt")}
		var got []string
		for _, a := range wording.New([]wording.Rule{ruleOf(t, c.rule)}).Check(text) {
			a.Origin.File = ""
			got = append(got, strings.TrimPrefix(a.Origin.String(), ":")+" "+a.Message)
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, s, c.want)
		}
	}
}

// TestScopes: a rule reads what its scope selects and nothing else.
func TestScopes(t *testing.T) {
	source := "# X heading\n\nX paragraph with **X strong** and [X link](x).\n\n- X item\n\n> X quote\n\n| X head |\n| --- |\n| X cell |\n"
	for scope, want := range map[string]string{
		"":                         "heading paragraph strong link item quote head cell",
		"text":                     "heading paragraph strong link item quote head cell",
		"heading":                  "heading",
		"heading.h1":               "heading",
		"heading.h2":               "",
		"paragraph":                "paragraph strong link",
		"list":                     "item",
		"blockquote":               "quote",
		"table":                    "head cell",
		"table.header":             "head",
		"strong":                   "strong",
		"link":                     "link",
		"[heading, list]":          "heading item",
		"text & ~paragraph":        "heading item quote head cell",
		"text.md":                  "heading paragraph strong link item quote head cell",
		"'~heading & ~text'":       "strong link",
		"commit":                   "",
		"[blockquote & md, table]": "quote head cell",
	} {
		rule := "extends: existence\nmessage: m\ntokens: ['X (\\w+)']\n"
		if scope != "" {
			rule += "scope: " + scope + "\n"
		}
		var got []string
		for _, a := range wording.New([]wording.Rule{ruleOf(t, rule)}).Check(markdownText("a.md", source, ".md")) {
			got = append(got, strings.TrimPrefix(a.Match, "X "))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("scope %q reads %q, want %q", scope, s, want)
		}
	}
}

// TestSwitches: comments turn rules off where they stand, and not elsewhere.
func TestSwitches(t *testing.T) {
	rule := ruleOf(t, "extends: existence\nmessage: m\ntokens: ['x\\d']")
	source := "x1\n\n<!-- daylight off -->\n\nx2\n\n<!-- vale on -->\n\nx3 <!-- vale Test.Rule = NO -->x4<!-- vale Test.Rule = YES --> x5\n\n" +
		"<!-- vale Other.Rule = NO -->\n\nx6\n\n<!-- vale Test.Rule[\"x7\"] = NO -->\n\nx7 x8\n\n<!-- vale Test = NO -->\n\nx9\n"
	var got []string
	for _, a := range wording.New([]wording.Rule{rule}).Check(markdownText("a.md", source, ".md")) {
		got = append(got, a.Match)
	}
	if s := strings.Join(got, " "); s != "x1 x3 x5 x6 x8" {
		t.Errorf("found %s", s)
	}
}

// TestFaultyRules: a mistake is a problem with its place, and what is right in
// the rule still works.
func TestFaultyRules(t *testing.T) {
	for _, c := range []struct{ rule, want string }{
		{"extends: existence\nmessage: m\ntokens:\n  - good\n  - b(?!x)ad\n  - '('", "r.yml:5:5: the pattern \"b(?!x)ad\" is left out: it looks ahead or behind elsewhere than at its ends|r.yml:6:5: the pattern \"(\" is left out: missing closing ): `(`"},
		{"extends: spelling\nmessage: m", "r.yml:1:10: rules of the kind spelling are left out: they need a dictionary, a tagger or a program"},
		{"extends: nothing\nmessage: m", "r.yml:1:10: extends: unknown value \"nothing\""},
		{"message: m", "r.yml:1:1: the rule does not say which kind of rule it extends"},
		{"extends: existence\nmessage: m\nlevel: loud\ntokens: a\ncolour: red", "r.yml:3:8: level: unknown value \"loud\"|r.yml:5:1: the key \"colour\" is not known to rules of this kind"},
		{"extends: existence\ntokens: [a]", "r.yml:1:1: the rule has no message"},
		{"extends: existence\nmessage: m", "r.yml:1:1: the rule looks for nothing: it has no tokens that can be read"},
		{"- a", "r.yml:1:1: this is no rule"},
		{"a: [", "r.yml:1:1: "},
		{"extends: facts\nmessage: m\nabout: rumours", "r.yml:3:8: about: unknown value \"rumours\""},
	} {
		_, _, problems := wording.ParseRule("S", "r.yml", []byte(c.rule))
		var got []string
		for _, p := range problems {
			got = append(got, p.String())
		}
		if s := strings.Join(got, "|"); s != c.want && !(strings.HasSuffix(c.want, ": ") && strings.HasPrefix(s, c.want)) {
			t.Errorf("%q:\n got %s\nwant %s", c.rule, s, c.want)
		}
	}
	r, ok, _ := wording.ParseRule("S", "r.yml", []byte("extends: existence\nmessage: m\ntokens: [good, 'b(?!x)ad']"))
	if got := matches(r, "good, bad"); !ok || len(got) != 1 || got[0] != "good" {
		t.Errorf("a rule with one bad pattern finds %q", got)
	}
}

// TestApply: levels are changed by rule and by style, the later setting wins.
func TestApply(t *testing.T) {
	rules, problems := wording.Apply(shipped(t), []wording.Setting{
		{Rule: "Daylight", Level: "off"}, {Rule: "Daylight.MttrTerm", Level: "error"}, {Rule: "Daylight.Nothing", Level: "error"},
	})
	if len(rules) != 1 || rules[0].Name != "Daylight.MttrTerm" || rules[0].Level != wording.Error {
		t.Errorf("rules %v", rules)
	}
	if len(problems) != 1 || problems[0].Message != `there is no rule "Daylight.Nothing"` || problems[0].Level != ledger.LevelWarning {
		t.Errorf("problems %v", problems)
	}
}

// TestExtend: words of the project are added to the rules that grow.
func TestExtend(t *testing.T) {
	rules := wording.WithSwaps(shipped(t), "Daylight.UndefinedTerm", map[string]string{"basket": "cart", "big basket": "trolley"})
	rules = wording.WithWords(rules, "Daylight.InternalTermForCustomers", []string{"basket-v2", "a.b"})
	source := "Big baskets and baskets, basket-v2, a.b, axb."
	var got []string
	for _, a := range wording.New(rules).Check(wording.Text{Source: source, Passages: wording.Plain(source, "public")}) {
		got = append(got, a.Match)
	}
	if s := strings.Join(got, "|"); s != "Big baskets|baskets|basket-v2|basket|a.b" {
		t.Errorf("found %s", s)
	}
	for _, f := range wording.ExportVale(rules, []string{"notes/*.md"}) {
		switch f.Path {
		case "styles/Daylight/UndefinedTerm.yml":
			if !strings.Contains(string(f.Data), `  'big\s+basket(?:e?s)?': 'trolley'`) {
				t.Errorf("%s", f.Data)
			}
		case ".vale.ini":
			if !strings.Contains(string(f.Data), "\n[notes/*.md]\nDaylight.InternalTermForCustomers = YES\n") {
				t.Errorf("%s", f.Data)
			}
		}
	}
}

// FuzzParseRule: any file gives a rule or says why not, with a place inside it,
// and a rule can be run and exported.
func FuzzParseRule(f *testing.F) {
	f.Add("extends: existence\nmessage: '%s'\ntokens: [a, 'b+']\nexceptions: [c]")
	f.Add("extends: substitution\nmessage: '%s %s %[9]s'\nswap: {a: b, 'c(d)': e}")
	f.Add("extends: capitalization\nmessage: '%'\nmatch: $title")
	f.Fuzz(func(t *testing.T, data string) {
		r, ok, problems := wording.ParseRule("S", "r.yml", []byte(data))
		for _, p := range problems {
			if p.Origins[0].Line > strings.Count(data, "\n")+1 {
				t.Errorf("%v lies outside the file", p)
			}
		}
		if !ok {
			return
		}
		source := "A release of the canary. Deployed deployed twice.\n\nAgain."
		for _, a := range wording.New([]wording.Rule{r}).Check(wording.Text{Source: source, Passages: wording.Plain(source, "md")}) {
			if a.Origin.Line < 1 || a.Origin.Col < 1 {
				t.Errorf("%+v", a)
			}
		}
		wording.ExportVale([]wording.Rule{r}, nil)
	})
}

// TestNeeds: what is asked for before an expression runs never hides a match.
func TestNeeds(t *testing.T) {
	with := shipped(t)
	for _, file := range []string{"testdata/vale/changes/examples.md", "testdata/vale/changes/scopes.md"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source := string(data) + strings.ToUpper(string(data))
		text := markdownText(file, source, ".md.public")
		quick := len(wording.New(with).Check(text))
		if slow := len(wording.New(wording.WithoutNeeds(with)).Check(text)); quick != slow || quick < 20 {
			t.Errorf("%s: %d alerts, and %d without looking first", file, quick, slow)
		}
	}
}
