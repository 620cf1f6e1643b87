package detect

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"daylight/generator/deploylog"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// NotesRef is a ref of git notes, with some of its notes.
type NotesRef struct {
	Name   string // short: "deployments"
	Sample []history.Note
}

// NoteSource is a notes ref that seems to hold deployments.
type NoteSource struct {
	Ref     string
	Notes   int // that were looked at
	Records int // deployments in them
}

func (n NoteSource) sure() Sureness {
	switch {
	case n.Records > 0 && 2*n.Records >= n.Notes:
		return Sure
	case n.Records > 0:
		return Likely
	}
	return Guess
}

func (n NoteSource) why() string {
	if n.Records > 0 {
		return plural(n.Records, "record") + " in the " + plural(n.Notes, "note") + " that were looked at"
	}
	if n.Notes > 0 {
		return "the name of the notes ref, though no record was found in " + plural(n.Notes, "note")
	}
	return "the name of the notes ref"
}

// notes looks into the notes of each ref: what they hold counts, and where
// nothing was to be seen, the name of the ref.
func (f *Findings) notes(refs []NotesRef) {
	known := map[string]bool{}
	for _, ref := range refs {
		if known[ref.Name] {
			continue
		}
		known[ref.Name] = true
		if hydrated(ref) {
			f.Hydrated = ref.Name
			continue
		}
		notes := slices.Clone(ref.Sample)
		for i := range notes {
			notes[i].Lines = slices.Clone(notes[i].Lines)
			for k, at := range seen(len(notes[i].Lines)) {
				notes[i].Lines[k].FirstSeen = at
			}
		}
		records, _ := (deploylog.Notes{}).Read(deploylog.Input{Repository: "here", Notes: notes, Guessed: true, Environment: noteEnvironment(ref.Name)})
		n := NoteSource{Ref: ref.Name, Notes: len(ref.Sample), Records: len(records)}
		if n.Records > 0 || deployNotes(ref.Name) {
			f.Notes = append(f.Notes, n)
			for _, r := range records {
				f.environment(string(r.Environment), 1)
			}
		}
	}
	slices.SortFunc(f.Notes, func(a, b NoteSource) int { return cmp.Compare(a.Ref, b.Ref) })
}

// hydrated reports notes in which a source hydrator says what it rendered.
func hydrated(ref NotesRef) bool {
	if len(ref.Sample) == 0 {
		return ref.Name == deploylog.HydratorNotes
	}
	return slices.ContainsFunc(ref.Sample, func(n history.Note) bool { return strings.Contains(n.Text, `"drySha"`) })
}

// deployNotes reports the names that such refs have by habit.
func deployNotes(ref string) bool {
	switch strings.ToLower(path.Base(ref)) {
	case "deployments", "deployment", "deploys", "deploy":
		return true
	}
	return false
}

// noteEnvironment is the environment that a notes ref is named after, or "".
func noteEnvironment(ref string) ledger.EnvironmentName {
	if base := path.Base(ref); isEnvironment(base) {
		return ledger.EnvironmentName(base)
	}
	return ""
}

// MovingRefs are branches or tags that are moved to what environments run.
type MovingRefs struct {
	From         string // "branch" or "tag"
	Pattern      string // with {environment}
	Environments []string
	Refs         []string // sorted
	Sure         Sureness
}

func (m MovingRefs) why() string {
	what := map[string]string{"branch": "the branch ", "tag": "the tag "}[m.From]
	if len(m.Refs) > 1 {
		what = map[string]string{"branch": "the branches ", "tag": "the tags "}[m.From]
	}
	return what + strings.Join(m.Refs[:min(len(m.Refs), most)], ", ")
}

// movingWords are what stands before or after an environment in the name of a
// ref that follows it.
func movingPrefixes() []string {
	return []string{"deployed-to-", "deployed-", "deployed/", "deploy-", "deploy/", "environment/", "environments/", "env/", "envs/", "release-to-", "live-in-"}
}

// moving groups refs that say what an environment runs now. A ref called like
// an environment and nothing else may be a line of development: of branches only
// those are taken that name what users meet.
func (f *Findings) moving(in Input) {
	var list []MovingRefs
	add := func(from, ref, pattern, environment string, sure Sureness) {
		i := slices.IndexFunc(list, func(m MovingRefs) bool { return m.From == from && m.Pattern == pattern })
		if i < 0 {
			list = append(list, MovingRefs{From: from, Pattern: pattern, Sure: sure})
			i = len(list) - 1
		}
		m := &list[i]
		if !slices.Contains(m.Refs, ref) {
			m.Refs = append(m.Refs, ref)
		}
		if !slices.Contains(m.Environments, environment) {
			m.Environments = append(m.Environments, environment)
		}
	}
	for _, b := range in.Branches {
		short := strings.TrimPrefix(strings.TrimPrefix(b.Name, "refs/heads/"), "refs/remotes/origin/")
		if short == in.Branch {
			continue
		}
		if pattern, environment := movingName(short); pattern == "{environment}" && nearness(environment) <= 1 {
			add("branch", short, pattern, environment, Guess)
		} else if environment != "" && pattern != "{environment}" {
			add("branch", short, pattern, environment, Likely)
		}
	}
	for _, t := range in.Tags {
		pattern, environment := movingName(t.Name)
		for _, end := range []string{"/last", "/latest", "/current", "-current", "-latest"} {
			if name, ok := strings.CutSuffix(t.Name, end); ok && (environWhole(name) || end[0] == '/' && isEnvironment(name)) {
				pattern, environment = "{environment}"+end, name
			}
		}
		if environment != "" {
			add("tag", t.Name, pattern, environment, Likely)
		}
	}
	for i := range list {
		slices.Sort(list[i].Refs)
		slices.SortFunc(list[i].Environments, func(a, b string) int { return cmp.Or(cmp.Compare(nearness(a), nearness(b)), cmp.Compare(a, b)) })
		if list[i].Sure == Guess {
			continue
		}
		for _, e := range list[i].Environments {
			f.environment(e, 1)
		}
	}
	slices.SortFunc(list, func(a, b MovingRefs) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Pattern, b.Pattern))
	})
	f.Moving = list
}

// movingName takes the name of a ref apart: "deployed-to-production" is
// "deployed-to-{environment}". Both are "" where it follows no environment.
func movingName(ref string) (pattern, environment string) {
	for _, prefix := range movingPrefixes() {
		if rest, ok := strings.CutPrefix(ref, prefix); ok && environWhole(rest) {
			return prefix + "{environment}", rest
		}
	}
	if environWhole(ref) {
		return "{environment}", ref
	}
	return "", ""
}

// environWhole reports a name that is an environment's and nothing else: a word
// more, and it is as likely the branch of a ticket.
func environWhole(name string) bool {
	return environWord.MatchString(name) || plainName.MatchString(name)
}
