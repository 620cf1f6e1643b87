// Package diff tells what is different between two builds of a site.
//
// The two nouns are [Snapshot], the identifiers and dates that a build
// published, and [Diff], what became of them until another build. [Compare]
// makes a Diff, and [Corrections] finds what should never happen.
//
// # A snapshot
//
// A snapshot is small, and is published with each site as
// data/published.json: pipelines keep no old sites, but can fetch one file. For
// a team it lists changes, for everybody else the notes of their site, so that
// it holds nothing that the site does not show anyway.
//
// # What differs
//
// Compare looks at where each entry stood and stands: what was deployed, what
// more or fewer people can see, what was taken back. It compares the states at
// both ends, and tells besides what came and went in between, or went and came:
// a release that was taken back before the next build was read by people.
//
// Dates that were published otherwise once stay in the snapshots for as long as
// they differ ([Standing]), so that the site goes on saying so.
//
// # What should never happen
//
// A date that was published stays, an entry does not vanish, and an identifier
// does not change, since addresses and feeds rest on it. Where history is read
// anew, with more of it or by other rules, that may happen all the same:
// Corrections says what moved, from where to where, and what the old and the
// new value rest on. A date that was not known before is news and no correction.
//
// # What it does not do
//
// It reads no files and no git, and decides nothing about dates.
package diff
