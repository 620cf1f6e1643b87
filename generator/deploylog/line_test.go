package deploylog

import (
	"strings"
	"testing"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

func percent(s string) *ledger.Percent {
	p, err := ledger.ParsePercent(s)
	if err != nil {
		panic(err)
	}
	return &p
}

// target is the commit of the notes in these tests.
var target = ledger.Hash(hashOf("a"))

func inNote() Input {
	return Input{Repository: "shop", Resolve: func(ref string) Resolution {
		if ref == "v1.4.0" {
			return Resolution{Resolved, target}
		}
		return Resolution{}
	}}
}

func TestALineIsSpeltAsWeSpellIt(t *testing.T) {
	at := mustTime(t, "2026-03-03T10:00:00+01:00")
	for name, c := range map[string]struct {
		line Line
		to   ledger.Hash
		want string
	}{
		"a deployment on its commit": {Line{Environment: "production", FinishedAt: at}, target,
			`{"environment":"production","status":"succeeded","finished_at":"2026-03-03T09:00:00Z"}`},
		"words of other systems": {Line{Environment: "production", Status: "failure", Kind: "Canary", Weight: percent("5"), FinishedAt: at}, target,
			`{"environment":"production","kind":"canary_step","status":"failed","weight":5,"finished_at":"2026-03-03T09:00:00Z"}`},
		"in a file, by version": {Line{Environment: "production", Version: "v1.4.0", Component: "api <1>", FinishedAt: at}, ledger.Hash{},
			`{"environment":"production","component":"api <1>","version":"v1.4.0","status":"succeeded","finished_at":"2026-03-03T09:00:00Z"}`},
	} {
		got, problems, err := c.line.Write(inNote(), c.to)
		if err != nil || len(problems) > 0 || got != c.want {
			t.Errorf("%s:\n got %s %v %v\nwant %s", name, got, problems, err, c.want)
		}
	}
}

func TestALineThatNobodyCouldReadIsNotWritten(t *testing.T) {
	at := mustTime(t, "2026-03-03T09:00:00Z")
	for rule, l := range map[string]Line{
		"unknown-status":      {Environment: "production", Status: "sucess", FinishedAt: at},
		"unknown-kind":        {Environment: "production", Kind: "rolback", FinishedAt: at},
		"no-environment":      {FinishedAt: at},
		"bad-url":             {Environment: "production", URL: "javascript:alert(1)", FinishedAt: at},
		"ends-before-start":   {Environment: "production", StartedAt: at.AddDate(0, 0, 1), FinishedAt: at},
		"unresolved-revision": {Environment: "production", Revision: "nowhere", FinishedAt: at},
	} {
		text, problems, err := l.Write(inNote(), target)
		if err != nil || text != "" || len(problems) == 0 || problems[0].Rule != rule {
			t.Errorf("%s: %q %v %v", rule, text, problems, err)
		}
	}
}

func TestRepeats(t *testing.T) {
	for name, c := range map[string]struct {
		line, earlier string
		want          bool
	}{
		"the same content":           {`{"environment":"p","at":"2026-03-03"}`, ` {"at": "2026-03-03", "environment": "p"}`, true},
		"another time":               {`{"environment":"p","at":"2026-03-03"}`, `{"environment":"p","at":"2026-03-04"}`, false},
		"the same id":                {`{"id":"7","environment":"p","at":"2026-03-03"}`, `{"id":7,"environment":"p","at":"2026-03-04","status":"success"}`, true},
		"the same id, how it ended":  {`{"id":"7","environment":"p","status":"failed"}`, `{"id":"7","environment":"p","status":"running"}`, false},
		"the same id, another place": {`{"id":"7","environment":"p"}`, `{"id":"7","environment":"q"}`, false},
		"a release is no deployment": {`{"id":"7","environment":"p","release":{}}`, `{"id":"7","environment":"p"}`, false},
		"words":                      {`{"environment":"p"}`, `deployed to p`, false},
	} {
		if got := Repeats(c.line, c.earlier); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestDeclaredReleases(t *testing.T) {
	text := strings.Join([]string{
		`{"environment":"production","release":"v1.4.0","at":"2026-03-01T09:00:00Z"}`, // a deployment in another system's words
		`{"release":{"version":"v1.4.0"},"environment":"production","at":"2026-03-05T09:00:00Z"}`,
		`{"release":{"change":"v1.4.0"},"environment":"production","percent":25,"at":"2026-03-02T09:00:00Z"}`,
		`{"release":{},"environment":"production","groups":["staff","beta"],"at":"2026-03-03T09:00:00Z"}`,
		`{"release":{"flag":"basket"},"environment":"production","percent":5,"groups":{"beta":50},"at":"2026-03-04T09:00:00Z"}`,
		`{"release":{"version":"v1.4.0"},"environment":"production","at":"2026-03-05T09:00:00Z","url":"https://x.example/2"}`,
	}, "\n")
	in := inNote()
	in.Notes = []history.Note{{Ref: "deployments", Target: history.Hash(target), Text: text}}
	records, releases, problems := ReadAll(Notes{}, in)
	if len(records) != 1 || len(problems) != 0 {
		t.Errorf("%d deployments, problems %v", len(records), problems)
	}
	var got []string
	for _, d := range releases {
		who := d.Percent.String()
		for _, g := range d.Groups {
			who += " " + g.Name + "=" + g.Percent.String()
		}
		commit := ""
		if d.Commit == target {
			commit = "<a>"
		}
		got = append(got, d.At.At.Format("01-02")+" "+string(d.Version)+string(d.Flag)+commit+" "+who)
	}
	want := "03-02 <a> 25\n03-03 <a> 0 beta=100 staff=100\n03-04 basket 5 beta=50\n03-05 v1.4.0 100"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	if n := len(releases[3].Origins); n != 2 {
		t.Errorf("what two lines declare has %d origins", n)
	}
	// Who asks for deployments only gets no release as one.
	if records, _ := (Notes{}).Read(in); len(records) != 1 {
		t.Errorf("%d deployments", len(records))
	}
}

func TestFaultsOfDeclaredReleases(t *testing.T) {
	for line, rule := range map[string]string{
		`{"release":{"version":"v1.4.0"},"at":"2026-03-01"}`:                                             "no-environment",
		`{"release":{"version":"v1.4.0"},"environment":"production"}`:                                    "release-without-time",
		`{"release":{"versoin":"v1.4.0"},"environment":"production","at":"2026-03-01"}`:                  "unknown-key",
		`{"release":{"version":"v1.4.0","flag":"x"},"environment":"production","at":"2026-03-01"}`:       "unclear-release",
		`{"release":{"version":["v1"]},"environment":"production","at":"2026-03-01"}`:                    "unreadable",
		`{"release":{"change":"nowhere"},"environment":"production","at":"2026-03-01"}`:                  "unresolved-revision",
		`{"release":{"flag":"x"},"environment":"production","percent":120,"at":"2026-03-01"}`:            "bad-percent",
		`{"release":{"flag":"x"},"environment":"production","groups":{"beta":"most"},"at":"2026-03-01"}`: "bad-groups",
		`{"release":{"flag":"x"},"environment":"production","groups":[["beta"]],"at":"2026-03-01"}`:      "bad-groups",
		`{"release":{},"environment":"production","at":"2026-03-01"}`:                                    "unclear-release",
		`{"release":{"flag":"x"},"environment":"production","at":"soon"}`:                                "bad-time",
	} {
		in := inNote()
		in.Files = []File{{Path: "log.jsonl", Data: []byte(line)}}
		_, releases, problems := ReadAll(JSONLines{}, in)
		if len(releases) != 0 || len(problems) == 0 || !strings.Contains(ruleList(problems), rule) {
			t.Errorf("%s: %v, problems %v", line, releases, problems)
		}
		for _, p := range problems {
			if p.Origins[0].File != "log.jsonl" || p.Origins[0].Line != 1 || p.Origins[0].Col < 1 {
				t.Errorf("%s: the place is %v", line, p.Origins[0])
			}
		}
	}
}

func ruleList(problems []ledger.Problem) string {
	var rules []string
	for _, p := range problems {
		rules = append(rules, p.Rule)
	}
	return strings.Join(rules, " ")
}

// Whatever a line holds, reading it as a release does not panic, what comes out
// has an environment, an instant and a place, and a line repeats itself.
func FuzzReleases(f *testing.F) {
	f.Add(`{"release":{"version":"v1.4.0"},"environment":"production","percent":25,"groups":{"beta":50},"at":"2026-03-02T09:00:00Z"}`)
	f.Add(`{"release":{},"environment":"production","groups":["a","a",""],"at":1772442000}`)
	f.Add(`{"release":{"change":7,"flag":null},"environment":["x"],"at":"soon"}`)
	f.Fuzz(func(t *testing.T, line string) {
		in := inNote()
		in.Notes = []history.Note{{Ref: "deployments", Target: history.Hash(target), Text: line}}
		_, releases, _ := ReadAll(Notes{}, in)
		for _, d := range releases {
			named := 0
			for _, is := range []bool{!d.Commit.IsZero(), d.Version != "", d.Flag != ""} {
				if is {
					named++
				}
			}
			if d.Environment == "" || d.At.At.IsZero() || len(d.Origins) == 0 || named != 1 || d.Percent.Lo > d.Percent.Hi {
				t.Errorf("%q gives %+v", line, d)
			}
		}
		if !Repeats(line, line) {
			t.Errorf("%q does not repeat itself", line)
		}
	})
}
