// Package ledger holds the vocabulary of Daylight as types, and the one
// function that turns facts into dates: [Compute].
//
// The two nouns are [Facts] and [Ledger]. Facts are what was read: the commits
// of one or more repositories, versions, deployment records, the history of
// feature flags, reverts, backports, declared releases. Each carries the
// [Origin] that it was read from. The Ledger is what follows from them: for
// every [Change], where it is (deployed), who sees it (released), since when,
// and on what evidence.
//
// # What is pure here
//
// Compute(facts, policy, asOf) does no I/O, reads no clock, and depends on no
// map order. The same facts in any order give the same ledger. This package
// imports the standard library only, and of that neither os, io/fs, net, log
// nor html/template.
//
// # Where a change is
//
// Everything is computed per lane: one environment and one component. The live
// set of a lane is a step function of time: the revisions that it runs, each
// with a share of the traffic. A revision holds a change when it reaches a copy
// of it that no standing revert cancels. Reachability is real ancestry: never
// dates, never the order of a walk, never the names of tags.
//
// # Who sees it
//
// Exposure is the sum, over the live revisions that hold the change, of their
// traffic multiplied by what the flags in front of the change let through.
// Shares are exact intervals (see [Share]): a traffic share or a flag that is
// only bounded gives a bounded exposure, and what is undecided is never called
// released.
//
// # What is unknown
//
// Unknown is a value and never a guess: a revision that cannot be resolved, a
// flag whose manifest cannot be read, and history that a shallow clone cut off
// give [StatusUnknown] and dates that are null. The zero [When] means unknown.
//
// # What it does not do
//
// It reads nothing: titles, kinds, links from changes to flags, and which
// components a commit touches are facts that package collect brings. It makes
// no sentences (package story) and withholds nothing (package audience).
package ledger
