package story

import (
	"slices"
	"strings"

	"daylight/generator/ledger"
)

// Subject is what a story is about: exactly one field is set, and points into
// the ledger of the [Teller].
type Subject struct {
	Change     *ledger.Change
	Version    *ledger.Version
	Flag       *ledger.Flag
	Deployment *ledger.Deployment
}

// Story is a heading and its sections, in the order in which they are read.
type Story struct {
	Kind    string `json:"kind"`    // change, version, flag, deployment
	ID      string `json:"id"`      // of the subject, as the ledger writes it
	Heading string `json:"heading"` // one line, untrusted
	// Subtitle tells what kind of thing it is and which: one line, or "".
	Subtitle string    `json:"subtitle"`
	Sections []Section `json:"sections"`
}

// Section is a part of a story, with at least one line.
type Section struct {
	Heading string `json:"heading"`
	Lines   []Line `json:"lines"`
}

// String names the subject: "change 3fa9c1e2b4d5 basket: new layout".
func (s Subject) String() string {
	switch {
	case s.Change != nil:
		return "change " + string(s.Change.ID) + " of " + clean(string(s.Change.Repository)) + ": " + clean(s.Change.Title)
	case s.Version != nil:
		return "version " + clean(string(s.Version.Name)) + ofComponent(s.Version.Component) + " in " + clean(string(s.Version.Repository))
	case s.Flag != nil:
		return "flag " + clean(string(s.Flag.Key))
	case s.Deployment != nil:
		return "deployment " + clean(s.Deployment.ID)
	default:
		return "nothing"
	}
}

// Explain tells the whole story of a subject: where it is, who sees it, since
// when, and on what evidence. The zero Subject gives the zero Story.
func (t *Teller) Explain(s Subject) Story {
	var story Story
	switch {
	case s.Change != nil:
		story = t.explainChange(s.Change)
	case s.Version != nil:
		story = t.explainVersion(s.Version)
	case s.Flag != nil:
		story = t.explainFlag(s.Flag)
	case s.Deployment != nil:
		story = t.explainDeployment(s.Deployment)
	}
	story.Sections = slices.DeleteFunc(story.Sections, func(x Section) bool { return len(x.Lines) == 0 })
	return story
}

// Find lists what a person may mean by an argument, in the order changes,
// versions, flags, deployments, and within each in that of the ledger. It takes
// "#123" or "!123" for a pull request ("shop#123" for that of a repository), a commit or its first digits (4 at
// least) for the change that holds it, the name of a version, the key of a
// flag, and the id of a deployment. An exact name hides commits that merely
// begin with it. Nothing found is an empty list; several mean that the argument
// is ambiguous.
func Find(l *ledger.Ledger, arg string) []Subject {
	x := ledger.NewIndex(l)
	var out []Subject
	repository, number := "", arg
	if i := strings.LastIndexAny(arg, "#!"); i > 0 {
		repository, number = arg[:i], arg[i:]
	}
	if n, ok := pullRequest(number); ok {
		for _, c := range x.ChangesOfPullRequest(n) {
			if repository == "" || string(c.Repository) == repository {
				out = append(out, Subject{Change: c})
			}
		}
		return out
	}
	for _, v := range x.Versions(ledger.VersionName(arg)) {
		out = append(out, Subject{Version: v})
	}
	if f := x.Flag(ledger.FlagKey(arg)); f != nil {
		out = append(out, Subject{Flag: f})
	}
	if d := x.Deployment(arg); d != nil {
		out = append(out, Subject{Deployment: d})
	}
	if len(out) == 0 {
		for _, c := range x.ChangesByPrefix(arg) {
			out = append(out, Subject{Change: c})
		}
	}
	return out
}

// pullRequest reads "#123", "!123" and "pr/123".
func pullRequest(arg string) (int, bool) {
	for _, prefix := range []string{"#", "!", "pr/"} {
		if rest, ok := strings.CutPrefix(arg, prefix); ok && rest != "" && len(rest) < 10 && strings.Trim(rest, "0123456789") == "" {
			n := 0
			for _, d := range rest {
				n = 10*n + int(d-'0')
			}
			return n, true
		}
	}
	return 0, false
}

func ofComponent(k ledger.ComponentName) string {
	if k == "" {
		return ""
	}
	return " of " + clean(string(k))
}
