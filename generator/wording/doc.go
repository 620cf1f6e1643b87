// Package wording is the linter of the vocabulary: it finds sentences in which
// deployed and released, rollback and revert, canary and dark are mixed up.
//
// The nouns are [Text], something that people wrote, cut into [Passage]s of
// prose; [Rule], what to look for; and [Alert], a place where a rule found it. A
// [Linter] is a list of rules.
//
// # Rules are data
//
// A style is a folder of YAML files, one rule each, in the shape that the prose
// linter Vale reads, so that a team's styles for it work here and ours work
// there ([ExportVale]). Of its kinds of rules we know existence, substitution,
// occurrence, repetition, consistency, conditional and capitalization. A rule
// of another kind, a key that is not known, and a regular expression that looks
// ahead or behind (ours are linear in time, and cannot) are problems with their
// place; what can be kept of the rule is kept.
//
// One kind is ours: a rule that extends `facts` compares a text with the ledger
// and is listed in facts.go. It has a level, a message and a link like any
// other.
//
// # Scopes
//
// A rule reads the passages that its scope selects: `text` (the default) is
// everything that readers see as prose; heading, heading.h2, paragraph, list,
// table.header, table.cell, blockquote, alt are parts of it; link, strong,
// emphasis and code are pieces of a passage; sentence, summary and raw are cut
// otherwise. A file's type is a scope too (md, txt), and so are commit, subject,
// body, tag, note, and public for what customers read. `&` means both, `~` not,
// a list any of them.
//
// # Switches in the text
//
// In Markdown, the comment <!-- daylight off --> keeps all rules from what
// follows until <!-- daylight on -->, and <!-- daylight Style.Rule = NO --> one
// rule until = YES. The word vale does the same, so that texts need one comment
// for both.
//
// # What it does not do
//
// It reads no files and no Markdown: passages come with their places from
// elsewhere. It changes no text; an [Alert] says what could stand instead.
package wording
