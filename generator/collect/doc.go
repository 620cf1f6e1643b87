// Package collect walks the history of repositories, asks the sources what it
// says, and returns ledger.Facts.
//
// The nouns are [Repo], what it asks of a repository, and [Options], which say
// what to look for. [Collect] is the one verb.
//
// # What it decides
//
// Which commits are the mainline; what a message says (title, kind, pull
// request, trailers, reverts, backports: see [ParseMessage]); which components
// a commit touches; which versions and deployments the sources tell of; how
// each flag's setting changed from one mainline commit to the next, and which
// changes stand behind it; which text a change has for people (a message's, that
// of a git note in refs/notes/release-notes, that of a note file, the stronger
// last).
//
// # What it leaves to others
//
// Dates, statuses and moves are computed by package ledger, from these facts
// alone. Formats are read by packages deploylog and flagfile, git by whoever
// satisfies Repo.
//
// # What is wrong in the input
//
// A record, manifest or message that cannot be understood is a ledger.Problem
// in the facts, with its place, and stops nothing. An error of Collect means
// that the repository itself could not be read.
package collect
