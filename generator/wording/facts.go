package wording

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// The rules that extend facts, by what they are about.
const (
	aboutReleased  = "released_but_off"
	aboutDate      = "release_date_of_deploy"
	aboutAnnounced = "announced_before_release"
)

func (b *builder) facts(r *Rule) bool {
	r.about = b.text("about")
	known := []string{aboutReleased, aboutDate, aboutAnnounced}
	if !slices.Contains(known, r.about) {
		b.at("about", "one of "+strings.Join(known, ", "), "about: unknown value %q", r.about)
		return false
	}
	return true
}

// Facts is what became of the changes and flags that texts speak of, where the
// users are: in the environments of tier production, unless others are named.
type Facts struct {
	zone     *time.Location
	asOf     time.Time
	subjects []subject
	byFile   map[string][]int // the note files of subjects
	byNumber map[int][]int    // pull requests
	byFlag   map[string]int
	commits  []commitOf // sorted
}

// commitOf is the commit of a subject, in 40 digits.
type commitOf struct {
	hex string
	at  int
}

// subject is a change, or a flag with what stands behind it.
type subject struct {
	name   string // "flag basket-v2", "#12", "3fa9c1e2b4d5"
	flag   *ledger.Flag
	states []standing
}

// standing is a change in one environment.
type standing struct {
	environment ledger.EnvironmentName
	*ledger.State
}

// NewFacts looks a ledger up. Days are those of the zone.
func NewFacts(l *ledger.Ledger, zone *time.Location, environments ...ledger.EnvironmentName) *Facts {
	f := &Facts{zone: zone, asOf: l.AsOf, byFile: map[string][]int{}, byNumber: map[int][]int{}, byFlag: map[string]int{}}
	if len(environments) == 0 {
		for _, e := range l.Environments {
			if e.Tier == ledger.TierProduction {
				environments = append(environments, e.Name)
			}
		}
	}
	of := map[ledger.ChangeID]*ledger.Change{}
	for i := range l.Changes {
		c := &l.Changes[i]
		of[c.ID] = c
		s := subject{name: string(c.ID), states: standings(c, environments)}
		if c.PullRequest > 0 {
			s.name = "#" + strconv.Itoa(c.PullRequest)
		}
		for _, link := range c.Flags {
			if link.Role == ledger.RoleBehind && !link.Negated {
				s.flag = flagOf(l, link.Key)
			}
		}
		at := f.add(s, c.Note)
		if c.PullRequest > 0 {
			f.byNumber[c.PullRequest] = append(f.byNumber[c.PullRequest], at)
		}
		if !c.Commit.IsZero() {
			f.commits = append(f.commits, commitOf{c.Commit.String(), at})
		}
	}
	slices.SortFunc(f.commits, func(a, b commitOf) int { return cmp.Or(cmp.Compare(a.hex, b.hex), cmp.Compare(a.at, b.at)) })
	for i := range l.Flags {
		flag := &l.Flags[i]
		s := subject{name: "flag " + string(flag.Key), flag: flag}
		for _, id := range flag.Changes {
			if c := of[id]; c != nil {
				s.states = append(s.states, standings(c, environments)...)
			}
		}
		f.byFlag[string(flag.Key)] = f.add(s, flag.Note)
	}
	return f
}

func (f *Facts) add(s subject, note *ledger.NoteText) int {
	f.subjects = append(f.subjects, s)
	at := len(f.subjects) - 1
	if note != nil {
		for _, o := range note.Origins {
			if o.File != "" {
				f.byFile[o.File] = append(f.byFile[o.File], at)
			}
		}
	}
	return at
}

func standings(c *ledger.Change, environments []ledger.EnvironmentName) []standing {
	var out []standing
	for i := range c.Environments {
		if slices.Contains(environments, c.Environments[i].Environment) {
			out = append(out, standing{c.Environments[i].Environment, &c.Environments[i].State})
		}
	}
	return out
}

func flagOf(l *ledger.Ledger, key ledger.FlagKey) *ledger.Flag {
	i, ok := slices.BinarySearchFunc(l.Flags, key, func(f ledger.Flag, k ledger.FlagKey) int { return cmp.Compare(f.Key, k) })
	if !ok {
		return nil
	}
	return &l.Flags[i]
}

var (
	numberRef = regexp.MustCompile(`(?:^|[\s(\[,;])[#!]([0-9]{1,7})\b|/(?:pull|merge_requests)/([0-9]{1,7})\b`)
	commitRef = regexp.MustCompile(`\b[0-9a-f]{7,40}\b`)
	flagRef   = regexp.MustCompile("`?[A-Za-z0-9][A-Za-z0-9_.:/-]*`?")
)

// named lists what a piece of a text's source names, each once, in order:
// numbers of pull requests, commits, keys of flags. A key that could be a word
// of the language counts only where it is written as code.
func (f *Facts) named(source string) []int {
	var out []int
	add := func(list ...int) {
		for _, i := range list {
			if !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	for _, m := range numberRef.FindAllStringSubmatch(source, -1) {
		n, _ := strconv.Atoi(m[1] + m[2])
		add(f.byNumber[n]...)
	}
	for _, hex := range commitRef.FindAllString(source, -1) {
		at, _ := slices.BinarySearchFunc(f.commits, hex, func(c commitOf, hex string) int { return cmp.Compare(c.hex, hex) })
		starts := func(i int) bool { return i < len(f.commits) && strings.HasPrefix(f.commits[i].hex, hex) }
		if starts(at) && !starts(at+1) { // what several begin with names none
			add(f.commits[at].at)
		}
	}
	for _, word := range flagRef.FindAllString(source, -1) {
		key := strings.TrimRight(strings.Trim(word, "`"), ".:/")
		if i, ok := f.byFlag[key]; ok && (Telling(key) || strings.HasPrefix(word, "`")) {
			add(i)
		}
	}
	return out
}

// Telling reports whether a key cannot be mistaken for a word: it has a digit, a
// capital inside, or a mark between its parts.
func Telling(key string) bool {
	return len(key) >= 4 && strings.IndexFunc(key[1:], func(r rune) bool { return r < 'a' || r > 'z' }) >= 0
}

// nobody reports whether it is known that nobody has it now, in none of the
// environments.
func (s *subject) nobody() bool {
	if len(s.states) == 0 {
		return s.flag != nil && s.flagOff()
	}
	return !slices.ContainsFunc(s.states, func(p standing) bool {
		return p.Status == ledger.StatusUnknown || p.Percent.Hi > 0 || len(p.Groups) > 0
	})
}

// flagOff reports whether a flag without changes is off wherever it is known.
func (s *subject) flagOff() bool {
	known := false
	for _, e := range s.flag.Environments {
		known = true
		if e.Percent.Hi > 0 || len(e.Groups) > 0 {
			return false
		}
	}
	return known && s.flag.Retired == nil
}

// everybody reports whether all users have it in one of the environments, or
// might.
func (s *subject) everybody() bool {
	return slices.ContainsFunc(s.states, func(p standing) bool {
		return p.Status == ledger.StatusUnknown || p.Status == ledger.StatusReleased || p.Percent.Hi == ledger.Hundred
	})
}

// first gives the earliest of a date over the environments; ok is false when it
// is nowhere known.
func (s *subject) first(of func(*ledger.State) ledger.Date) (at time.Time, ok bool) {
	for _, p := range s.states {
		if d := of(p.State); d.Known() && (!ok || d.At.Before(at)) {
			at, ok = d.At, true
		}
	}
	return at, ok
}

func deployed(s *ledger.State) ledger.Date { return s.Deployed }
func exposed(s *ledger.State) ledger.Date  { return s.FirstExposed }
func released(s *ledger.State) ledger.Date { return s.Released }
