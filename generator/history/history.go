// Package history says what we need of a git repository, as plain values.
//
// The nouns are [Commit], [Tag], [Ref], [Note] and [PathChange]. Package
// gitrepo fills them from a repository, package collect and the sources read
// them; neither knows the other. Nothing here does I/O, and nothing here
// interprets: a message is a string, a tag is a name and a target.
//
// All text is valid UTF-8: whoever fills these values converts or cleans what
// is not. Instants keep the offset that git recorded.
package history

import (
	"encoding/hex"
	"time"
)

// Hash is the id of a git object (SHA-1). The zero Hash means "none".
type Hash [20]byte

// IsZero reports whether h names no object.
func (h Hash) IsZero() bool { return h == Hash{} }

// String gives the 40 hex digits, in lower case.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Signature is a person and an instant.
type Signature struct {
	Name  string
	Email string
	When  time.Time // zero when the object has an unreadable date
}

// Commit is a commit object.
type Commit struct {
	Hash      Hash
	Tree      Hash
	Parents   []Hash // in git's order, also those that a shallow clone lacks
	Author    Signature
	Committer Signature
	Message   string
}

// TargetKind is the kind of object that a tag names once it is peeled.
type TargetKind string

// The kinds of a tag's target. Missing: the object is not in the clone.
const (
	TargetCommit  TargetKind = "commit"
	TargetTree    TargetKind = "tree"
	TargetBlob    TargetKind = "blob"
	TargetMissing TargetKind = "missing"
)

// Tag is a tag, peeled to what it names in the end.
type Tag struct {
	Name      string // without refs/tags/
	Target    Hash   // the peeled object
	Kind      TargetKind
	Annotated bool
	Tagger    Signature // of the outermost tag object; zero for a lightweight tag
	Message   string
}

// Ref is a branch or a remote's branch.
type Ref struct {
	Name   string // full: refs/heads/main, refs/remotes/origin/main
	Target Hash
}

// Note is what refs/notes/* says of one object now.
type Note struct {
	Ref    string // short: "deployments"
	Target Hash   // the object that it is attached to; it may be missing
	Text   string
	// Lines has an entry per line of Text, empty ones included: when the notes
	// ref's history first held that line on this object.
	Lines []NoteLine
}

// NoteLine says when a line of a note was first seen.
type NoteLine struct {
	Text      string
	FirstSeen time.Time // the committer's date in the notes ref; zero when unknown
	Commit    Hash      // of the notes ref
}

// Entry is a file or a folder in a folder.
type Entry struct {
	Name   string // without a slash
	Folder bool
	Hash   Hash // the blob, or the tree of a folder
}

// PathChange is a file that differs between two trees.
type PathChange struct {
	Path string
	Old  Hash // the blob before; zero when the file was added
	New  Hash // the blob after; zero when the file was deleted
}

// File is a file in a tree.
type File struct {
	Path string
	Blob Hash
}

// Remote is a configured remote.
type Remote struct {
	Name string
	URL  string
}
