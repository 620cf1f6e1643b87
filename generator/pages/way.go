package pages

import (
	"strings"
	"time"

	"daylight/generator/chart"
	"daylight/generator/ledger"
)

// way draws a change's way to daylight: when it came into the code, and for
// each of these states the stretch in the dark and how the light came on.
// Statuses say the same in words, in the same order.
func (t *team) way(c *ledger.Change, states []*ledger.InEnvironment, statuses []StatusLine) *chart.Picture {
	from := t.l.AsOf
	earlier := func(at time.Time) {
		if !at.IsZero() && at.Before(from) {
			from = at
		}
	}
	if c.Merged != nil {
		earlier(*c.Merged)
	}
	for _, in := range states {
		if len(in.Moves) > 0 {
			earlier(in.Moves[0].At)
		}
	}
	if !from.Before(t.l.AsOf) {
		return nil
	}
	d := chart.Drawing{
		ID: "way", Title: "The way to daylight", From: from, To: t.l.AsOf, Zone: t.zone,
		Tracks: []chart.Track{t.codeTrack(c)},
	}
	desc := make([]string, 0, 1+len(statuses))
	if c.Merged != nil {
		desc = append(desc, "Merged on "+t.stamp(*c.Merged).Date+".")
	}
	for i, in := range states {
		d.Tracks = append(d.Tracks, t.stateTrack(in))
		desc = append(desc, statuses[i].Text)
	}
	d.Desc = strings.Join(desc, " ")
	pic := chart.Draw(d)
	return &pic
}

// codeTrack is the first row: in the code since, and marked where a version
// first held it.
func (t *team) codeTrack(c *ledger.Change) chart.Track {
	track := chart.Track{Label: "In the code"}
	if c.Merged != nil {
		track.Steps = []chart.Step{{At: *c.Merged, Look: chart.Merged}}
	}
	if v, ok := t.versionOf(c); ok {
		track.Marks = []chart.Mark{{At: v.At, Kind: "version", Title: oneLine(string(v.Name)) + ", " + t.stamp(v.At).Full}}
		track.Label += ", then in " + oneLine(string(v.Name))
	}
	return track
}

// stateTrack draws what the moves of an environment left behind.
func (t *team) stateTrack(in *ledger.InEnvironment) chart.Track {
	track := chart.Track{Label: capital(tidy(in.Environment)), Steps: make([]chart.Step, 0, len(in.Moves))}
	for _, m := range in.Moves {
		look, share := lookAfter(m, in)
		step := chart.Step{At: m.At, Look: look, Share: share}
		if look == chart.Limited || look == chart.Released {
			step.Label = brief(m.Percent, m.Groups)
			if look == chart.Released {
				step.Label = "Everyone"
			}
		} else if look == chart.Dark {
			step.Label = "Dark"
		}
		track.Steps = append(track.Steps, step)
	}
	if in.Status == ledger.StatusUnknown && len(track.Steps) > 0 {
		last := &track.Steps[len(track.Steps)-1]
		last.Look, last.Label = chart.Unknown, "Unknown"
	}
	return track
}

// lookAfter says how the time after a move is drawn. Whether it was released is
// the ledger's to say: a threshold may make 95 % of the people everybody, and so
// may a group that the policy names.
func lookAfter(m ledger.Move, in *ledger.InEnvironment) (chart.Look, int) {
	switch m.Kind {
	case ledger.MoveRolledBack, ledger.MoveUndeployed, ledger.MoveReverted:
		return chart.Absent, 0
	case ledger.MoveUnReleased:
		return chart.TakenBack, 0
	case ledger.MoveReleased:
		return chart.Released, 100
	}
	share := whole(m.Percent)
	for _, g := range m.Groups {
		// A group has no known size. A sliver says that somebody sees it.
		if g.Percent.Hi > 0 {
			share = max(share, 15)
		}
	}
	switch {
	case m.Percent.Lo == ledger.Hundred,
		m.At.Equal(in.Released.At) && in.Released.Known():
		return chart.Released, 100
	case share > 0:
		return chart.Limited, share
	}
	return chart.Dark, 0
}
