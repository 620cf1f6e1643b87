package ledger

import "time"

// Facts is everything that was read, in any order: Compute sorts for itself.
type Facts struct {
	Repositories []Repository
	Deployments  []Record
	Flags        []FlagHistory
	Links        []FlagLink
	Releases     []DeclaredRelease
	Holds        []Hold
	// Usages are for the care of flags; Compute does not look at them.
	Usages []FlagUsage
	// Incidents and Repairs are for the metrics; Compute does not look at them.
	Incidents []Incident
	Repairs   []Repair
	Problems  []Problem // what the readers doubted; Compute adds its own
}

// Repository is one repository of code: its graph, and what was read of it.
type Repository struct {
	Name     RepositoryName // required, unique
	Branch   string         // the name of the mainline, "main"
	Mainline Hash           // its tip; zero when the repository is empty
	// Components are the parts that are deployed separately, in the order of
	// the configuration. A repository without any has one, named after it.
	Components []ComponentName
	// Shallow lists the commits whose parents a shallow clone cut off. They are
	// treated as roots, and what lies behind them is unknown.
	Shallow   []Hash
	Commits   []Commit // everything reachable from the mainline, versions and deployed revisions
	Versions  []VersionFact
	Reverts   []Revert
	Backports []Backport
	// SourcesOnly says that the commits are records of deployments or flags, and no
	// changes to report on; they still date what they record.
	SourcesOnly bool `json:",omitzero"`
}

// Commit is a git commit with what was understood of its message.
type Commit struct {
	Hash      Hash
	Parents   []Hash // in git's order; parents that are not in Facts are cut off
	Committed time.Time
	Authored  time.Time
	Author    string // name only, after .mailmap
	Title     string // what the change is called: a squash's or a merge's title
	Body      string
	Type      string // Conventional Commits' type, lower case: "feat"; "" when there is none
	Scope     string
	Breaking  bool
	// PullRequest is the number of the pull or merge request, 0 when unknown.
	PullRequest int
	Note        *NoteText // the text meant for people, from the strongest source
	// Internal says that there is nothing to tell users, by what the commit
	// touches or by its own word. A note outweighs it.
	Internal bool
	// Components that the first-parent diff touches. Nil means all of the
	// repository's; empty and not nil means none.
	Components []ComponentName
}

// NoteText is what a note file, a git note, a trailer or a block says of a
// change to the people who use the product.
type NoteText struct {
	Title   string   `json:"title"` // may be empty: the change's own title then
	Text    string   `json:"text"`  // Markdown, untrusted
	Kind    string   `json:"kind"`  // added, changed, deprecated, removed, fixed, security, or ""
	Name    string   `json:"name"`  // the note file's name without its extension, or ""
	Origins []Origin `json:"origins,omitempty"`
}

// VersionFact is a named point in history.
type VersionFact struct {
	Name       VersionName   `json:"name,omitzero"`
	Component  ComponentName `json:"component,omitzero"` // of its version line; "" when the line covers the whole repository
	Commit     Hash          `json:"commit,omitzero"`    // zero when the tag's commit is missing
	When       When          `json:"when,omitzero"`      // lightweight tags have the commit's date, and the basis says so
	Prerelease bool          `json:"prerelease,omitzero"`
	Order      int           `json:"order,omitzero"` // place in the order of its scheme, ascending; ties are equal versions
	Message    string        `json:"message,omitzero"`
	Origins    []Origin      `json:"origins,omitzero"`
}

// RecordStatus is the outcome of a deployment. Only succeeded records can be
// live.
type RecordStatus string

// The outcomes of a deployment.
const (
	RecordPending    RecordStatus = "pending"
	RecordRunning    RecordStatus = "running"
	RecordSucceeded  RecordStatus = "succeeded"
	RecordFailed     RecordStatus = "failed"
	RecordCancelled  RecordStatus = "cancelled"
	RecordSuperseded RecordStatus = "superseded"
	RecordUnknown    RecordStatus = "unknown"
)

// DeploymentKind is what a deployment was meant to be.
type DeploymentKind string

// The kinds of deployment.
const (
	KindDeploy        DeploymentKind = "deploy"
	KindPromote       DeploymentKind = "promote"
	KindRollback      DeploymentKind = "rollback"
	KindRedeploy      DeploymentKind = "redeploy"
	KindCanaryStep    DeploymentKind = "canary_step"
	KindTrafficSwitch DeploymentKind = "traffic_switch"
	KindUndeploy      DeploymentKind = "undeploy"
)

// Record is one deployment as a source recorded it.
type Record struct {
	ID          string          `json:"id,omitzero"` // stable over builds: kind of source and the key in it
	Repository  RepositoryName  `json:"repository,omitzero"`
	Component   ComponentName   `json:"component,omitzero"` // "" is the repository's first component
	Environment EnvironmentName `json:"environment,omitzero"`
	Slot        string          `json:"slot,omitzero"` // "blue", "canary", or "" where the lane has no slots
	Ref         string          `json:"ref,omitzero"`  // tag, version or short id as written
	// Revision is Ref resolved. The zero Hash with a Ref that is not empty could
	// not be resolved: the lane is unknown from then on.
	Revision Hash           `json:"revision,omitzero"`
	Kind     DeploymentKind `json:"kind,omitzero"` // "" when the source does not say: inferred
	// Weight is the share of the traffic after this record; nil when not given.
	// Without a slot, less than everybody is a canary step.
	Weight *Share       `json:"weight,omitzero"`
	Status RecordStatus `json:"status,omitzero"`
	// Hotfix says that the source calls it one: unplanned, and made because
	// something was wrong. Faulty says that the source calls it bad although it
	// succeeded: it was rolled back, or had to be mended.
	Hotfix      bool      `json:"hotfix,omitzero"`
	Faulty      bool      `json:"faulty,omitzero"`
	StartedAt   time.Time `json:"started_at,omitzero"`  // zero when unknown
	FinishedAt  time.Time `json:"finished_at,omitzero"` // required for succeeded records
	TimeBasis   Basis     `json:"time_basis,omitzero"`
	Actor       string    `json:"actor,omitzero"`
	URL         string    `json:"url,omitzero"`
	Description string    `json:"description,omitzero"`
	Order       int       `json:"order,omitzero"` // place in its source, for records of one instant
	Origins     []Origin  `json:"origins,omitzero"`
}

// Effect says when a change of a flag's manifest takes effect.
type Effect string

// The two ways in which a manifest takes effect.
const (
	// EffectMerge: the runtime reads the manifest from git; it counts from the
	// mainline commit's date, plus the source's delay.
	EffectMerge Effect = "merge"
	// EffectDeployment: the manifest ships with the build; an environment has
	// the state that is in its live revision.
	EffectDeployment Effect = "deployment"
)

// FlagState is a setting in one word.
type FlagState string

// The states of a flag in an environment.
const (
	FlagOn       FlagState = "on"       // everybody, perhaps with excludes
	FlagOff      FlagState = "off"      // nobody
	FlagPartial  FlagState = "partial"  // a percentage
	FlagTargeted FlagState = "targeted" // named groups only
	FlagUnknown  FlagState = "unknown"  // the manifest does not tell, or cannot be read
)

// GroupShare is the share of a named group that is let in.
type GroupShare struct {
	Name    string `json:"name"`
	Percent Share  `json:"percent"`
}

// Setting is what one version of a manifest says of a flag in one environment.
type Setting struct {
	State    FlagState      `json:"state,omitzero"`
	Percent  Share          `json:"percent,omitzero"`  // of the population that no rule targets
	Groups   []GroupShare   `json:"groups,omitzero"`   // named groups that are let in, sorted by name
	Excludes []string       `json:"excludes,omitzero"` // named groups that are kept out, sorted
	Variants []VariantShare `json:"variants,omitzero"`
	Via      string         `json:"via,omitzero"`      // the field that decided: "default rule", "rollout", "targeting"
	Fallback bool           `json:"fallback,omitzero"` // the file leaves the answer to the code's default
}

// VariantShare is the share that gets a variant of a flag.
type VariantShare struct {
	Variant string `json:"variant"`
	Percent Share  `json:"percent"`
}

// PlannedSetting is a step that a manifest writes down for a later instant.
type PlannedSetting struct {
	At      time.Time `json:"at,omitzero"`
	Setting Setting   `json:"setting,omitzero"`
	Origins []Origin  `json:"origins,omitzero"` // of this step; none stands for those of the entry
	// Written is when the step was written down, where that is known and is not
	// the date of the commit of its FlagStep: of a line in a note.
	Written time.Time `json:"written,omitzero"`
}

// FlagStep says that from Commit on, the manifest at the mainline of its
// repository has this setting. Only changes are listed.
type FlagStep struct {
	Commit      Hash             `json:"commit,omitzero"`      // on the mainline of FlagHistory.Repository, or on Branch
	Environment EnvironmentName  `json:"environment,omitzero"` // "" is every environment that has no steps of its own
	Setting     Setting          `json:"setting,omitzero"`     // before the first planned step
	Plan        []PlannedSetting `json:"plan,omitzero"`
	Removed     bool             `json:"removed,omitzero"` // the entry is gone from the manifest
	// At is when Commit is dated, on the Branch of a history; never before that of
	// an earlier step.
	At time.Time `json:"at,omitzero"`
	// Dated says that Plan is a log: its steps count from their own instants,
	// also where they were written down later. Of the versions of a log the
	// newest counts.
	Dated   bool     `json:"dated,omitzero"`
	Origins []Origin `json:"origins,omitzero"`
}

// FlagAt is the setting in the manifest of a deployed revision that is not on
// the mainline, where it differs from the mainline commit it forked from.
type FlagAt struct {
	Revision    Hash             `json:"revision,omitzero"`
	Environment EnvironmentName  `json:"environment,omitzero"` // "" is every environment that the manifest there does not name
	Setting     Setting          `json:"setting,omitzero"`
	Plan        []PlannedSetting `json:"plan,omitzero"`
	Removed     bool             `json:"removed,omitzero"` // the manifest there does not name the environment
	Origins     []Origin         `json:"origins,omitzero"`
}

// FlagHistory is one life of a flag in one source. Several of one key are one flag
// where they speak of different environments: see [FlagSpan.Beside].
type FlagHistory struct {
	Key        FlagKey        `json:"key,omitzero"`
	Repository RepositoryName `json:"repository,omitzero"` // of the manifest
	// Branch that the manifest is read along, where that is not the mainline; for
	// EffectMerge only.
	Branch string        `json:"branch,omitzero"`
	Source string        `json:"source,omitzero"` // the name of the source, or the manifest's path
	Effect Effect        `json:"effect,omitzero"`
	Delay  time.Duration `json:"delay,omitzero"` // for EffectMerge
	// DeployedWith names the component whose live revision carries the manifest,
	// for EffectDeployment with a manifest in another repository than the code.
	DeployedWith ComponentName `json:"deployed_with,omitzero"`
	Description  string        `json:"description,omitzero"`
	Owner        string        `json:"owner,omitzero"`
	Kind         string        `json:"kind,omitzero"` // release, experiment, ops, permission, or ""
	Expires      time.Time     `json:"expires,omitzero"`
	Permanent    bool          `json:"permanent,omitzero"`
	// Variant names the variants that count as the treatment, for flags that
	// are not boolean.
	Variants []string   `json:"variants,omitzero"`
	Steps    []FlagStep `json:"steps,omitzero"` // any order
	At       []FlagAt   `json:"at,omitzero"`
	// RetiredAs is what a trailer says of the removal: "released", "dropped", or
	// "" when nothing does; RetiredBy is the commit that removed the entry.
	RetiredAs string    `json:"retired_as,omitzero"`
	RetiredBy Hash      `json:"retired_by,omitzero"`
	Note      *NoteText `json:"note,omitzero"`    // a note file that names the flag
	Origins   []Origin  `json:"origins,omitzero"` // of the newest entry
}

// LinkRule is the evidence that ties a change to a flag, strongest first.
type LinkRule string

// The rules that link changes to flags.
const (
	LinkTrailer    LinkRule = "trailer"
	LinkMetadata   LinkRule = "metadata"
	LinkEdit       LinkRule = "edit"
	LinkOccurrence LinkRule = "occurrence"
	LinkPath       LinkRule = "path"
)

// LinkRole says what the change does with the flag. Only RoleBehind gates.
type LinkRole string

// The roles of a change towards a flag.
const (
	RoleBehind  LinkRole = "behind"
	RoleMoves   LinkRole = "moves"
	RoleRemoves LinkRole = "removes"
)

// FlagLink ties a commit to a flag.
type FlagLink struct {
	Repository RepositoryName `json:"repository,omitzero"` // of the commit
	Commit     Hash           `json:"commit,omitzero"`
	Key        FlagKey        `json:"key,omitzero"`
	Negated    bool           `json:"negated,omitzero"` // the change shows where the flag is off
	Variant    string         `json:"variant,omitzero"` // the change shows to those who get this variant
	By         LinkRule       `json:"by,omitzero"`
	Role       LinkRole       `json:"role,omitzero"`
	Origins    []Origin       `json:"origins,omitzero"`
}

// Revert says that one commit undoes another.
type Revert struct {
	Commit  Hash     `json:"commit,omitzero"` // the commit that undoes
	Undoes  Hash     `json:"undoes,omitzero"` // the commit that is undone
	Rule    string   `json:"rule,omitzero"`
	Origins []Origin `json:"origins,omitzero"`
}

// Backport says that a commit is a copy of another: a cherry-pick, or a
// re-application after a revert.
type Backport struct {
	Commit  Hash   `json:"commit,omitzero"` // the copy
	Of      Hash   `json:"of,omitzero"`     // the original
	Rule    string `json:"rule,omitzero"`
	Reapply bool   `json:"reapply,omitzero"` // the copy re-applies what was reverted
	// Brings lists the other commits of a branch that Of squashed and Commit
	// ends: parts of the change, and no changes of their own.
	Brings  []Hash   `json:"brings,omitzero"`
	Origins []Origin `json:"origins,omitzero"`
}

// DeclaredRelease is a release that a person declared, without a flag.
type DeclaredRelease struct {
	Repository  RepositoryName  `json:"repository,omitzero"`
	Environment EnvironmentName `json:"environment,omitzero"` // "" is every environment of tier production
	Commit      Hash            `json:"commit,omitzero"`      // the change, or
	Version     VersionName     `json:"version,omitzero"`     // all changes of a version, or
	Flag        FlagKey         `json:"flag,omitzero"`        // all changes behind a flag
	At          When            `json:"at,omitzero"`
	Percent     Share           `json:"percent,omitzero"`
	Groups      []GroupShare    `json:"groups,omitzero"`
	Origins     []Origin        `json:"origins,omitzero"`
}

// Hold says that from an instant on, policy keeps a lane from following, or lets
// it follow again. It is no deployment: what runs stays.
type Hold struct {
	Repository  RepositoryName  `json:"repository,omitzero"`
	Component   ComponentName   `json:"component,omitzero"` // "" is the repository's first component
	Environment EnvironmentName `json:"environment,omitzero"`
	Held        bool            `json:"held,omitzero"` // false ends the hold
	At          When            `json:"at,omitzero"`
	Reason      string          `json:"reason,omitzero"` // what the source calls it
	Origins     []Origin        `json:"origins,omitzero"`
}
