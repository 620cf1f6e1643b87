package pages

import (
	"regexp"
	"strings"
	"time"

	"daylight/generator/chart"
	"daylight/generator/ledger"
	"daylight/generator/story"
)

// StartPage tells newcomers the vocabulary as one story, with a change of this
// repository as the example.
type StartPage struct {
	Frame
	Change   Link // the example; empty when there is no change yet
	Request  Link
	Way      *chart.Picture
	Chapters []Chapter
	Next     []ExampleItem
}

// Chapter is a part of the story.
type Chapter struct {
	ID    string
	Title string
	Text  []string // paragraphs; their terms are linked
	Here  []StartLine
	None  string // what is said where the example has nothing of the kind
}

// StartLine is what happened to the example.
type StartLine struct {
	At   Stamp
	Text string
	Link Link // to the evidence, or empty
}

func (t *team) startPage() Page {
	p := at("/start/")
	page := &StartPage{Frame: t.frame(p, "start", "Start here", "/glossary/")}
	page.Description = "Deployed, dark, released: the words of this site, told with one change."
	page.Crumbs = []Link{{"Glossary", p.to("/glossary/")}}
	i, ok := t.richest()
	var c *ledger.Change
	if ok {
		c = &t.l.Changes[i]
		page.Change, page.Request = t.changeLink(p, i), t.requestLink(c)
		states := t.statesOf(c)
		statuses := make([]StatusLine, len(states))
		for k, in := range states {
			statuses[k] = t.statusLine(p, c, in)
		}
		page.Way = t.way(c, states, statuses)
	}
	page.Chapters = []Chapter{t.mergedChapter(p, c), t.deployedChapter(p, c), t.darkChapter(c), t.releasedChapter(c), t.backChapter(p, c, i)}
	page.Next = []ExampleItem{
		{Link{"The board", p.to("/")}, "What runs where now, what is dark, and what reaches users step by step."},
		{Link{"Dark changes", p.to("/dark/")}, "All that is deployed and that nobody can see."},
		{Link{"Glossary", p.to("/glossary/")}, "Every word, what it is confused with, and its examples here."},
		{Link{"Feeds", p.to("/feeds/")}, "To be told when something is deployed or released."},
	}
	return made(p.path, "start", page)
}

// richest chooses the change with which most can be told: the one with the most
// kinds of moves where users are, then one behind a flag, in a version, and
// deployed to other environments before. Of those, one that is about what users
// get, and that waited: dates that are equal teach nothing. Of equals the newest
// is taken.
func (t *team) richest() (int, bool) {
	best, most := -1, -1
	for _, i := range t.order {
		c := &t.l.Changes[i]
		kinds, score := map[ledger.MoveKind]bool{}, 0
		for k := range c.Environments {
			in := &c.Environments[k]
			if !t.watched[in.Environment] {
				if in.Deployed.Known() {
					score++
				}
				continue
			}
			for _, m := range in.Moves {
				kinds[m.Kind] = true
			}
		}
		score = 10*len(kinds) + min(score, 3)
		if gate(c) != "" {
			score += 5
		}
		if c.Version != "" {
			score += 2
		}
		if score = 16*score + t.telling(c); score > most {
			best, most = i, score
		}
	}
	return best, best >= 0
}

// upkeep are titles of changes that users never learn of.
var upkeep = regexp.MustCompile(`(?i)^(?:[\w()/-]+: )?(?:bump|upgrade|update|pin|merge|releas\w*|prepare)\b`)

// telling says how well a change serves as an example, from 0 to 12, by what it
// is about: those who read it know the last year.
func (t *team) telling(c *ledger.Change) int {
	n := 0
	if v, ok := t.versionOf(c); ok && c.Merged != nil && v.At.Sub(*c.Merged) >= 24*time.Hour {
		n += 4
	}
	switch c.Type {
	case "feat":
		n += 2
	case "fix", "perf":
		n++
	}
	if c.PullRequest > 0 {
		n++
	}
	if c.Note != nil {
		n += 2
	}
	if c.Merged != nil && t.l.AsOf.Sub(*c.Merged) < 365*24*time.Hour {
		n += 3
	}
	if c.Internal || upkeep.MatchString(c.Title) {
		return 0
	}
	return n
}

// whereVersionsCount is said where nothing records deployments or flags.
const whereVersionsCount = "In this repository nobody records deployments or flags: users install a version by themselves, so that a change counts as deployed and released on the day of its version. Where a team runs the software for its users, these are two days."

func (t *team) mergedChapter(p place, c *ledger.Change) Chapter {
	ch := Chapter{ID: "merged", Title: "1. Merged: it is in the code", Text: []string{
		"Work arrives as changes. A change is one reviewable piece of work, and it has a life of its own: merged on one day, deployed on another, released on a third.",
		"When it is merged, it is on the mainline and nowhere else. Sooner or later a version gives that point in history a name.",
	}, None: "No change has been merged here yet."}
	if c == nil {
		return ch
	}
	if c.Merged != nil {
		ch.Here = append(ch.Here, StartLine{At: t.stamp(*c.Merged), Text: "Merged: it is in the code, and runs nowhere."})
	}
	if v, ok := t.versionOf(c); ok {
		ch.Here = append(ch.Here, StartLine{At: t.stamp(v.At), Text: "First in a version.", Link: t.versionLink(p, c.Repository, v.Name)})
	}
	return ch
}

// deployedChapter tells of each environment that ran it, users' last.
func (t *team) deployedChapter(p place, c *ledger.Change) Chapter {
	ch := Chapter{ID: "deployed", Title: "2. Deployed: it runs somewhere", Text: []string{
		"A deployment puts a revision into an environment. It is a technical act: computers run other code than before, and that is all it says.",
		"Environments have a tier. What runs in staging is tried out by the team; only in production do real users meet it, if anything lets them.",
	}, None: "It is deployed nowhere yet."}
	if c == nil {
		return ch
	}
	if t.byVersion {
		ch.Text = append(ch.Text, whereVersionsCount)
	}
	var users []StartLine
	for k := range c.Environments {
		in := &c.Environments[k]
		if !in.Deployed.Known() {
			continue
		}
		if t.byVersion {
			users = append(users, StartLine{At: t.stamp(in.Deployed.At), Text: "Published with its version, which counts as deployed here."})
			continue
		}
		line := StartLine{At: t.stamp(in.Deployed.At), Text: "Deployed to " + tidy(in.Environment) + " (" + basisWords(in.Deployed.Basis) + ").", Link: t.environmentLink(p, in.Environment)}
		if t.watched[in.Environment] {
			users = append(users, line)
		} else if len(ch.Here) < mostExamples {
			ch.Here = append(ch.Here, line)
		}
	}
	ch.Here = append(ch.Here, users...)
	return ch
}

func (t *team) darkChapter(c *ledger.Change) Chapter {
	ch := Chapter{ID: "dark", Title: "3. Dark: deployed, and nobody sees it", Text: []string{
		"Between deployed and released, a change is dark. Usually a feature flag is in front of it: a switch that the running program asks for each user, and that says no.",
		"Dark is not a fault. It is how teams deploy every day and still choose the day on which users get something. But what stays dark for months is work that has cost its price and helps nobody.",
	}, None: "It was never dark: users had it as soon as it was deployed."}
	switch {
	case c == nil:
		ch.None = "Nothing is dark here."
		return ch
	case t.byVersion:
		ch.None = "Nothing is ever dark here, since no deployment and no flag is recorded."
		return ch
	}
	for k := range c.Environments {
		in := &c.Environments[k]
		if !t.watched[in.Environment] {
			continue
		}
		if s := t.darkFor(in.State); s != "" && s != "at once" {
			text := capital(s) + " in " + tidy(in.Environment)
			if g := gate(c); g != "" {
				text += ", behind flag " + oneLine(string(g))
			}
			ch.Here = append(ch.Here, StartLine{At: t.stamp(in.Deployed.At), Text: text + "."})
		}
	}
	return ch
}

func (t *team) releasedChapter(c *ledger.Change) Chapter {
	ch := Chapter{ID: "released", Title: "4. Released: users can see it", Text: []string{
		"A release is a decision that takes effect: from now on users, some or all of them, can see and use the change. Turning a flag needs no deployment.",
		"It is often done in steps. While a group or a share of the users has it, the change is limited; when everybody has it, it is released. This is a gradual rollout, and what grows is the exposure.",
	}, None: "Nobody has it yet."}
	ch.Here = t.movesOf(c, ledger.MoveExposed, ledger.MoveWidened, ledger.MoveReleased)
	return ch
}

// backChapter tells what was taken back: of the example, else of another change.
func (t *team) backChapter(p place, c *ledger.Change, i int) Chapter {
	ch := Chapter{ID: "back", Title: "5. And back: four ways, which are not the same", Text: []string{
		"An un-release takes a change from users while its code stays deployed. A rollback makes an earlier version live again, and takes everything with it that came since. A revert is a commit that undoes another one, and changes nothing for anybody until it is deployed. To roll forward is to fix it with something newer.",
	}, None: "Nothing was ever taken back here."}
	back := []ledger.MoveKind{ledger.MoveNarrowed, ledger.MoveUnReleased, ledger.MoveRolledBack, ledger.MoveReverted, ledger.MoveReturned, ledger.MoveReapplied}
	if ch.Here = t.movesOf(c, back...); len(ch.Here) > 0 {
		return ch
	}
	for _, s := range t.standing(ledger.StatusUnReleased, ledger.StatusRolledBack, ledger.StatusReverted) {
		if s.change != i && len(ch.Here) < 3 {
			ch.Here = append(ch.Here, StartLine{At: t.stamp(s.since), Text: "Another change: " + lowerFirst(t.tell.Status(&t.l.Changes[s.change], s.in.Environment)), Link: t.changeLink(p, s.change)})
		}
	}
	return ch
}

// movesOf gives the sentences of moves of these kinds where users are, oldest
// first within an environment.
func (t *team) movesOf(c *ledger.Change, kinds ...ledger.MoveKind) []StartLine {
	if c == nil {
		return nil
	}
	var out []StartLine
	for k := range c.Environments {
		in := &c.Environments[k]
		if !t.watched[in.Environment] {
			continue
		}
		var lines []story.Line
		for m := range in.Moves {
			for _, kind := range kinds {
				if in.Moves[m].Kind == kind {
					lines = append(lines, t.tell.Move(c, in, m))
				}
			}
		}
		for _, l := range lines {
			line := StartLine{Text: l.Text}
			if l.At != nil {
				line.At = t.stamp(*l.At)
			}
			out = append(out, line)
		}
	}
	return out
}

// lowerFirst makes a sentence go on after a colon.
func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
