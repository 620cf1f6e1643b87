package ledger

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"strconv"
	"strings"
)

// Origin is the exact place that a fact was read from. Only the parts that
// apply are set. Lines and columns count from 1, columns in bytes.
type Origin struct {
	Repository RepositoryName `json:"repository,omitempty"`
	Commit     Hash           `json:"commit,omitzero"`
	Tag        string         `json:"tag,omitempty"`
	Note       string         `json:"note,omitempty"` // the notes ref, short: "deployments"
	File       string         `json:"file,omitempty"`
	Line       int            `json:"line,omitempty"`
	Col        int            `json:"col,omitempty"`
}

// String gives the place as a person writes it: "flags/shop.yaml:12:3",
// "v1.2.0:flags.yaml:12:3" for a file at a tag, "3fa9c1e2b4d5:flags.yaml:12"
// for one at a commit, "tag deploy/production/7", "note deployments on
// 3fa9c1e2b4d5:2".
func (o Origin) String() string {
	var b strings.Builder
	switch {
	case o.File != "":
		if o.Tag != "" {
			b.WriteString(o.Tag + ":")
		} else if !o.Commit.IsZero() {
			b.WriteString(o.Commit.Short() + ":")
		}
		b.WriteString(o.File)
	case o.Note != "":
		b.WriteString("note " + o.Note)
		if !o.Commit.IsZero() {
			b.WriteString(" on " + o.Commit.Short())
		}
	case o.Tag != "":
		b.WriteString("tag " + o.Tag)
	case !o.Commit.IsZero():
		b.WriteString("commit " + o.Commit.Short())
	case o.Repository != "":
		b.WriteString("repository " + string(o.Repository))
	}
	if o.Line > 0 {
		b.WriteString(":" + strconv.Itoa(o.Line))
		if o.Col > 0 {
			b.WriteString(":" + strconv.Itoa(o.Col))
		}
	}
	return b.String()
}

// CompareOrigins is the total order of origins: repository, file, tag, note,
// commit, line, column.
func CompareOrigins(a, b Origin) int {
	return cmp.Or(
		cmp.Compare(a.Repository, b.Repository),
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Tag, b.Tag),
		cmp.Compare(a.Note, b.Note),
		CompareHashes(a.Commit, b.Commit),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Col, b.Col),
	)
}

// CompareHashes orders commits by their bytes.
func CompareHashes(a, b Hash) int {
	// Hashes differ early: two numbers tell most of them apart.
	if x, y := binary.BigEndian.Uint64(a[:]), binary.BigEndian.Uint64(b[:]); x != y {
		return cmp.Compare(x, y)
	}
	return bytes.Compare(a[8:], b[8:])
}

// Level says how much a problem matters.
type Level string

// The levels of problems. An error makes `check` exit with 1; with --strict a
// warning does too.
const (
	LevelInfo    Level = "info"
	LevelWarning Level = "warning"
	LevelError   Level = "error"
)

// Problem is a doubt about the data, with its place and what to do. It is
// collected and shown; alone it never stops a build.
type Problem struct {
	Origins []Origin `json:"origins"` // the places that contributed, at least one where there is one
	Message string   `json:"message"` // what is wrong: lower case, no full stop
	Hint    string   `json:"hint"`    // what to do, or ""
	Rule    string   `json:"rule"`    // stable id, "unknown-state"
	Level   Level    `json:"level"`
}

// String gives "place: message", without the hint.
func (p Problem) String() string {
	if len(p.Origins) == 0 {
		return p.Message
	}
	return p.Origins[0].String() + ": " + p.Message
}

// CompareProblems is the total order of problems: origins, rule, message, hint.
func CompareProblems(a, b Problem) int {
	for i := 0; i < len(a.Origins) && i < len(b.Origins); i++ {
		if c := CompareOrigins(a.Origins[i], b.Origins[i]); c != 0 {
			return c
		}
	}
	return cmp.Or(
		cmp.Compare(len(a.Origins), len(b.Origins)),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(a.Hint, b.Hint),
		cmp.Compare(a.Level, b.Level),
	)
}
