package story

import (
	"maps"
	"slices"
	"time"

	"daylight/generator/ledger"
)

func (t *Teller) explainVersion(v *ledger.Version) Story {
	s := Story{Kind: "version", ID: string(v.Name), Heading: "Version " + clean(string(v.Name)), Subtitle: t.aboutVersion(v)}
	now := Section{"Now", t.runsNow(v)}
	for _, e := range t.ledger.Environments {
		if e.Tier == ledger.TierProduction {
			if text := t.tally(v, e.Name); text != "" {
				now.Lines = append(now.Lines, line(time.Time{}, text))
			}
		}
	}
	made := line(v.At, "made at commit "+v.Commit.Short())
	made.Basis, made.Origins = v.Basis, v.Origins
	happened := Section{"What happened", append([]Line{made}, t.deployed(v)...)}
	changes := Section{"Changes first in it", t.changeLines(v.Changes, v.Repository)}
	if len(v.Changes) == 0 {
		changes.Lines = []Line{line(time.Time{}, "none: what it holds was in earlier versions")}
	}
	s.Sections = append(s.Sections, now, happened, changes)
	return s
}

// aboutVersion is the first line below the heading.
func (t *Teller) aboutVersion(v *ledger.Version) string {
	text := "version"
	if v.Prerelease {
		text = "pre-release"
	}
	if v.Repository != "" {
		text += " of " + clean(string(v.Repository))
	}
	if v.Component != "" {
		text += ", component " + clean(string(v.Component))
	}
	return text
}

// runsNow tells where exactly this version runs.
func (t *Teller) runsNow(v *ledger.Version) []Line {
	var out []Line
	for _, e := range t.ledger.Environments {
		for _, l := range e.Live {
			if l.Repository != v.Repository || l.Version != v.Name || v.Component != "" && l.Component != v.Component || e.Name == ledger.Published {
				continue
			}
			text := "runs in " + clean(string(e.Name))
			if l.Slot != nil && *l.Slot != "" {
				text += ", slot " + clean(*l.Slot) + ","
			}
			text += " since " + t.Day(l.Since)
			if l.Weight != ledger.Everybody() || l.Slot != nil {
				text += ", and gets " + traffic(l.Weight)
			}
			out = append(out, line(time.Time{}, text))
		}
	}
	if len(out) == 0 && len(t.ledger.Environments) > 0 && t.ledger.Environments[0].Name != ledger.Published {
		out = append(out, line(time.Time{}, "runs nowhere"))
	}
	return out
}

// deployed tells when a version first ran in each environment, oldest first.
func (t *Teller) deployed(v *ledger.Version) []Line {
	var out []Line
	// Version.Deployed is a map: the order is by instant, then by name.
	for _, name := range slices.Sorted(maps.Keys(v.Deployed)) {
		d := v.Deployed[name]
		if !d.Known() || name == ledger.Published {
			continue
		}
		l := line(d.At, "first deployed to "+string(name))
		l.Basis, l.Origins = d.Basis, d.Origins
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(a, b Line) int { return a.At.Compare(*b.At) })
	return out
}
