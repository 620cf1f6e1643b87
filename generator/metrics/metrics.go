package metrics

import (
	"strconv"
	"time"

	"daylight/generator/ledger"
)

// Schema names the form of a [Report] as JSON, relative to a site. Keys may be
// added within v1.
const Schema = "data/schema/metrics/v1.json"

// Source is where a mark of failure comes from.
type Source string

// The sources of marks, in their order.
const (
	// SourceRecord: a record says that it is a hotfix, or that it was bad.
	SourceRecord Source = "record"
	// SourceRollback: a deployment that took another back, declared or inferred.
	SourceRollback Source = "rollback"
	// SourceHotfix: a deployment that brought only changes from off the mainline,
	// whose name says so, or which brought the merge of a branch whose name does.
	SourceHotfix Source = "hotfix"
	// SourceTrailer: a commit names the incident or the deployment that it mends.
	SourceTrailer Source = "trailer"
	// SourceIncident: an incident in a file.
	SourceIncident Source = "incident"
)

// Sources lists all sources of marks in their order.
func Sources() []Source {
	return []Source{SourceRecord, SourceRollback, SourceHotfix, SourceTrailer, SourceIncident}
}

// Start says where lead times begin.
type Start string

// The starts of lead times.
const (
	// FromMainline: the committer date of the change's commit on the mainline.
	FromMainline Start = "mainline"
	// FromFirstCommit: the author date of the oldest commit that the change
	// brought in.
	FromFirstCommit Start = "first_commit"
)

// Options choose among definitions. The zero Options are valid.
type Options struct {
	// Windows are lengths in days, counted back from as-of; 0 is since ever. Nil
	// stands for 90, 180 and 0.
	Windows []int
	Median  Method         // default: Interpolated
	Start   Start          // default: FromMainline
	Zone    *time.Location // of days and weeks; nil is UTC
	// Weeks bounds the weeks of a trend; 0 stands for 104, and a negative number
	// for no bound.
	Weeks int
	// UnReleaseDays is how soon a release must be taken back to count in the share
	// of un-released ones. 0 stands for 30.
	UnReleaseDays int
	// FirstRecord also measures what came with the first record of a lane.
	FirstRecord bool
	// Marks are the sources that are believed. Nil stands for all.
	Marks []Source
	// HotfixNames are words that mark a tag or a version as a hotfix, see
	// ledger.NamesHotfix. Nil stands for "hotfix" and "hot-fix".
	HotfixNames []string
	// Incidents says that somebody keeps incident files: where they have none,
	// there was none.
	Incidents bool
}

// Report is all numbers as of an instant.
type Report struct {
	Schema        string           `json:"schema"`
	AsOf          time.Time        `json:"as_of"`
	Median        Method           `json:"median"`
	Start         Start            `json:"lead_time_start"`
	Zone          string           `json:"time_zone"`
	UnReleaseDays int              `json:"un_release_days"`
	BinEdges      []Seconds        `json:"bin_edges"` // upper ends of every spread's bins; the last bin has none
	Lanes         []Lane           `json:"lanes"`     // in the order of the ledger's environments, then repository, component
	Drift         []Drift          `json:"drift"`     // by repository, component, then the order of the environments
	Incidents     []LinkedIncident `json:"incidents"` // newest first, by ledger.CompareIncidents
	LeftOut       []LeftOut        `json:"left_out"`  // changes that are in no lane
	Reasons       []ReasonText     `json:"reasons"`   // what each reason means
	Problems      []ledger.Problem `json:"problems"`  // by ledger.CompareProblems
}

// Lane is one component in one environment.
type Lane struct {
	Environment ledger.EnvironmentName `json:"environment"`
	Tier        ledger.Tier            `json:"tier"`
	Repository  ledger.RepositoryName  `json:"repository"`
	Component   ledger.ComponentName   `json:"component"`
	Since       time.Time              `json:"since"`    // its first record, or first dated change
	Marks       []MarkCount            `json:"marks"`    // what marks failures here, in the order of the sources; since ever
	Windows     []Window               `json:"windows"`  // in the order of the options
	Weeks       []Week                 `json:"weeks"`    // oldest first, without gaps; the last one may be under way
	Dark        Spread                 `json:"dark"`     // ages of the changes that are dark now
	Failures    []Failure              `json:"failures"` // newest first; since ever
}

// MarkCount counts the deployments that a source marks.
type MarkCount struct {
	Source Source `json:"source"`
	Count  int    `json:"count"`
}

// Window is the numbers of a lane over a stretch of time.
type Window struct {
	Name string `json:"window"` // "90d", "180d", "ever"
	// Days is the length asked for, 0 for since ever.
	Days    int       `json:"days"`
	From    time.Time `json:"from"` // not in it; the lane's Since where the window has no beginning
	To      time.Time `json:"to"`   // as-of, in it
	Changes int       `json:"changes"`
	// DORA's five, in production.
	Throughput  Throughput  `json:"throughput"`
	Instability Instability `json:"instability"`
	// Release is ours.
	Release Release `json:"release"`
	// Parts are the two halves of the lead time that git knows.
	Parts LeadParts `json:"lead_time_parts"`
}

// Throughput is how fast changes get to production.
type Throughput struct {
	ChangeLeadTime      Spread    `json:"change_lead_time"`
	DeploymentFrequency Frequency `json:"deployment_frequency"`
	RecoveryTime        Spread    `json:"failed_deployment_recovery_time"`
}

// Instability is how often deployments go wrong.
type Instability struct {
	ChangeFailRate Rate `json:"change_fail_rate"`
	ReworkRate     Rate `json:"deployment_rework_rate"`
}

// Release is how changes get to users.
type Release struct {
	Frequency Frequency `json:"release_frequency"`
	LeadTime  Spread    `json:"release_lead_time"`
	// DarkTime is over all changes that were first exposed, Waited over those of
	// them that were dark at all.
	DarkTime Spread `json:"dark_time"`
	Waited   Spread `json:"dark_time_of_dark"`
	// Rollout is over all changes that were released, Gradual over those of them
	// that were not released at once.
	Rollout        Spread `json:"rollout_time"`
	Gradual        Spread `json:"rollout_time_of_gradual"`
	UnReleases     int    `json:"un_releases"` // instants at which something was taken from everybody
	UnReleaseTime  Spread `json:"un_release_time"`
	UnReleaseShare Rate   `json:"un_release_share"`
}

// LeadParts split the lead time at the merge.
type LeadParts struct {
	BeforeMerge Spread `json:"first_commit_to_mainline"`
	AfterMerge  Spread `json:"mainline_to_deployed"`
}

// Week is a lane's week. A number that nobody can know is nil.
type Week struct {
	Name        string    `json:"week"`  // ISO 8601: "2026-W12"
	Start       time.Time `json:"start"` // its Monday in the report's zone, as an instant
	Deployments int       `json:"deployments"`
	Changes     int       `json:"changes"`  // deployed for the first time
	Releases    int       `json:"releases"` // instants
	UnReleases  int       `json:"un_releases"`
	Failed      *int      `json:"failed"`
	Rework      *int      `json:"rework"`
	LeadTime    *Seconds  `json:"change_lead_time_p50"`
	ReleaseLead *Seconds  `json:"release_lead_time_p50"`
}

// Failure is a deployment that failed its users.
type Failure struct {
	Deployment string     `json:"deployment"` // its id
	At         time.Time  `json:"at"`         // its end
	Marks      []Source   `json:"marks"`      // in their order
	Incidents  []string   `json:"incidents"`  // ids, sorted
	Recovered  *time.Time `json:"recovered"`
	By         string     `json:"recovered_by"` // the deployment that mended it, "" when an incident's end says when
}

// LinkedIncident is an incident with the deployments that it is ascribed to.
type LinkedIncident struct {
	ID          string     `json:"id"`
	Title       string     `json:"title"`
	URL         string     `json:"url"`
	StartedAt   time.Time  `json:"started_at"`
	ResolvedAt  *time.Time `json:"resolved_at"`
	Deployments []string   `json:"deployments"` // ids, sorted; more than one where a deployment of several parts is named
	Declared    bool       `json:"declared"`    // the file names the deployment; else it is the last one before the start
	Unlinked    Reason     `json:"unlinked,omitempty"`
}

// withDefaults fills in what the options leave open.
func (o Options) withDefaults() Options {
	if o.Windows == nil {
		o.Windows = []int{90, 180, 0}
	}
	if o.Median == "" {
		o.Median = Interpolated
	}
	if o.Start == "" {
		o.Start = FromMainline
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Weeks == 0 {
		o.Weeks = 104
	}
	if o.UnReleaseDays == 0 {
		o.UnReleaseDays = 30
	}
	if o.Marks == nil {
		o.Marks = Sources()
	}
	if o.HotfixNames == nil {
		o.HotfixNames = []string{"hotfix", "hot-fix"}
	}
	return o
}

// Title names the window for people: "90 days", "ever".
func (w *Window) Title() string {
	switch w.Days {
	case 0:
		return "ever"
	case 1:
		return "1 day"
	}
	return strconv.Itoa(w.Days) + " days"
}
