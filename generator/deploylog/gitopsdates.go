package deploylog

import "time"

// dates finds the instants of the commits on a line: never before that of their
// parent, since the order of the line is what happened, and clocks are wrong now
// and then.
type dates struct {
	all    []time.Time
	wanted []int
}

// newest is how many commits at the end of a line tell until when it goes.
const newest = 3

// skew is by how much a date may be off before it is worth a word.
const skew = time.Hour

// add takes the next commit's date, and gives its number.
func (d *dates) add(t time.Time) int {
	d.all = append(d.all, t)
	return len(d.all) - 1
}

// want asks for the instant of a commit.
func (d *dates) want(n int) { d.wanted = append(d.wanted, n) }

// effective gives the instants that were wanted, and which of them differ much
// from what the commit says. A commit that is dated after the newest ones takes
// its parent's instant: else one clock of tomorrow would hold up all that
// follows.
func (d *dates) effective() (out []time.Time, skewed []int) {
	var end time.Time
	for _, t := range d.all[max(0, len(d.all)-newest):] {
		if t.After(end) {
			end = t
		}
	}
	var now time.Time
	at := 0
	for i, t := range d.all {
		if t.After(now) && !t.After(end) {
			now = t
		}
		if at == len(d.wanted) || d.wanted[at] != i {
			continue
		}
		if now.IsZero() {
			now = t // the first of all is dated after the last
		}
		if t.Sub(now).Abs() > skew {
			skewed = append(skewed, at)
		}
		out = append(out, now.UTC())
		at++
	}
	return out, skewed
}
