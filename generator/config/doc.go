// Package config holds what site.toml may say, its defaults, and the checks
// that find mistakes in it. It knows nothing of git, dates or pages: bytes in, a
// [Config] and a list of [Fault] out.
//
// # What a project must write
//
// Nothing. [Default] is a whole configuration: two audiences, a version scheme
// chosen by the tags that are there, deployments from the common spellings of
// deployment tags and from the notes in refs/notes/deployments, flags found by
// the content of files. [Parse] starts from the same defaults, so that a file
// of one line changes one thing.
//
// # What happens to mistakes
//
// All mistakes of a file are listed at once, each with its line and column: a
// person who mends one and runs again to find the next gives up at the third.
// A Config that comes with faults is usable but must not be built from.
//
// # Words
//
// Keys are spelt in full, with underscores. Globs are doublestar's: `*` stays
// within a folder, `**` crosses folders, and `{a,b}` is a choice; paths begin at
// the root of the repository, without a slash. In globs of tags an asterisk stands for
// anything, slashes too.
//
// # What it does not do
//
// It does not look whether a path, a repository or a theme exists, does not
// parse patterns of tags (the packages that use them do), and reads no
// environment variables. Names of environments and groups stay plain strings
// here, since nothing but the decoder may be imported.
package config
