package collect

import (
	"regexp"
	"time"

	"daylight/generator/cache"
	"daylight/generator/flagfile"
	"daylight/generator/ledger"
	"daylight/generator/versions"
)

// Options say what to read and what to look for. Repositories is required; the
// rest may be empty.
type Options struct {
	Repositories []Repository
	Deployments  []DeploymentSource
	Flags        []FlagSource
	Environments []Environment
	Incidents    []IncidentSource
	Repairs      RepairRules
	Changes      ChangeRules
	Usages       UsageRules
	// Part asks for facts that others join: see [CollectPart].
	Part bool
	// KnownFlags are keys that manifests elsewhere have, for the search in code
	// and in the names of note files.
	KnownFlags []KnownFlag
	// Cache keeps what was learned of objects that never change; nil keeps
	// nothing. The facts do not depend on it.
	Cache *cache.Cache
	// Progress, when set, is told what is being read. It may be called from
	// several goroutines.
	Progress func(stage string)
}

// Repository is a repository to read.
type Repository struct {
	Name        ledger.RepositoryName // required, unique
	Repo        Repo                  // required
	Branch      string                // the mainline; "" is the one checked out
	Components  []Component
	SharedPaths []string // globs of what belongs to every component
	Versions    versions.Options
	Elsewhere   bool // is not read here: what speaks of it waits; needs no Repo
	SourcesOnly bool // holds deployments or flags, and no changes to report on
}

// KnownFlag is a flag of a repository that is not read.
type KnownFlag struct {
	Key   ledger.FlagKey
	Alive bool // a manifest has it now
}

// Environment gives an environment's other spellings in records and manifests.
type Environment struct {
	Name    ledger.EnvironmentName
	Aliases []string
	Hidden  bool // its records are left out
}

// DeploymentSource is one convention in one repository.
type DeploymentSource struct {
	From         string // a reader of package deploylog
	Pattern      string // of tags, branches or values
	Ref          string // of notes
	Files        []string
	Format       string                 // of files: one of deploylog.Formats, "auto" or ""
	Query        string                 // of files: a jq program, or ""
	Environment  ledger.EnvironmentName // of records that name none
	Component    ledger.ComponentName
	Environments []ledger.EnvironmentName // the only ones taken, when set
	Zone         *time.Location           // of times without an offset; nil is UTC
	Since, Until time.Time                // the period that it speaks for; zero is open
	Repository   ledger.RepositoryName    // that holds the records; "" is the first
	Of           ledger.RepositoryName    // whose commits they name; "" is the first
	// Of a desired state ("gitops"), beside Files, which may have placeholders:
	// the path to the value, the globs of what puts it into effect, what holds a
	// lane, whether a value that goes away leaves running what runs, and the only
	// components taken.
	Value      string
	Gate       []string
	Hold       string
	Keep       bool
	Components []ledger.ComponentName
	// Branch is the pattern of the branches of a desired state; "" is the mainline.
	Branch string
	// History of branches that move: "commits", "pointer", or "" for what the
	// repository tells.
	History string
	// Guessed marks a convention that nobody configured: only names of
	// environments that everybody knows are believed.
	Guessed bool
}

// FlagSource is a set of manifests of one kind.
type FlagSource struct {
	Format          string   // of package flagfile, or "auto"
	Files           []string // globs, perhaps with {environment}; none: all that look like a manifest
	Environment     ledger.EnvironmentName
	EnvironmentFrom string // directory, file, metadata, rule, or ""
	Attribute       string // for rule
	// Branch is the pattern of the branches that the manifests are read along,
	// perhaps with {environment}; "" is the mainline. For EffectMerge only.
	Branch       string
	Effect       ledger.Effect
	Delay        time.Duration
	DeployedWith ledger.ComponentName
	Treatment    []string
	Ref          string                // of notes that are a log of events; "" is files
	Repository   ledger.RepositoryName // that holds the manifests; "" is the first
	Shape        flagfile.Shape        // of home-made manifests
}

// ChangeRules say how messages and paths speak of flags and notes.
type ChangeRules struct {
	FlagTrailers []string // Flag, Feature-Flag
	NoteTrailers []string // Release-Note
	NoteFiles    []string // globs
	FlagPaths    []FlagPath
	// InternalPaths are globs: a change that touches nothing else is not told to
	// users, unless it has a note.
	InternalPaths []string
	// Occurrences ties a change to each flag whose key stands in the lines that
	// it adds.
	Occurrences bool
}

// UsageRules say how code asks for flags.
type UsageRules struct {
	// Patterns are regular expressions whose first group is the key of a flag:
	// what they find in code and no manifest has is listed.
	Patterns []*regexp.Regexp
	Ignore   []string // globs of files that are not searched
}

// FlagPath ties the changes that touch one of the globs to a flag.
type FlagPath struct {
	Flag  ledger.FlagKey
	Paths []string
}
