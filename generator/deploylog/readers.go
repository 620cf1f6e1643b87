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
		Files{},
		GitOps{},
		Branches{},
		MovingTags{},
		Trailers{},
	}
}

// ByName gives the reader with this name.
func ByName(name string) (Reader, bool) {
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
	// Elsewhere reports whether a repository is not read here, and Defer takes the
	// refs into it; nil for both where everything is read together.
	Elsewhere func(ledger.RepositoryName) bool
	Defer     func(Pending)
	// CommitDate gives a commit's date, the zero time when it is not known.
	CommitDate func(history.Hash) time.Time

	// Format names the format of the files, one of [Formats]; "" and "auto" find
	// it by the content of each document.
	Format string
	// Query is a jq program that makes records of each document of the files: of
	// [Keys], or of Format where that is set. "" is none.
	Query string

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

	// Desired is what "gitops" reads, Moving what "branch" and "tag" read, and
	// Messages what "trailers" reads, beside the above.
	Desired  Desired
	Moving   Moving
	Messages []TrailerMessage

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
	skips    map[skipped]*skips
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
	r.problems = fewer(r.problems)
	return r.records, slices.CompactFunc(r.problems, func(a, b ledger.Problem) bool { return ledger.CompareProblems(a, b) == 0 })
}

// maxAlike bounds the problems of one rule in one file: a file that is damaged,
// or none of records at all, has one a line.
const maxAlike = 100

// fewer leaves out what a file has too much of, and says so in the last.
func fewer(problems []ledger.Problem) []ledger.Problem {
	type alike struct{ file, rule string }
	count := map[alike]int{}
	var out []ledger.Problem
	var last []int // in out: the one that stands for those after it
	for _, p := range problems {
		key := alike{p.Origins[0].File, p.Rule}
		if count[key]++; key.file == "" || count[key] <= maxAlike {
			if out = append(out, p); key.file != "" && count[key] == maxAlike {
				last = append(last, len(out)-1)
			}
		}
	}
	for _, i := range last {
		if n := count[alike{out[i].Origins[0].File, out[i].Rule}] - maxAlike; n > 0 {
			out[i].Message += fmt.Sprintf("; and %d more of this kind in the file", n)
		}
	}
	slices.SortFunc(out, ledger.CompareProblems)
	return out
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
func (r *reading) id(key string) string { return r.idOf(r.source, key) }

func (r *reading) idOf(source, key string) string {
	if r.Repository == "" {
		return source + ":" + key
	}
	return source + ":" + string(r.Repository) + ":" + key
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
