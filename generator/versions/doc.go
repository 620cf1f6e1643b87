// Package versions finds out which tags of a repository are versions, and puts
// them into an order.
//
// The two nouns are [Version] and [Selection]. [Select] takes the names of all
// tags at once, because only together they tell which schemes a repository uses:
// v1 is a version beside v2, and a moving alias beside v1.4.0.
//
// # Schemes
//
// Semver is 1.2.3 and its relatives with two to four or more numbers. Calver
// begins with a year. A counter is a single number, v1053 or release_2282. A
// pattern is written by the user. All may have v or a neutral word before them
// (release-1.2, rel_1_2_3), or the name of a component (shop/v1.4.0,
// worker@0.9.2, shop-v1.4.0). With [Auto] all but patterns are tried.
//
// # What is no version
//
// What the deployment sources claim ([Options].Exclude), and what looks like a
// deployment: an environment or "deploy" before it, a date with a time of day.
// A tag that nearly is a version is a [Miss], with the reason.
//
// # Order
//
// Within a component: the numbers, then pre-releases before the version and
// patches of it after, then the identifiers. A tag that is strictly semantic
// compares as semver.org has it. In all other spellings letters and digits are
// told apart, so that rc10 follows rc9. Versions that differ only in spelling,
// or in build metadata, are equal. The order says nothing about history: which
// version holds a commit is a question of ancestry.
//
// The package knows nothing of git, and reads no clock.
package versions
