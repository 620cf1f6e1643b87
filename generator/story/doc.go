// Package story tells in plain English what happened to a change, a flag, a
// version or a deployment: moves as sentences.
//
// The two types are [Teller], which knows one ledger and a time zone, and
// [Line], a sentence with its instant, what that rests on, and its origins.
//
// # What a sentence says
//
// Each sentence about a move says three things: what happened, who can see the
// change after it, and why. "Deployed to production with v1.4.0; nobody can see
// it: flag basket-v2 is off there." The words are those of design section 1 and
// no others: deployed is never used for released. The instant is not part of
// the text, because a page puts it into a time element and a terminal into a
// column; [Teller.When] writes it.
//
// # Is it live?
//
// [Teller.Status] answers in one line for one environment, and [Teller.Why]
// lists what keeps the change from everybody. Ages are relative to the ledger's
// as-of: no clock is read here.
//
// # What a flag says
//
// The ledger tells a flag's setting by environment. Where builds with different
// manifests run there side by side, that is an interval which says little of the
// one that a change asks; then the setting follows from who sees the change, if
// all of the traffic goes to what holds it and the flag is its only one, and else
// the sentence leaves it out. A flag that was retired says what it was retired
// as, from where its deletion is deployed.
//
// # Whole stories
//
// [Teller.Explain] gives a [Story] of sections and lines, from which text,
// Markdown and JSON are made. [Find] resolves what a person types. [Teller.Board]
// is the board of a terminal as rows.
//
// # Hostile text
//
// Titles, names and keys come from repositories. Every Line is one line without
// control characters and without direction overrides, and Markdown output is
// escaped. HTML is not made here.
//
// # What it does not do
//
// It decides nothing: statuses, dates and moves are the ledger's. It withholds
// nothing either: of a reduced ledger it tells what is left.
package story
