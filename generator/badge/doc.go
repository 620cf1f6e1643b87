// Package badge makes what other pages show of a site: small pictures with one
// fact each, and a fragment of HTML with what runs where, or what is new.
//
// The nouns are [Badge], a label with a value, and [Status], what the fragment
// tells. [Team] and [Public] choose them from a ledger, the second from one that
// was reduced; [Badge.SVG] and [Status.HTML] write them.
//
// # Readable by everybody
//
// A badge says in words what it says: as its title, for those who do not see it,
// and never by its colour alone. Its text is drawn in whatever font is there, at
// a width that is worked out from the letters. Nothing in it moves, and nothing
// is fetched.
//
// # The same bytes
//
// A badge holds dates and no ages, so that it changes only when what it says
// changes.
//
// # What it does not do
//
// It decides nothing about dates, and withholds nothing.
package badge
