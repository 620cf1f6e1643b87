// Package audience decides what the readers of a site may see: a ledger in, a
// smaller ledger out. It also audits a finished site for what was withheld.
//
// The two nouns are [Rules], what an audience may see, and [Public], a ledger
// that has been reduced to it. Only [Reduce] makes a Public with anything in
// it, so that a function which takes one cannot be handed the full ledger by
// mistake, and a template cannot leak what it is not given.
//
// # What is shown
//
// A change is shown when it reached the audience in its environments: in all of
// them, or in any where the rules say so. Reached means an exposure whose lower
// end is above nothing, or the audience's own group. A change that was shown
// and is not visible any more stays, marked un-released: what was published
// does not vanish in silence.
//
// # Fail closed
//
// What is unknown is not shown: a lane that could not be resolved before the
// change was seen, a flag that no manifest knows, a move without a date, rules
// that cannot be read. A kind of readers that is not known sees nothing. Of a
// change only the fields listed in [Reduce] are copied: a field that is added
// to the ledger later is withheld until somebody adds it there.
//
// # Ids
//
// The id of a commit tells which commit it is, and the name of a flag tells
// what is being built. Public ids are therefore the first 12 hex digits of
// SHA-256 over the site's salt, the repository, and what the id is about
// ([PublicID]). They stay when a title is changed.
//
// # The audit
//
// [Audit] reads every byte of a built site and finds withheld strings in it,
// also where they are escaped or encoded. It knows nothing of how the site was
// made, and is the second lock on the same door.
//
// # What it does not do
//
// It writes no notes (package notes) and no pages. Which kind of note a change
// makes is told by a function in the rules. It decides no dates: those are the
// ledger's.
package audience
