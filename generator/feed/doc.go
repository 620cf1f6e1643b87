// Package feed writes RSS 2.0, Atom 1.0, JSON Feed 1.1 and iCalendar, and says
// which feeds a site has. It is the only importer of gorilla/feeds.
//
// The two nouns are [Feed], which knows no format, and [Subject], a thing that
// one can subscribe to, with its feed and its calendar. [Team] and [Customers]
// list the subjects of a site; [RSS], [Atom], [JSON] and [ICal] write bytes.
//
// # Valid for strict readers
//
// The bytes have neither errors nor warnings for a strict validator. The types
// of elements are the library's; the library's own conversion of its generic
// feed is not used, because it gives feeds without a link to themselves, people
// without addresses, and new ids at each build. What it lacks is added in
// structs that embed its own.
//
// # Ids
//
// An entry's id is a tag: address that depends on what the entry is about and
// never on its title, the address of its page, or the version of the site:
// readers know an entry by it. See [TagURI].
//
// # Dates
//
// [Prepare] leaves out entries that lie in the future of the feed's as-of, for
// plans belong into the calendar; clamps dates before 1990, which are broken
// clocks; and tells apart entries of one instant by microseconds in the order
// of their ids. An empty feed is dated by [Feed.Born]. No clock is read.
//
// # Hostile text
//
// Commit messages hold control characters, half characters, mark-up and a "]]>"
// now and then. Every string is cleaned of what XML forbids before it reaches a
// struct. Content is HTML made elsewhere; all other text is plain and escaped.
//
// # What it does not do
//
// It renders no Markdown, but is given a function that does, with absolute
// links. It withholds nothing: for customers it is given a reduced ledger and
// the notes made of it.
package feed
