package pages

import (
	"strconv"

	"daylight/generator/stale"
	"daylight/generator/story"
)

// CareList names flags that need somebody, for one reason.
type CareList struct {
	ID    string // of its heading
	Title string
	About string // what to do
	Rows  []CareRow
	Count int // of all entries
	More  int // entries that are not listed
	Open  bool
}

// CareRow is a flag on such a list.
type CareRow struct {
	Link           // Href is "" for a key that no manifest has
	Text    string // "production · 25 %"
	Since   Stamp
	Until   Stamp
	Origins []OriginView
}

// mostCare is how many entries of a list are shown; data/stale.json has all.
const mostCare = 30

// shownCare is how many entries a list has at most that is open from the start.
const shownCare = 3

// careWords are the headings of the lists and what to do.
func careWords(kind stale.Kind, days int) (title, about string) {
	n := strconv.Itoa(days)
	switch kind {
	case stale.OnForEveryone:
		return "On for everyone", "Nothing moved them for " + n + " days: take the guard out of the code, then the flag out of the manifest."
	case stale.OffForEveryone:
		return "Off for everyone", "Nothing moved them for " + n + " days: release what is behind them, or take it away."
	case stale.Expired:
		return "Past their expiry", "Their entry gives a date that has passed."
	case stale.NoOwner:
		return "Without an owner", "Other flags name one; here nobody knows whom to ask."
	case stale.NotInCode:
		return "In no code", "A manifest has them, and the newest code does not ask for them."
	case stale.NotInManifest:
		return "In no manifest", "A commit, the code or coderefs.yaml names them, and no manifest has them: what is behind them counts as hidden."
	case stale.Undeployed:
		return "Exposed without a deployment", "They let somebody in where none of their changes runs: nobody sees anything of it yet."
	case stale.ReleasedByRemoval:
		return "Released by removal", "They were taken away while not everybody had them. Where the guard went from the code, that deployment was the release."
	case stale.InNoVersion:
		return "Exposed in no version", "They let somebody in between two versions, and are in none of them."
	}
	return string(kind), ""
}

// careLists shows the report on the page of flags.
func (t *team) careLists(p place) []CareList {
	var out []CareList
	for _, list := range t.in.Stale.Lists {
		c := CareList{ID: "care-" + Segment(string(list.Kind)), Count: len(list.Entries)}
		c.Title, c.About = careWords(list.Kind, t.in.Stale.Days)
		for _, e := range list.Entries[:min(len(list.Entries), mostCare)] {
			c.Rows = append(c.Rows, t.careRow(p, list.Kind, e))
		}
		c.More, c.Open = c.Count-len(c.Rows), c.Count <= shownCare
		out = append(out, c)
	}
	return out
}

func (t *team) careRow(p place, kind stale.Kind, e stale.Entry) CareRow {
	row := CareRow{Link: Link{Text: titleOf(string(e.Key))}}
	if i, ok := t.flagAt[e.Key]; ok {
		row.Href = p.to(t.flagPath[i])
	}
	if e.Environment != "" {
		row.Text = tidy(e.Environment)
	}
	if e.Since != nil {
		row.Since = t.stamp(*e.Since)
	}
	if e.Until != nil {
		row.Until = t.stamp(*e.Until)
	}
	switch kind {
	case stale.ReleasedByRemoval, stale.NotInManifest:
		row.Text = capital(e.Tell(kind, t.in.Stale.Days).Text)
	}
	switch kind {
	case stale.NotInManifest, stale.Undeployed, stale.ReleasedByRemoval, stale.InNoVersion:
		row.Origins = t.origins(e.Origins[:min(len(e.Origins), 2)])
	}
	return row
}

// careWordsOf says in a word why each flag needs somebody: the first of the
// reasons that are about the flag as it is now.
func (t *team) careWordsOf() map[key]string {
	out := map[key]string{}
	for _, list := range t.in.Stale.Lists {
		for _, e := range list.Entries {
			k, ago, word := key{e.Repository, string(e.Key)}, "", ""
			if e.Since != nil {
				ago = story.Ago(t.l.AsOf.Sub(*e.Since))
			}
			switch list.Kind {
			case stale.OnForEveryone:
				word = "on for all users for " + ago + ": it can be removed"
			case stale.OffForEveryone:
				word = "off for all users for " + ago + ": release or remove it"
			case stale.Expired:
				word = "expired " + ago + " ago"
			case stale.Undeployed:
				word = "exposed in " + tidy(e.Environment) + " without a deployment"
			case stale.NotInCode:
				word = "in no code"
			}
			if out[k] == "" && word != "" {
				out[k] = word
			}
		}
	}
	return out
}
