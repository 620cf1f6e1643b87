// Package docs reads the docs of every version of a product straight from git's
// objects, and works out what a site of them consists of.
//
// The nouns are [Edition], the docs of one version, and [Article], one text of
// it. A [Library] holds the products with their editions; [Read] makes it.
//
// # Which editions
//
// The caller names the versions that exist; [Choose] takes those that a [Choice]
// wants. The newest stable version by version order is the latest, whatever the
// dates of the tags say, so that a patch of an old line cannot take its place.
// The head of a branch is an edition too, the unreleased one.
//
// # Where a text comes from
//
// From the tree of the version's commit, below the product's folder. A branch of
// the docs stands in for a commit whose tag cannot move, and an overlay, a folder
// on the mainline, replaces single files of one version. No file is checked out.
// Each folder and each blob is read once, however many versions hold it.
//
// # What an edition is made of
//
// Every Markdown file is an article. index.md, _index.md or README.md is the page
// of its folder; a folder without one gets a list of what is in it. Articles are
// in order by weight, then title, then path. Other files are assets, and are
// published where an article shows them or links to them.
//
// # What holds editions together
//
// An article has a lineage: the same path in neighbouring versions, or a file
// that was renamed, found by equal content or by similar lines. The switcher, the
// canonical address, redirects from old addresses and what changed since the
// version before follow the lineage.
//
// # Rendered once
//
// An article's HTML depends on its blob, on where its links lead, on the values
// of its shortcodes, on the definitions of the terms in it, and on the tool: its
// [Key]. Texts with one key are rendered once, and kept between builds. What
// stands around an article is no part of this, and is made anew.
//
// # Who sees it
//
// [Library.For] gives what an audience may have: editions, articles and, through
// these, assets. What is not given is nowhere: not in the tree, not in the
// switcher, not among the redirects.
//
// # Faults
//
// A mistake in a text is a [Fault] with its place, and stops nothing. The same
// mistake in many versions is one fault, told at the newest.
//
// # What it does not do
//
// It knows no Markdown ([Markdown] does), no ledger (values of shortcodes come as
// a [Fragment]) and no template. It chooses no addresses outside of the docs.
package docs
