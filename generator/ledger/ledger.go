package ledger

import "time"

// Status is where a change stands in an environment, as of the ledger's as-of.
type Status string

// The statuses. A change that left with an undeploy is not_deployed again; its
// moves tell the rest.
const (
	StatusNotDeployed Status = "not_deployed"
	StatusDark        Status = "dark"
	StatusLimited     Status = "limited"
	StatusReleased    Status = "released"
	StatusUnReleased  Status = "un_released"
	StatusRolledBack  Status = "rolled_back"
	StatusReverted    Status = "reverted"
	StatusUnknown     Status = "unknown"
)

// MoveKind is what happened to a change in an environment.
type MoveKind string

// The moves. Of one instant there is at most one that concerns holding
// (deployed, returned, reapplied, rolled_back, undeployed, reverted), and after
// it at most one that concerns exposure.
const (
	MoveDeployed   MoveKind = "deployed"
	MoveExposed    MoveKind = "exposed"
	MoveWidened    MoveKind = "widened"
	MoveNarrowed   MoveKind = "narrowed"
	MoveReleased   MoveKind = "released"
	MoveUnReleased MoveKind = "un_released"
	MoveRolledBack MoveKind = "rolled_back"
	MoveUndeployed MoveKind = "undeployed"
	MoveReturned   MoveKind = "returned"
	MoveReverted   MoveKind = "reverted"
	MoveReapplied  MoveKind = "reapplied"
)

// Cause is why a move happened.
type Cause string

// The causes of moves.
const (
	CauseDeployment Cause = "deployment"
	CauseTraffic    Cause = "traffic"
	CauseFlag       Cause = "flag"
	CauseRevert     Cause = "revert"
	CauseVersion    Cause = "version"
	CausePlan       Cause = "plan"
	CauseDeclared   Cause = "declared"
)

// Ledger is what follows from the facts as of an instant.
//
// Lists are sorted by a total order: Environments as the policy says, then by
// tier (production first) and name; Changes by merged date, newest first (those
// off the mainline have none and come last, by commit date), then repository and id; Versions by repository, component, then order, newest
// first; Deployments by finish (start where there is none), newest first, then
// id; Flags by key; Problems by CompareProblems.
type Ledger struct {
	Schema       string        `json:"schema"`
	AsOf         time.Time     `json:"as_of"`
	ReleasesBy   ReleasesBy    `json:"releases_by"` // what was chosen: never ReleasesAuto
	Environments []Environment `json:"environments"`
	Changes      []Change      `json:"changes"`
	Versions     []Version     `json:"versions"`
	Deployments  []Deployment  `json:"deployments"`
	Flags        []Flag        `json:"flags"`
	Problems     []Problem     `json:"problems"`
}

// Environment is a place where versions run.
type Environment struct {
	Name EnvironmentName `json:"name"`
	Tier Tier            `json:"tier"`
	Live []Live          `json:"live"` // sorted by repository, component, slot
	// Holds are the lanes that policy keeps from following now, sorted by
	// repository and component. What they run stays.
	Holds []LaneHold `json:"holds"`
}

// LaneHold is a lane that is held since an instant.
type LaneHold struct {
	Repository RepositoryName `json:"repository"`
	Component  ComponentName  `json:"component"`
	Since      time.Time      `json:"since"`
	Basis      Basis          `json:"basis"`
	Reason     string         `json:"reason"` // what the source calls it
	Origins    []Origin       `json:"origins"`
}

// Live is one revision that a lane runs, with its share of the traffic.
type Live struct {
	Repository RepositoryName `json:"repository"`
	Component  ComponentName  `json:"component"`
	Slot       *string        `json:"slot"`
	Revision   Hash           `json:"revision"` // zero when it could not be resolved
	Ref        string         `json:"ref,omitempty"`
	Version    VersionName    `json:"version,omitempty"`
	Weight     Share          `json:"weight"`
	Since      time.Time      `json:"since"`
	Deployment string         `json:"deployment,omitempty"` // the id of the deployment that put it there
}

// Change is one reviewable unit of work with all that happened to it.
type Change struct {
	Repository   RepositoryName  `json:"repository"`
	ID           ChangeID        `json:"id"`
	Aliases      []ChangeID      `json:"aliases"` // ids that it had before its branch was merged
	Commit       Hash            `json:"commit"`
	Commits      []Hash          `json:"commits"` // all that it brought in, its own first
	Title        string          `json:"title"`
	Body         string          `json:"body"`
	Note         *NoteText       `json:"note"`
	Type         string          `json:"type"`
	Scope        string          `json:"scope"`
	Breaking     bool            `json:"breaking"`
	Internal     bool            `json:"internal,omitempty"` // nothing to tell users, unless a note does
	PullRequest  int             `json:"pull_request,omitempty"`
	Author       string          `json:"author"`
	Merged       *time.Time      `json:"merged"`  // null for a change off the mainline
	Version      VersionName     `json:"version"` // "" when no version holds it
	Versions     []ChangeVersion `json:"versions"`
	Components   []ComponentName `json:"components"`
	Flags        []ChangeFlag    `json:"flags"`
	Backports    []Hash          `json:"backports"`
	RevertedBy   []Hash          `json:"reverted_by"`
	Reverts      []Hash          `json:"reverts"`
	OffMainline  bool            `json:"off_mainline"`
	Environments InEnvironments  `json:"environments"` // in the order of Ledger.Environments
}

// ChangeVersion is a version that holds a change: the first of its component's
// line, or one that holds only a backport of it.
type ChangeVersion struct {
	Name      VersionName   `json:"name"`
	Component ComponentName `json:"component"`
	Backport  Hash          `json:"backport,omitzero"` // the copy that it holds, when not the change itself
}

// ChangeFlag ties a change to a flag, with the evidence.
type ChangeFlag struct {
	Key     FlagKey  `json:"key"`
	By      LinkRule `json:"by"`
	Role    LinkRole `json:"role"`
	Negated bool     `json:"negated,omitempty"`
	Variant string   `json:"variant,omitempty"`
	Known   bool     `json:"known"` // some manifest knows the flag
	Origins []Origin `json:"origins"`
}

// State is what happened to a change in one environment, or in one lane of it.
type State struct {
	Status       Status       `json:"status"`
	Percent      Share        `json:"percent"` // who has it now
	Groups       []GroupShare `json:"groups"`
	Excludes     []string     `json:"excludes"`
	Deployed     Date         `json:"deployed"`
	FirstExposed Date         `json:"first_exposed"`
	Released     Date         `json:"released"` // the first time at the threshold
	Moves        []Move       `json:"moves"`    // oldest first
}

// Move is a dated change of a State, with its cause.
type Move struct {
	At      time.Time    `json:"at"`
	Kind    MoveKind     `json:"kind"`
	Percent Share        `json:"percent"` // after the move
	Groups  []GroupShare `json:"groups"`
	Cause   Cause        `json:"cause"`
	Basis   Basis        `json:"basis"`
	Origins []Origin     `json:"origins"`
}

// InEnvironment is the State of a change in an environment, over those of its
// components that run there.
type InEnvironment struct {
	Environment EnvironmentName
	State
	Components []InComponent // sorted by component
}

// InComponent is the State of a change in one lane.
type InComponent struct {
	Component ComponentName
	State
}

// InEnvironments is written as a JSON object keyed by environment.
type InEnvironments []InEnvironment

// Version is a named point in history, and what became of it.
type Version struct {
	Repository RepositoryName `json:"repository"`
	Name       VersionName    `json:"name"`
	Component  ComponentName  `json:"component"` // "" when its line covers the whole repository
	Commit     Hash           `json:"commit"`
	At         time.Time      `json:"at"`
	Basis      Basis          `json:"basis"`
	Prerelease bool           `json:"prerelease"`
	Message    string         `json:"message,omitempty"`
	Changes    []ChangeID     `json:"changes"` // those whose first version this is, newest first
	// Deployed is the first instant at which an environment ran exactly this
	// version, by environment.
	Deployed map[EnvironmentName]Date `json:"deployed"`
	Origins  []Origin                 `json:"origins,omitempty"`
}

// Relation compares a deployment's revision with what was live before it.
type Relation string

// The relations of a revision to the one before.
const (
	RelationFirst    Relation = "first"
	RelationForward  Relation = "forward"
	RelationSame     Relation = "same"
	RelationOlder    Relation = "older"
	RelationDiverged Relation = "diverged"
	RelationUnknown  Relation = "unknown"
)

// KindBasis says whether a source stated the kind of a deployment.
type KindBasis string

// The bases of a deployment's kind.
const (
	KindDeclared KindBasis = "declared"
	KindInferred KindBasis = "inferred"
)

// Deployment is a record with what the ledger made of it.
type Deployment struct {
	ID          string          `json:"id"`
	Environment EnvironmentName `json:"environment"`
	Repository  RepositoryName  `json:"repository"`
	Component   ComponentName   `json:"component"`
	Slot        *string         `json:"slot"`
	Ref         string          `json:"ref"`
	Revision    Hash            `json:"revision"`
	Version     VersionName     `json:"version"`
	Kind        DeploymentKind  `json:"kind"`
	KindBasis   KindBasis       `json:"kind_basis"`
	Relation    Relation        `json:"relation"`
	Status      RecordStatus    `json:"status"`
	Hotfix      bool            `json:"hotfix,omitempty"` // so says its source
	Faulty      bool            `json:"faulty,omitempty"` // so says its source, though it succeeded
	Weight      Share           `json:"weight"`           // of its slot, after it
	StartedAt   *time.Time      `json:"started_at"`
	FinishedAt  *time.Time      `json:"finished_at"`
	TimeBasis   Basis           `json:"time_basis"`
	Gained      []ChangeID      `json:"gained"` // changes of its component, newest first
	Lost        []ChangeID      `json:"lost"`
	Actor       *string         `json:"actor"`
	URL         *string         `json:"url"`
	Description *string         `json:"description"`
	Origins     []Origin        `json:"origins"`
}

// Flag is the timeline of a flag in each environment.
type Flag struct {
	Key          FlagKey            `json:"key"`
	Repository   RepositoryName     `json:"repository"`
	Source       string             `json:"source"`
	Effect       Effect             `json:"effect"`
	Description  string             `json:"description"`
	Owner        string             `json:"owner"`
	Kind         string             `json:"kind"`
	Expires      *time.Time         `json:"expires"`
	Permanent    bool               `json:"permanent"`
	Retired      *Retirement        `json:"retired"`
	Note         *NoteText          `json:"note"`
	Environments FlagInEnvironments `json:"environments"` // in the order of Ledger.Environments
	Plan         []FlagPlan         `json:"plan"`         // steps after as-of, oldest first
	Changes      []ChangeID         `json:"changes"`      // behind it, newest first
	Origins      []Origin           `json:"origins"`
}

// Retirement is the end of a flag's life.
type Retirement struct {
	At      time.Time `json:"at"`
	As      string    `json:"as"` // released, dropped, or "" when nothing says
	Commit  Hash      `json:"commit,omitzero"`
	Origins []Origin  `json:"origins"`
}

// FlagPlan is a planned step that still stands.
type FlagPlan struct {
	At          time.Time       `json:"at"`
	Environment EnvironmentName `json:"environment"`
	State       FlagState       `json:"state"`
	Percent     Share           `json:"percent"`
	Groups      []GroupShare    `json:"groups"`
	Origins     []Origin        `json:"origins"`
}

// FlagInEnvironment is the state of a flag in an environment now, and the steps
// that led there.
type FlagInEnvironment struct {
	Environment EnvironmentName
	State       FlagState
	Percent     Share
	Groups      []GroupShare
	Excludes    []string
	Via         string
	Fallback    bool
	Steps       []FlagMove // oldest first
}

// FlagInEnvironments is written as a JSON object keyed by environment.
type FlagInEnvironments []FlagInEnvironment

// FlagMove is a step of a flag that took effect.
type FlagMove struct {
	At       time.Time    `json:"at"` // when it took effect
	Written  Written      `json:"written"`
	State    FlagState    `json:"state"`
	Percent  Share        `json:"percent"`
	Groups   []GroupShare `json:"groups"`
	Excludes []string     `json:"excludes"`
	Planned  bool         `json:"planned"` // the instant was written in the manifest beforehand
	Origins  []Origin     `json:"origins"`
}

// Written says when a step entered the manifest on the mainline.
type Written struct {
	At     time.Time `json:"at"`
	Commit Hash      `json:"commit"`
	// Named says whether the title of Commit names the flag, by its key as a word
	// of its own. Nil where the commit is not known. A flag that moves in a commit
	// that speaks of something else is easily missed in a review.
	Named *bool `json:"named"`
}
