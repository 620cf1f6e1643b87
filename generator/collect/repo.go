package collect

import (
	"context"

	"daylight/generator/history"
)

// Repo is what collect asks of a repository. Package gitrepo has the one that
// we ship; all methods may be called from several goroutines at once.
type Repo interface {
	Refs
	Objects
}

// Refs reads the names in a repository.
type Refs interface {
	// Head gives the checked-out branch's short name ("" when detached) and its
	// commit, the zero Hash in a repository without commits.
	Head() (branch string, tip history.Hash, err error)
	// Branches lists local and remote branches, sorted by name.
	Branches() ([]history.Ref, error)
	// Tags lists all tags, peeled, sorted by name.
	Tags() ([]history.Tag, error)
	// Notes reads the notes ref with this short or full name; no such ref gives
	// none and no error.
	Notes(ctx context.Context, ref string) ([]history.Note, error)
	// Remotes lists the configured remotes, sorted by name.
	Remotes() ([]history.Remote, error)
}

// Objects reads what the names lead to.
type Objects interface {
	// Shallow lists the commits whose parents a shallow clone lacks.
	Shallow() ([]history.Hash, error)
	// Commits gives every commit that the tips reach, each once, parents that
	// are missing left out, in no order that a caller may rely on.
	Commits(ctx context.Context, tips []history.Hash) ([]history.Commit, error)
	// Diffs gives, for each commit, the files that differ from its first parent
	// (from nothing, for a root), sorted by path. It calls yield from several
	// goroutines at once, with the index into commits. A tree that cannot be
	// read gives that commit's error, and the others go on.
	Diffs(ctx context.Context, commits []history.Commit, yield func(i int, changes []history.PathChange, err error)) error
	// Files lists the files in a commit's tree whose path keep accepts, sorted
	// by path. A nil keep accepts all.
	Files(ctx context.Context, commit history.Hash, keep func(path string) bool) ([]history.File, error)
	// Blob reads a file of at most limit bytes; a larger one is an error.
	Blob(hash history.Hash, limit int64) ([]byte, error)
}
