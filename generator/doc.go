// Package generator is the conductor: it runs the stages in order and hands the
// result of each to the next.
//
// The nouns are [Project], what a user configured with the repositories opened
// and the assets at hand, and [Result], the ledger with all that was doubted.
// [Project.Ledger] goes from git to dates, and [Project.Build] from there to the
// files of one audience's site.
//
//	git --gitrepo--> history.* --deploylog, flagfile--> records, settings
//	    --collect--> ledger.Facts
//	    --ledger.Compute--> ledger.Ledger
//	    --audience--> ledger.Ledger, reduced          before any page is made
//	    --story, notes, pages--> iter.Seq[pages.Page]
//	    --render, feed--> publish.File
//	    --publish--> public/                          all or nothing
//
// It imports neither gitrepo nor markdown: the command hands in whatever
// satisfies collect.Repo, and a function that makes HTML. It reads no clock: the
// as-of is an argument.
package generator
