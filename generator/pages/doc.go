// Package pages decides which pages a site has and what each of them shows. It
// is pure: a ledger, texts and settings in, page structs out. It reads no file,
// no clock and no configuration, and writes no markup.
//
// The two nouns are [Page] and [Frame]. A Page is an address, the name of a
// template and a struct made for that template. A Frame is the part of that
// struct that all pages share: title, navigation, feeds, as-of. Templates place
// what they are given and decide nothing, so a theme can change how a site looks
// and never what it says.
//
// # Two sites
//
// [Team] makes the pages for those who build the product, from a whole ledger.
// [Customers] makes those for the people who use it. Its input holds no ledger:
// it is given the notes that may be seen and nothing else, so that no page can
// show what it has not got.
//
// # Addresses
//
// Addresses are stable, end in a slash, and are safe in every file system: see
// [Segment]. Two things of the same name (a tag in two repositories) get
// addresses that differ. Inside a page every link is relative, so that a site
// works below any path, and its bytes do not depend on where it is served. The
// page for what is missing is shown at any depth and is the one exception: its
// links begin with the path of [Site].Base.
//
// # Time
//
// Every instant is a [Stamp]: machine-readable, in the zone of display, and with
// its age as of the ledger's as-of, never by the clock. An instant that is not
// known is a zero Stamp, which templates show as unknown or not yet; there is no
// zero date on any page.
//
// # Order and size
//
// Pages come in a fixed order and one by one, so that a site of a hundred
// thousand pages needs no memory for them. Long lists are cut by month: a new
// change rewrites the page of its own month and no older one. A change off the
// mainline was merged never; it stands in the month in which it was first
// deployed, which is when people met it.
//
// No page outgrows a phone. A table shows at most a hundred changes, the rest on
// parts below the page, and columns for at most six environments: those of the
// tiers production, staging and testing, where there are more. The others are
// folded on the board and on the page of a change, and have pages of their own.
//
// # What it does not do
//
// It computes no date (package ledger), withholds nothing (package audience) and
// knows neither Markdown nor HTML: text that is Markdown has the type
// [Markdown], and package render turns it into HTML.
package pages
