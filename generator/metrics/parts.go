package metrics

import "time"

// Milestones are the instants on a change's way to users that lead times are made
// of. A zero instant is not known. Git knows when the first commit was written,
// when it was merged and when it was deployed; when a review was asked for, and
// when somebody first answered, only the forge knows.
type Milestones struct {
	FirstCommit, Opened, Reviewed, Merged, Deployed time.Time
}

// Parts are the stretches between milestones. One of which an end is not known,
// or that would end before it begins, is nil: never negative, never 0.
type Parts struct {
	Coding      *Seconds // first commit to the request for review
	Pickup      *Seconds // request to the first answer
	Review      *Seconds // first answer to the merge
	BeforeMerge *Seconds // first commit to the merge
	Deploy      *Seconds // merge to the end of the deployment
	// Cycle is coding, the time from the request to the merge, and deploying, each
	// counted as nothing where it is not known; nil where none is.
	Cycle *Seconds
}

// Parts measures the stretches.
func (m Milestones) Parts() Parts {
	p := Parts{Coding: stretch(m.FirstCommit, m.Opened), Pickup: stretch(m.Opened, m.Reviewed), Review: stretch(m.Reviewed, m.Merged),
		BeforeMerge: stretch(m.FirstCommit, m.Merged), Deploy: stretch(m.Merged, m.Deployed)}
	for _, part := range []*Seconds{p.Coding, stretch(m.Opened, m.Merged), p.Deploy} {
		if part == nil {
			continue
		}
		if p.Cycle == nil {
			p.Cycle = new(Seconds)
		}
		*p.Cycle += *part
	}
	return p
}

func stretch(from, to time.Time) *Seconds {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return nil
	}
	s := Seconds(to.Sub(from))
	return &s
}
