package notes

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"daylight/generator/ledger"
)

// Note is one thing that people can now do, or could until it was taken back.
type Note struct {
	// ID is for addresses: the name of a note file where there is one, else Key.
	// It is unique among the notes of one [From].
	ID string `json:"id"`
	// Key is for feeds. It stays when a note file is added or a title changed.
	Key string `json:"key"`
	// Aliases are other ids whose addresses lead here, sorted.
	Aliases  []string `json:"aliases"`
	Title    string   `json:"title"` // one line, untrusted
	Body     string   `json:"body"`  // Markdown, untrusted; may be empty
	Kind     Kind     `json:"kind"`
	Breaking bool     `json:"breaking"`
	// FirstExposed is when the first of the audience had it: always known.
	FirstExposed time.Time `json:"first_exposed"`
	Released     time.Time `json:"released,omitzero"` // when all had it; zero: not yet
	Updated      time.Time `json:"updated"`           // the last event; never before FirstExposed
	// TakenBack is when nobody had it any more; zero while somebody has.
	TakenBack time.Time `json:"taken_back,omitzero"`
	// Unknown says that who has it now could not be read.
	Unknown bool `json:"unknown,omitempty"`
	// Audience says who has it now: "25 % of users", "everyone", "nobody".
	Audience string             `json:"audience"`
	Version  ledger.VersionName `json:"version"` // the newest of those that its changes came with, or ""
	Changes  []ledger.ChangeID  `json:"changes"` // in the order of the ledger
	// Entries are the headlines of the changes that are told by themselves, in
	// the order of Changes, where there are several. Untrusted single lines.
	Entries []string         `json:"entries"`
	Flags   []ledger.FlagKey `json:"flags"`  // that brought it, sorted
	Events  []Event          `json:"events"` // oldest first, at least one
}

// Event is a step in the life of a note.
type Event struct {
	At       time.Time `json:"at"`
	Audience string    `json:"audience"` // who has it after the event
	Text     string    `json:"text"`     // one sentence: "Now available to 25 % of users."
	Gone     bool      `json:"gone"`     // nobody has it any more
}

// Options say which notes are made.
type Options struct {
	// Environment whose exposure counts. Empty is the first of tier production;
	// in a reduced ledger that is the audience itself.
	Environment ledger.EnvironmentName
	// Kinds that are told; empty is all.
	Kinds []Kind
}

// From makes the notes of a ledger. They are sorted by first exposure, newest
// first, then breaking ones first, then by kind in the order of [Kinds], then by
// id.
func From(l *ledger.Ledger, o Options) []Note {
	env := o.Environment
	for _, e := range l.Environments {
		if env == "" && e.Tier == ledger.TierProduction {
			env = e.Name
		}
	}
	m := maker{ledger: l, flags: map[ledger.FlagKey]*ledger.Flag{}, order: map[ledger.VersionName]int{}, made: map[ledger.VersionName]time.Time{}}
	for i := range l.Flags {
		m.flags[l.Flags[i].Key] = &l.Flags[i]
	}
	for i := range l.Versions {
		if _, ok := m.order[l.Versions[i].Name]; !ok {
			m.order[l.Versions[i].Name], m.made[l.Versions[i].Name] = i, l.Versions[i].At
		}
	}
	var out []Note
	for _, g := range group(l, env) {
		if n, ok := m.note(g); ok && (len(o.Kinds) == 0 || slices.Contains(o.Kinds, n.Kind)) {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b Note) int {
		return cmp.Or(b.FirstExposed.Compare(a.FirstExposed), compareKinds(a, b), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Key, b.Key))
	})
	unique(out)
	return out
}

// compareKinds puts breaking notes first, then orders by kind.
func compareKinds(a, b Note) int {
	return cmp.Or(boolean(b.Breaking)-boolean(a.Breaking), slices.Index(Kinds(), a.Kind)-slices.Index(Kinds(), b.Kind))
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// unique makes ids unique. Of two notes with one name the older keeps it, since
// its address may be known; the other is found by its key.
func unique(list []Note) {
	taken := map[string]bool{}
	for i := len(list) - 1; i >= 0; i-- {
		n := &list[i]
		if taken[n.ID] {
			n.ID = n.Key
		}
		for id, next := n.ID, byte('2'); taken[n.ID]; next++ {
			n.ID = id + "-" + string(next)
		}
		taken[n.ID] = true
	}
	for i := range list {
		n := &list[i]
		if n.ID != n.Key && !taken[n.Key] {
			n.Aliases = append(n.Aliases, n.Key)
		}
		slices.Sort(n.Aliases)
		n.Aliases = slices.DeleteFunc(slices.Compact(n.Aliases), func(id string) bool { return taken[id] })
	}
}

// maker makes notes of groups of changes.
type maker struct {
	ledger *ledger.Ledger
	flags  map[ledger.FlagKey]*ledger.Flag
	order  map[ledger.VersionName]int // place in the list of versions, newest first
	made   map[ledger.VersionName]time.Time
}

// versionOf is the version that people got a change with: the one that was made
// first of those that hold it, where a hotfix came before the mainline's own.
func (m *maker) versionOf(c *ledger.Change) ledger.VersionName {
	first := c.Version
	for _, v := range c.Versions {
		if at := m.made[v.Name]; !at.IsZero() && at.Before(m.made[first]) {
			first = v.Name
		}
	}
	return first
}

// note writes the note of a group. It reports false where nothing can be said:
// no change of it is told, and no flag describes it.
func (m *maker) note(g changes) (Note, bool) {
	n := Note{Flags: g.flags}
	if m.operational(g) {
		return Note{}, false
	}
	kind, onlyFixes := Kind(""), true
	for _, c := range g.list {
		n.Changes = append(n.Changes, c.change.ID)
		n.Breaking = n.Breaking || c.change.Breaking
		if h := Headline(c.change); h != "" && len(g.list) > 1 && KindOf(c.change) != "" && !slices.Contains(n.Entries, h) {
			n.Entries = append(n.Entries, h)
		}
		if k := Kind(KindOf(c.change)); k != "" && c.change.Title != "" {
			onlyFixes = onlyFixes && k == Fixed
			if kind == "" || k == Added {
				kind = k
			}
		}
		if v := m.versionOf(c.change); v != "" && (n.Version == "" || m.order[v] < m.order[n.Version]) {
			n.Version = v
		}
	}
	m.words(&n, g, kind)
	if len(g.flags) > 0 && kind == Fixed && onlyFixes && m.noteOf(g) == nil {
		n.Kind = Fixed // a flag that brought nothing but fixes added nothing
	}
	n.Entries = slices.DeleteFunc(n.Entries, func(e string) bool { return e == n.Title })
	if n.Title == "" {
		return Note{}, false
	}
	if !tell(&n, g) {
		return Note{}, false
	}
	identify(&n, g, m.noteOf(g))
	return n, true
}

// operational reports whether a group has only to do with flags for operations,
// such as switches of infrastructure, and nobody wrote a word on it for people:
// they do not notice it.
func (m *maker) operational(g changes) bool {
	for _, key := range g.flags {
		if f := m.flags[key]; f == nil || f.Kind != "ops" || f.Note != nil {
			return false
		}
	}
	for _, c := range g.list {
		if c.change.Note != nil {
			return false
		}
	}
	return len(g.flags) > 0
}

// words chooses title, text and kind.
func (m *maker) words(n *Note, g changes, kind Kind) {
	own := m.noteOf(g)
	if own != nil {
		n.Title, n.Body = oneLine(own.Title), own.Text
	}
	if n.Title == "" && len(g.flags) == 1 {
		if f := m.flags[g.flags[0]]; f != nil {
			n.Title = firstLine(f.Description)
		}
	}
	n.Kind = kind
	if len(g.flags) > 0 && kind != Security {
		n.Kind = Added // what a flag opens is new, whatever it took to build it
	}
	if own != nil && slices.Contains(Kinds(), Kind(own.Kind)) {
		n.Kind = Kind(own.Kind)
	}
	for _, c := range slices.Backward(g.list) { // oldest merged first
		if n.Title == "" && KindOf(c.change) == string(kind) {
			n.Title = Headline(c.change)
		}
	}
	if n.Body == "" {
		n.Body = texts(g)
	}
}

// noteOf is the note that people are meant to read for a group: the flag's, else
// that of a note file, the oldest change's first, else for a single change the
// one of its message.
func (m *maker) noteOf(g changes) *ledger.NoteText {
	if len(g.flags) == 1 {
		if f := m.flags[g.flags[0]]; f != nil && f.Note != nil && f.Note.Title+f.Note.Text != "" {
			return f.Note
		}
	}
	for _, c := range slices.Backward(g.list) {
		if c.change.Note != nil && c.change.Note.Name != "" {
			return c.change.Note
		}
	}
	if len(g.list) == 1 && len(g.flags) == 0 {
		return g.list[0].change.Note
	}
	return nil
}

// texts joins the texts of a group's notes, oldest first, each once.
func texts(g changes) string {
	var out []string
	for _, c := range slices.Backward(g.list) {
		if c.change.Note != nil && c.change.Note.Text != "" && !slices.Contains(out, c.change.Note.Text) {
			out = append(out, c.change.Note.Text)
		}
	}
	return strings.Join(out, "\n\n")
}

// identify sets id, key and aliases.
func identify(n *Note, g changes, own *ledger.NoteText) {
	switch {
	case len(g.flags) > 0:
		keys := make([]string, len(g.flags))
		for i, k := range g.flags {
			keys[i] = string(k)
		}
		n.Key = strings.Join(keys, "-")
	default:
		last := g.list[len(g.list)-1].change // the oldest
		n.Key = string(last.ID)
		for _, c := range g.list {
			if c.change != last {
				n.Aliases = append(n.Aliases, string(c.change.ID))
			}
			for _, id := range c.change.Aliases {
				n.Aliases = append(n.Aliases, string(id))
			}
		}
	}
	n.ID = n.Key
	if own != nil && own.Name != "" {
		n.ID = own.Name
	}
}

// oneLine joins the words of hostile text by single blanks, and drops control
// and format characters.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			return -1
		}
		return r
	}, s)
}

// firstLine is the first line of a text that is not empty, without a full stop.
func firstLine(s string) string {
	for line := range strings.Lines(s) {
		if line = oneLine(line); line != "" {
			return strings.TrimSuffix(line, ".")
		}
	}
	return ""
}
