package deploylog

import (
	"fmt"
	"slices"
	"time"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// Reader reads one convention.
type Reader interface {
	// Name is the reader's short name, as site.toml has it: "tags".
	Name() string
	// Read finds the deployments. Records are sorted by their place in the
	// source, which is their Order; problems by ledger.CompareProblems.
	Read(in Input) ([]ledger.Record, []ledger.Problem)
}

// Readers lists all readers.
//
// To add a source, write its file and add it here.
func Readers() []Reader {
	return []Reader{
		Tags{},
		Notes{},
		JSONLines{},
	}
}

// ByName gives the reader with this name. "files" is the one of JSON Lines.
func ByName(name string) (Reader, bool) {
	if name == "files" {
		name = JSONLines{}.Name()
	}
	for _, r := range Readers() {
		if r.Name() == name {
			return r, true
		}
	}
	return nil, false
}

// Input is what a reader may look at. All fields may be empty.
type Input struct {
	Repository ledger.RepositoryName // that holds the tags, notes and files
	Of         ledger.RepositoryName // whose commits they speak of; "" is Repository
	Tags       []history.Tag
	Notes      []history.Note
	Files      []File

	// Resolve finds the commit that a tag, a version, or a full or short id
	// means, in the repository Of. Nil resolves nothing but full ids.
	Resolve func(ref string) Resolution
	// CommitDate gives a commit's date, the zero time when it is not known.
	CommitDate func(history.Hash) time.Time

	// Pattern of tags that are deployments, with the placeholders of
	// [ParsePatterns]; several are separated by blanks. "" is [DefaultPatterns].
	Pattern string
	// Environment and Component of records that name none. Without an
	// environment, tags are taken for production, and that is a problem.
	Environment ledger.EnvironmentName
	Component   ledger.ComponentName
	// Environments, when set, are the only ones that are taken.
	Environments []ledger.EnvironmentName
	Zone         *time.Location // of times without an offset; nil is UTC
	Since, Until time.Time      // the period that the source speaks for; zero is open
	// Guessed says that nobody configured the source: only names of environments
	// that everybody knows are believed.
	Guessed bool

	// declared takes the releases that are declared among the deployments; see
	// [ReadAll].
	declared *[]ledger.DeclaredRelease
}

// File is a file of records in the tree.
type File struct {
	Path string // required
	// Commit is the one whose tree the file was read from; it may be zero.
	Commit ledger.Hash
	Data   []byte
	// FirstSeen has, for each line, when history first held it; it may be short,
	// and zero where that is not known.
	FirstSeen []time.Time
}

// Resolution is what a ref means.
type Resolution struct {
	State ResolutionState
	Hash  ledger.Hash // when Resolved
}

// ResolutionState says how far a ref could be followed.
type ResolutionState uint8

// The states. The zero Resolution is unresolvable.
const (
	Unresolvable ResolutionState = iota
	Ambiguous
	Resolved
)

// maxRecords bounds what one source may give, against files that are made to
// exhaust; real repositories have tens of thousands.
const maxRecords = 1_000_000

// reading collects what one reader finds.
type reading struct {
	Input
	source   string // the reader's name, the beginning of ids
	records  []ledger.Record
	problems []ledger.Problem
}

// done sorts the problems and numbers the records.
func (r *reading) done() ([]ledger.Record, []ledger.Problem) {
	if len(r.records) > maxRecords {
		r.records = r.records[:maxRecords]
		r.report(ledger.LevelError, "too-many-records", nil, "split the source by period", "more than %d records; the later ones are left out", maxRecords)
	}
	for i := range r.records {
		r.records[i].Order = i
	}
	slices.SortFunc(r.problems, ledger.CompareProblems)
	return r.records, slices.CompactFunc(r.problems, func(a, b ledger.Problem) bool { return ledger.CompareProblems(a, b) == 0 })
}

// report adds a problem. A nil origin is the repository as a whole.
func (r *reading) report(level ledger.Level, rule string, origin *ledger.Origin, hint, format string, args ...any) {
	if origin == nil {
		origin = &ledger.Origin{Repository: r.Repository}
	}
	r.problems = append(r.problems, ledger.Problem{
		Origins: []ledger.Origin{*origin}, Level: level, Rule: rule, Hint: hint, Message: fmt.Sprintf(format, args...),
	})
}

// of is the repository whose commits the records speak of.
func (in Input) of() ledger.RepositoryName {
	if in.Of == "" {
		return in.Repository
	}
	return in.Of
}

// id makes a record's id of its key in the source.
func (r *reading) id(key string) string {
	if r.Repository == "" {
		return r.source + ":" + key
	}
	return r.source + ":" + string(r.Repository) + ":" + key
}

// allowed reports whether an environment is taken from this source.
func (in Input) allowed(env ledger.EnvironmentName) bool {
	return len(in.Environments) == 0 || slices.Contains(in.Environments, env)
}

// within reports whether an instant is in the period of the source.
func (in Input) within(t time.Time) bool {
	return (in.Since.IsZero() || !t.Before(in.Since)) && (in.Until.IsZero() || t.Before(in.Until))
}

// resolve follows a ref.
func (in Input) resolve(ref string) Resolution {
	if in.Resolve != nil {
		return in.Resolve(ref)
	}
	if h, err := ledger.ParseHash(ref); err == nil {
		return Resolution{Resolved, h}
	}
	return Resolution{}
}
