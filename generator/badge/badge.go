package badge

import (
	"cmp"
	"fmt"
	"html"
	"slices"
	"strings"
	"time"
	"unicode"

	"daylight/generator/audience"
	"daylight/generator/ledger"
	"daylight/generator/notes"
)

// Tone chooses the colour behind a value.
type Tone string

// The tones, by what a reader may want to do about the value.
const (
	Good  Tone = "good"  // nothing
	Wait  Tone = "wait"  // look when there is time
	Plain Tone = "plain" // it is a fact
)

// Badge is a label with a value. Both may hold names of the repository.
type Badge struct {
	// Name is unique in a site and is what the file is called, fit to be made a
	// segment of an address.
	Name  string
	Label string
	Value string
	Tone  Tone
}

// Alt says in words what the badge shows.
func (b Badge) Alt() string { return b.Label + ": " + b.Value }

// Team lists the badges of a team's site: what runs in each environment, of each
// component where there are several; how much is dark; and the last release.
func Team(l *ledger.Ledger) []Badge {
	var out []Badge
	for i := range l.Environments {
		e := &l.Environments[i]
		for _, k := range components(e) {
			b := Badge{Name: string(e.Name), Label: string(e.Name), Value: running(e, k), Tone: Plain}
			if len(components(e)) > 1 {
				b.Name, b.Label = b.Name+"-"+string(k), b.Label+" "+string(k)
			}
			if e.Tier == ledger.TierProduction {
				b.Tone = Good
			}
			out = append(out, b)
		}
	}
	n := dark(l)
	tone := Good
	if n > 0 {
		tone = Wait
	}
	out = append(out, Badge{"dark", "dark", plural(n, "change"), tone})
	last := time.Time{}
	for i := range l.Changes {
		for _, in := range l.Changes[i].Environments {
			if production(l, in.Environment) && in.Released.At.After(last) {
				last = in.Released.At
			}
		}
	}
	return unique(append(out, lastRelease(last)))
}

// Public lists the badges of a site for everybody else: the newest version that
// holds something for them, and the day on which they last got something.
func Public(p audience.Public, list []notes.Note) []Badge {
	l := p.Ledger()
	last := time.Time{}
	held := map[ledger.VersionName]bool{} // by a note that stands
	for _, n := range list {
		if !n.TakenBack.IsZero() {
			continue
		}
		held[n.Version] = true
		if n.FirstExposed.After(last) {
			last = n.FirstExposed
		}
	}
	newest := &ledger.Version{}
	for i := range l.Versions {
		if v := &l.Versions[i]; v.At.After(newest.At) && held[v.Name] {
			newest = v
		}
	}
	var out []Badge
	if newest.Name != "" {
		out = append(out, Badge{"version", "version", string(newest.Name), Good})
	}
	return append(out, lastRelease(last))
}

func lastRelease(at time.Time) Badge {
	b := Badge{"last-release", "last release", "none yet", Plain}
	if !at.IsZero() {
		b.Value = at.UTC().Format("2 January 2006")
	}
	return b
}

func production(l *ledger.Ledger, name ledger.EnvironmentName) bool {
	return slices.ContainsFunc(l.Environments, func(e ledger.Environment) bool { return e.Name == name && e.Tier == ledger.TierProduction })
}

// dark counts the changes that are dark in an environment of tier production.
func dark(l *ledger.Ledger) int {
	n := 0
	for i := range l.Changes {
		if slices.ContainsFunc(l.Changes[i].Environments, func(in ledger.InEnvironment) bool {
			return in.Status == ledger.StatusDark && production(l, in.Environment)
		}) {
			n++
		}
	}
	return n
}

// components lists what runs in an environment, by name.
func components(e *ledger.Environment) []ledger.ComponentName {
	var out []ledger.ComponentName
	for _, l := range e.Live {
		out = append(out, l.Component)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// running names the revisions that a lane runs, the one with the most traffic
// first; those without traffic are left out unless there is nothing else.
func running(e *ledger.Environment, k ledger.ComponentName) string {
	var live []ledger.Live
	for _, l := range e.Live {
		if l.Component == k {
			live = append(live, l)
		}
	}
	slices.SortStableFunc(live, func(a, b ledger.Live) int { return cmp.Compare(b.Weight.Hi, a.Weight.Hi) })
	if visible := slices.DeleteFunc(slices.Clone(live), func(l ledger.Live) bool { return l.Weight.Hi == 0 }); len(visible) > 0 {
		live = visible
	}
	var parts []string
	for _, l := range live {
		name := cmp.Or(string(l.Version), l.Ref, "unknown")
		if l.Version == "" && !l.Revision.IsZero() {
			name = l.Revision.Short()
		}
		if len(live) > 1 {
			name += " " + l.Weight.String() + " %"
		}
		parts = append(parts, name)
	}
	return strings.Join(parts, ", ")
}

// unique tells apart badges of one name, such as those of an environment called
// dark, by a number.
func unique(list []Badge) []Badge {
	seen := map[string]int{}
	for i := range list {
		seen[list[i].Name]++
		if n := seen[list[i].Name]; n > 1 {
			list[i].Name = fmt.Sprintf("%s-%d", list[i].Name, n)
		}
	}
	return list
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// SVG draws a badge, 20 pixels high.
func (b Badge) SVG() []byte {
	label, value := line(b.Label), line(b.Value)
	wide, wider := width(label)+12, width(value)+12
	// Each colour has a contrast of 4.5 at least with white.
	back := map[Tone]string{Good: "#1f6f43", Wait: "#8a4b00", Plain: "#2f5b8c"}[b.Tone]
	if back == "" {
		back = "#2f5b8c"
	}
	alt := html.EscapeString(label + ": " + value)
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="20" viewBox="0 0 %d 20" role="img" aria-label="%s">`+"\n", wide+wider, wide+wider, alt)
	fmt.Fprintf(&s, "<title>%s</title>\n", alt)
	fmt.Fprintf(&s, `<path fill="#3d444d" d="M3 0h%dv20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z"/>`+"\n", wide-3)
	fmt.Fprintf(&s, `<path fill="%s" d="M%d 0h%da3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H%dz"/>`+"\n", back, wide, wider-3, wide)
	s.WriteString(`<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">` + "\n")
	fmt.Fprintf(&s, `<text x="6" y="14" textLength="%d" lengthAdjust="spacingAndGlyphs">%s</text>`+"\n", wide-12, html.EscapeString(label))
	fmt.Fprintf(&s, `<text x="%d" y="14" textLength="%d" lengthAdjust="spacingAndGlyphs">%s</text>`+"\n", wide+6, wider-12, html.EscapeString(value))
	s.WriteString("</g>\n</svg>\n")
	return []byte(s.String())
}

// longest is how many characters of a label or a value are drawn.
const longest = 60

// line makes hostile text one short line without what XML forbids.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf) || r == 0xfffe || r == 0xffff || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " "))
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest-1]) + "…"
	}
	return s
}

// width estimates pixels of a text of 11 pixels in a wide sans serif. Being off
// by a little is harmless: the text is drawn at exactly this width.
func width(s string) int {
	tenths := 0
	for _, r := range s {
		switch {
		case strings.ContainsRune("ijl.,:;'|!I ()[]ft/", r):
			tenths += 44
		case strings.ContainsRune("mwMW%@", r):
			tenths += 105
		case r >= 0x1100:
			tenths += 115
		case unicode.IsUpper(r):
			tenths += 78
		default:
			tenths += 68
		}
	}
	return max((tenths+9)/10, 8)
}
