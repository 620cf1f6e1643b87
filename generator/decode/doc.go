// Package decode turns the bytes of a manifest into a tree whose every key and
// value knows its place.
//
// The two nouns are [Node] and [Error]. A Node is a null, a bool, a number, a
// string, a list or a map; an Error prints file:line:col: message. The package
// knows nothing of flags, deployments, git or time: bytes in, trees out.
//
// # What it reads
//
// [YAML] (streams of documents, anchors, merge keys), [JSON] (with comments
// where a [Reader] allows them), [TOML], [Dotenv] (KEY=value and KEY: "value"),
// and [JSONLines], where a broken line does not hide the others. A [Query] is a jq
// program that makes other trees of one. It is the only door to the libraries
// that do part of this.
//
// # What it keeps
//
// Scalars keep the text that was written, so that 0.1 is never a float and the
// key True is the text "True": nothing is resolved before somebody asks with
// [Node.Bool] or [Node.Number]. Maps keep their order, and keep a key that
// occurs twice: [Node.Get] gives the last, as most programs would, and
// [Duplicates] lists the others with their places, since whether that is a
// fault is for the caller to say. TOML forbids it, and there it is an error.
//
// # What it refuses
//
// Input is hostile. A [Reader] bounds the size of the input, the number of
// nodes (aliases count with all that they stand for, so that an alias bomb is
// refused before anybody walks it) and the depth. Text must be UTF-8. A parser
// that panics is an Error like any other.
//
// # Places
//
// Lines and columns count from 1, columns in bytes. A place always lies inside
// the input, at worst at its very end.
package decode
