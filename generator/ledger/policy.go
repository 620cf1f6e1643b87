package ledger

// Tier is the class of an environment.
type Tier string

// The tiers.
const (
	TierProduction  Tier = "production"
	TierStaging     Tier = "staging"
	TierTesting     Tier = "testing"
	TierDevelopment Tier = "development"
	TierOther       Tier = "other"
)

// ReleasesBy says what counts as a release.
type ReleasesBy string

// What counts as a release. The zero value chooses: by version when there are
// neither deployments nor flags, else by flags.
const (
	ReleasesAuto     ReleasesBy = ""
	ReleasesFlags    ReleasesBy = "flags"
	ReleasesVersion  ReleasesBy = "version"
	ReleasesDeclared ReleasesBy = "declared"
)

// Published is the environment of what nobody deploys, where every version
// stays live.
const Published EnvironmentName = "published"

// Policy is the part of the configuration that decides dates. The zero Policy
// is valid.
type Policy struct {
	// Threshold is the share from which a change counts as released; 0 stands
	// for Hundred.
	Threshold Percent
	// ReleaseGroups, when set, are the groups that count as everybody: a change
	// is released when each of them has it fully.
	ReleaseGroups []string
	// Tiers override the tier that TierOf finds.
	Tiers map[EnvironmentName]Tier
	// Environments is the order in which environments are shown, first the one
	// nearest to users. Those that it does not name follow, by tier and name.
	Environments []EnvironmentName
	ReleasesBy   ReleasesBy
}
