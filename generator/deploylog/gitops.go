package deploylog

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// GitOps reads deployments out of the history of a desired state: files in which
// a value names the image, the version or the commit that an environment is to
// run. Each change of the value on the first-parent line is one deployment, at
// the instant of the commit on that line: a bump on a branch enters with its
// merge.
//
// The merge is the intent, and when the cluster followed is not in git: the
// basis of the date says that it is a commit's. A gate tells of environments
// that follow only when another file changes. A value that goes away, with its
// file or without, ends the lane, unless the source says otherwise; one that
// moves to another file does not.
//
// Input.Pattern says which part of a value names the commit: "v{n}
// release-{revision}", with {revision}, {version}, {n} and {any}. Without it, a
// value is a tag, a version or an id, or has the id of a commit in it.
type GitOps struct{}

// Name is "gitops".
func (GitOps) Name() string { return "gitops" }

// Desired is what the reader of a desired state needs beside what every reader
// does.
type Desired struct {
	// Files are globs of the files that hold the values, with {environment},
	// {component} and {slot} for what their names tell.
	Files []string // required
	// Value is the path to the value, or several with blanks between them, of
	// which the first that is there counts: see [GitOps]. "@text" is the text of
	// the file, "@commit" the commit that changes it, "@note" what a note of
	// Input.Notes says of that commit. "" is found by the name of
	// the file, as the tools write it.
	Value string
	// Gate are globs of the files whose change puts the values into effect.
	Gate []string
	// Hold is the path to a value that says that the lane follows nobody for now,
	// and after a "=" the text that does: "automatic_deploys_enabled=false".
	Hold string
	// Keep says that a value that goes away leaves running what runs.
	Keep bool
	// Components, when set, are the only ones that are taken.
	Components []ledger.ComponentName
	// Lines are the first-parent lines that are read.
	Lines []CommitLine
	// Blob reads a file, for several goroutines at once. Required.
	Blob func(history.Hash) ([]byte, error)
	// Owner gives the repository that a component is built from, where it is
	// known; nil leaves everything to Input.Of.
	Owner func(ledger.ComponentName) (ledger.RepositoryName, bool)
	// ResolveIn resolves the refs of a repository; nil is Input.Resolve for all.
	ResolveIn func(ledger.RepositoryName) func(ref string) Resolution
	// Held, when set, is told of lanes that begin or cease to be held.
	Held func(ledger.Hold)
}

// CommitLine is a first-parent line of commits.
type CommitLine struct {
	// Environment and Component that the line's branch stands for, or "".
	Environment ledger.EnvironmentName
	Component   ledger.ComponentName
	// Steps are its commits, oldest first.
	Steps iter.Seq[Step]
}

// Step is a commit on a line.
type Step struct {
	Commit  ledger.Hash
	At      time.Time // the committer's date
	Actor   string
	Message string
	Changes []history.PathChange // compared with the first parent
	// Before says that the commit is older than the branch that the line is of:
	// what it left is there, and was not deployed by it.
	Before bool
}

// desiredLane is what a value decides on.
type desiredLane struct {
	environment ledger.EnvironmentName
	component   ledger.ComponentName
	slot        string
}

func compareDesired(a, b desiredLane) int {
	return cmp.Or(cmp.Compare(a.environment, b.environment), cmp.Compare(a.component, b.component), cmp.Compare(a.slot, b.slot))
}

// Read implements [Reader].
func (g GitOps) Read(in Input) ([]ledger.Record, []ledger.Problem) {
	r := &reading{Input: in, source: g.Name()}
	d, err := r.newDesired()
	if err != nil {
		r.report(ledger.LevelError, "bad-pattern", nil, "correct the source in site.toml", "%v", err)
		return r.done()
	}
	for i := range in.Desired.Lines {
		d.line(&in.Desired.Lines[i])
	}
	d.tell()
	return r.done()
}

// desired is the state of one reading of a desired state.
type desired struct {
	r        *reading
	files    []*namePattern
	gates    []*namePattern
	refs     *references
	scan     *scanner
	noted    noted                   // where the value is what a note says
	unnoted  int                     // commits that have none
	paths    map[string]*desiredPath // by path; nil is of no interest
	versions []version
	jobs     []versionJob
	places   map[versionKey]int32 // into versions
	matched  bool                 // some file is of interest
	nameless bool                 // a problem has told that no environment is named
}

// desiredPath is a file of interest, or a gate.
type desiredPath struct {
	path       string
	name       placing
	file, gate bool
	opens      placing // the lanes that the gate is for; empty fields are all
	current    int32   // into versions; -1 while there is no file
	last       ledger.Hash
}

type versionKey struct {
	path string
	blob history.Hash
}

// versionJob is a version of a file that is to be read.
type versionJob struct {
	path *desiredPath
	blob history.Hash
	seen ledger.Hash // the first commit that had it
}

func (r *reading) newDesired() (*desired, error) {
	in := r.Desired
	if in.Blob == nil || len(in.Files) == 0 {
		return nil, fmt.Errorf("read the desired state: the source names no files")
	}
	d := &desired{r: r, paths: map[string]*desiredPath{}, places: map[versionKey]int32{}}
	var err error
	if d.files, err = parseNames(in.Files, r.Environments); err != nil {
		return nil, err
	}
	if d.gates, err = parseNames(in.Gate, r.Environments); err != nil {
		return nil, err
	}
	if d.scan, err = newScanner(in.Value, in.Hold); err != nil {
		return nil, err
	}
	if d.scan.noted() {
		d.noted = r.readNoted(r.Notes)
	}
	d.refs, err = newReferences(r)
	return d, err
}

// pathOf tells what a file is to the source; nil is nothing.
func (d *desired) pathOf(path string) *desiredPath {
	p, known := d.paths[path]
	if known {
		return p
	}
	name, file := matchName(d.files, path)
	opens, gate := matchName(d.gates, path)
	if file && name.environment != "" && !d.r.allowed(ledger.EnvironmentName(name.environment)) {
		file = false
	}
	if file || gate {
		p = &desiredPath{path: path, name: name, file: file, gate: gate, opens: opens, current: -1}
		d.matched = d.matched || file
	}
	d.paths[path] = p
	return p
}

// change is a commit that touched files of interest.
type change struct {
	step    Step // without its changes
	at      time.Time
	touched []touched
}

type touched struct {
	path    *desiredPath
	version int32 // -1: the file is gone
}

// line reads one line of commits: which versions of which files it has, what
// they say, and then what changed from commit to commit.
func (d *desired) line(l *CommitLine) {
	for _, p := range d.paths {
		if p != nil {
			p.current = -1
		}
	}
	var list []change
	var clock dates
	from := len(d.jobs)
	for step := range l.Steps {
		n := clock.add(step.At)
		c := change{step: step}
		for _, f := range step.Changes {
			p := d.pathOf(f.Path)
			if p == nil {
				continue
			}
			t := touched{p, -1}
			if !f.New.IsZero() && p.file && !d.scan.own() {
				t.version = d.place(p, f.New, step.Commit)
			}
			c.touched = append(c.touched, t)
		}
		if len(c.touched) > 0 {
			c.step.Changes = nil
			clock.want(n)
			list = append(list, c)
		}
	}
	times, skewed := clock.effective()
	for i := range list {
		list[i].at = times[i]
	}
	d.tellSkew(list, skewed)
	d.readVersions(from)
	replay := newReplay(d, l)
	for i := range list {
		replay.change(&list[i])
	}
}

// place gives the number of a version of a file, which is read later.
func (d *desired) place(p *desiredPath, blob history.Hash, commit ledger.Hash) int32 {
	key := versionKey{p.path, blob}
	n, known := d.places[key]
	if !known {
		n = int32(len(d.jobs))
		d.places[key] = n
		d.jobs = append(d.jobs, versionJob{p, blob, commit})
	}
	return n
}

// laneOf gives the lane of a value; ok is false where it is not taken.
func (d *desired) laneOf(at placing, l *CommitLine) (desiredLane, bool) {
	lane := desiredLane{
		environment: cmp.Or(ledger.EnvironmentName(at.environment), l.Environment, d.r.Environment),
		component:   cmp.Or(ledger.ComponentName(at.component), l.Component, d.r.Component),
		slot:        at.slot,
	}
	if lane.environment == "" {
		if !d.nameless {
			d.nameless = true
			d.r.report(ledger.LevelWarning, "no-environment", nil, "put {environment} into the path or the value, or set the environment of the source",
				"nothing tells which environment the desired state is of")
		}
		return lane, false
	}
	if only := d.r.Desired.Components; len(only) > 0 && !slices.Contains(only, lane.component) {
		return lane, false
	}
	return lane, d.r.allowed(lane.environment)
}

// recordID is the same however often a history is read: a commit changes a lane
// once.
func (d *desired) recordID(commit ledger.Hash, lane desiredLane) string {
	key := commit.String()[:16] + ":" + string(lane.environment)
	for _, part := range []string{string(lane.component), lane.slot} {
		if part != "" {
			key += ":" + part
		}
	}
	return d.r.id(key)
}

// subject is the first line of a message.
func subject(message string) string {
	line, _, _ := strings.Cut(message, "\n")
	return strings.TrimSpace(line)
}
