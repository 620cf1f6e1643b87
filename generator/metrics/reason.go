package metrics

import "slices"

// Reason says why something was left out, or why a number is unknown.
type Reason string

// The reasons, in the order in which they are listed.
const (
	// Of changes.
	ReasonFirstRecord Reason = "first_record"
	ReasonBeforeMerge Reason = "before_merge"
	ReasonNoCommit    Reason = "no_commit_time"
	ReasonUnknownDate Reason = "unknown_date"
	ReasonNoComponent Reason = "no_component"
	// Of deployments.
	ReasonNotSucceeded Reason = "not_succeeded"
	ReasonTrafficStep  Reason = "traffic_step"
	ReasonUndeploy     Reason = "undeploy"
	// Of failures.
	ReasonNotRecovered Reason = "not_recovered"
	ReasonEndsBefore   Reason = "ends_before"
	ReasonNoCulprit    Reason = "no_deployment"
	// Of releases.
	ReasonReturned      Reason = "returned"
	ReasonNeverReleased Reason = "never_released"
	ReasonTooRecent     Reason = "too_recent"
	// Why a number is unknown.
	ReasonNoRecords Reason = "no_deployments"
	ReasonNoMarks   Reason = "no_failure_marks"
	ReasonNoRework  Reason = "no_rework_marks"
)

// Reasons lists all reasons in their order, each with what it means.
func Reasons() []ReasonText {
	return []ReasonText{
		{ReasonFirstRecord, "came with the first record of this lane: when it was really deployed was not written down"},
		{ReasonBeforeMerge, "deployed before it was committed, so the time between them is unknown"},
		{ReasonNoCommit, "the time of its commit is not known"},
		{ReasonUnknownDate, "it is there, but a revision that could not be resolved hides since when"},
		{ReasonNoComponent, "touches no component, and so runs nowhere"},
		{ReasonNotSucceeded, "did not succeed, or has not ended"},
		{ReasonTrafficStep, "moved traffic only: a step of a deployment that is counted"},
		{ReasonUndeploy, "took the component down"},
		{ReasonNotRecovered, "nothing says when it was mended"},
		{ReasonEndsBefore, "is said to have been mended before it was deployed"},
		{ReasonNoCulprit, "no deployment is known that it could speak of"},
		{ReasonReturned, "came back as it had been, after the deployment that took it away"},
		{ReasonNeverReleased, "only some people had seen it when it was taken back"},
		{ReasonTooRecent, "released too recently to tell"},
		{ReasonNoRecords, "nothing records deployments here"},
		{ReasonNoMarks, "nothing marks what failed: no rollback, hotfix, repair or incident is known here"},
		{ReasonNoRework, "nothing marks unplanned work: no rollback, hotfix or repair is known here"},
	}
}

// ReasonText is a reason with what it means, as the end of a sentence.
type ReasonText struct {
	Reason Reason `json:"reason"`
	Text   string `json:"text"`
}

// Text says what the reason means: "did not succeed, or has not ended".
func (r Reason) Text() string {
	if i := r.rank(); i < len(Reasons()) {
		return Reasons()[i].Text
	}
	return string(r)
}

// rank is the place of a reason in their order.
func (r Reason) rank() int {
	all := Reasons()
	if i := slices.IndexFunc(all, func(t ReasonText) bool { return t.Reason == r }); i >= 0 {
		return i
	}
	return len(all)
}
