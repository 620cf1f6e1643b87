// Package coderefs finds flags in code. The nouns are [Finder], which goes once
// through a text and finds all spellings of all flags, and [Config], what a
// repository says about how its code spells them.
//
// # What counts as a flag
//
// Without a configuration, a key or alias counts between delimiters: between
// quotes of one kind always; else when it has at least four letters, is no plain
// word, and is not part of a longer name. "basket-v2" is in flag:basket-v2, and
// not in basket-v2-old; "basket" alone is a word and no flag.
//
// A .launchdarkly/coderefs.yaml says it in the words of ld-find-code-refs
// (docs/CONFIGURATION.md and docs/ALIASES.md there): delimiters that are needed
// on both sides, and other spellings that follow from a convention, a list or a
// pattern over files. What it says is honoured as that program does; only a
// command is never run, and a [Fault] says so.
//
// # What it does not do
//
// It reads no files and knows no repository: texts come in, places come out.
package coderefs
