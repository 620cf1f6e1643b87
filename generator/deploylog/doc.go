// Package deploylog reads deployments out of what teams leave in git: tags, notes
// on commits, trailers, files of records, branches and tags that move, and the
// history of a desired state.
//
// The two types are [Reader] and [Input]. A Reader knows one convention; an
// Input is all that it may look at, as plain values: the package does no I/O and
// reads no clock. What comes out are ledger.Records and ledger.Problems. A
// record with a fault is a problem with its place, and never stops the others.
//
// # When it happened
//
// The order of trust is: the time in a tag's name, or the one that a record
// states; the tagger's date; the commit's date, or the instant at which a note
// or a line was first seen. The basis says which. A name that states only a day
// is certain of the day: within it, the commit's instant is the earliest that it
// can have been, and is taken. Times without a zone are in [Input].Zone. Where a
// name and its tagger disagree by more than a few minutes, that is a problem.
//
// # What is not a deployment
//
// Tags and branches that move (production/last, deployed-to-production) say only
// what is there now: [Branches] and [MovingTags] read those that are configured,
// compare them with what has dates, and the others are reported. Tags that nearly fit a pattern are problems, and never dropped in
// silence. Environments that are not on the list of those allowed are counted.
//
// # A desired state
//
// [GitOps] follows a value in a file along the first-parent line of commits: each
// change of it is a deployment, which a gate may hold back until another file
// changes. That a lane is held by policy is a ledger.Hold, and no deployment.
//
// # Revisions
//
// A revision that is stated as a short id, a tag or a version is resolved by
// whoever has the repository, and is then resolved, ambiguous or unresolvable;
// the latter two leave Record.Revision zero, with a problem.
//
// # Identity
//
// An id is the kind of the source, the repository, and the key in the source: a
// tag's name, the id that a record states, else a hash of its line. The same
// input read twice has the same ids, and [Merge] makes one record of an event
// that two sources tell of.
//
// # The keys of a record
//
// Notes and files of our own share the keys that are listed at [Keys], with the
// names of OpenTelemetry's semantic conventions as aliases. Unknown keys are
// left alone; unknown values are problems.
//
// # What other systems write
//
// [Files] reads the events, payloads and logs of other systems that a team keeps
// in its tree; [Formats] lists them. Each is a file of this package that maps
// fields to our keys, and is found by the content of a document. Documents that
// are known and deploy nothing are counted with the reason; those that nobody
// knows are problems. Words for an outcome are each system's own: one that it
// does not have is unknown, and never live. For the rest there is a jq program.
package deploylog
