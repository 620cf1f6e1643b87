// Package notes writes release notes for people, from a ledger that has been
// reduced to what they may see.
//
// The two types are [Note], one thing that people can now do, and [Options],
// whose exposure counts. [From] makes the notes.
//
// # What a note is
//
// One note stands for one release event. A flag that reaches the audience brings
// all changes behind it as one note: people got one feature, however many
// commits it took. A deployment brings a note for each of its changes that
// users notice and that no flag holds back: a fix of one thing has nothing to
// do with the fix of another, and an id of its own never changes. Changes that
// share a note file are one note. A change that comes behind a flag which is
// open already is an event of its own. A flag for operations is no news, unless
// a note was written for it or for a change behind it.
//
// # Whose words
//
// The title is the note's of the flag, else that of a note file of a change,
// else the flag's description, else the change's own note, else its title. Text
// is untrusted Markdown; a title is one untrusted line.
//
// # A note's life
//
// It appears with the first exposure to the audience, is updated when exposure
// widens or narrows, and says plainly when the thing was taken back. It does
// not vanish.
//
// # Identity
//
// [Note.Key] never depends on a title: it is the change's id or the flag's key,
// which in a reduced ledger are ids that tell nothing. [Note.ID], for
// addresses, is the name of a note file where there is one.
//
// # What it does not do
//
// It withholds nothing (package audience) and renders nothing. It knows the
// kinds of Keep a Changelog, and no other words for them.
package notes
