package detect

import (
	"bytes"
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/generator/deploylog"
	"daylight/generator/ledger"
)

// EventFiles are files in which deployments were read: our own logs, or what
// another system wrote.
type EventFiles struct {
	Format  string   // as deploylog.Formats names it; "records" are our own keys
	Files   []string // globs, sorted
	Count   int      // files
	Records int      // that were read in them
	First   string   // a file among them
	// Place says that the records name no environment.
	Place bool
}

func (e EventFiles) sure() Sureness {
	if e.Format != "records" && e.Records >= 3 {
		return Sure
	}
	return Likely
}

func (e EventFiles) why() string {
	return plural(e.Records, "record") + " in " + plural(e.Count, "file") + ", first " + e.First
}

// eventWords are what a file of deployments has at least one of. It spares
// decoding every file of a repository twice.
var eventWords = regexp.MustCompile(`(?i)"?(environment|env|stage|deployment|deploy|rollout|canary|deployed|release_name|trafficweight|revision)`)

// deployPath is a name that a file of deployments in our own keys is expected to
// have somewhere on its way: many a settings file has an environment and a
// version in it.
var deployPath = regexp.MustCompile(`(?i)(deploy|release|rollout|shipped|promotion)`)

// eventsOf reads a file as deployments; false when none is in it.
func eventsOf(file File) (found EventFiles, ok bool) {
	if !isEventFile(file.Path) || !eventWords.Match(file.Head) {
		return found, false
	}
	formats := deploylog.Detect(file.Path, file.Head)
	if len(formats) == 0 {
		return found, false
	}
	found = EventFiles{Format: formats[0], Count: 1, First: file.Path}
	lines := isLines(file.Path)
	if found.Format == "records" && !lines && !deployPath.MatchString(file.Path) {
		return found, false
	}
	for _, environment := range []ledger.EnvironmentName{"", "production"} {
		// A log of a tool names no environment; the second reading says one.
		data := whole(file, lines)
		in := deploylog.Input{Repository: "here", Environment: environment, Files: []deploylog.File{{Path: file.Path, Data: data, FirstSeen: seen(1 + bytes.Count(data, []byte("\n")))}}}
		if records, _ := (deploylog.Files{}).Read(in); len(records) > 0 && (found.Format != "records" || named(records[0])) {
			found.Records, found.Place = len(records), environment != ""
			return found, true
		}
	}
	return found, false
}

// named reports a record that says what was deployed; a log of flags has an
// environment and a time too, and names nothing that could have been deployed.
func named(r ledger.Record) bool { return r.Ref != "" && r.Ref != "unknown" || !r.Revision.IsZero() }

// seen dates so many lines: what has no date of its own is dated when a site is
// built, by the history of the file, and is no less a record.
func seen(lines int) []time.Time { return slices.Repeat([]time.Time{time.Unix(1, 0)}, lines) }

// isEventFile reports names that files of events and logs have.
func isEventFile(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".json", ".yaml", ".yml", ".toml", ".log":
		return true
	}
	return isLines(name) || path.Base(name) == "releases_log"
}

func isLines(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".jsonl", ".ndjson":
		return true
	}
	return false
}

// whole leaves out the last line of a log, which may be cut.
func whole(file File, lines bool) []byte {
	if end := bytes.LastIndexByte(file.Head, '\n'); lines && end > 0 && end < len(file.Head)-1 && !bytes.HasSuffix(file.Head, []byte("}")) {
		return file.Head[:end+1]
	}
	return file.Head
}

// events groups files of one format. all are the paths of the repository: a
// folder of which everything with that ending was understood becomes one glob.
func (f *Findings) events(found []EventFiles, all []File) {
	byFormat := map[string]*EventFiles{}
	files := map[string][]string{}
	for _, e := range found {
		g := byFormat[e.Format]
		if g == nil {
			g = &EventFiles{Format: e.Format, First: e.First}
			byFormat[e.Format] = g
		}
		g.Count++
		g.Records += e.Records
		g.Place = g.Place || e.Place
		files[e.Format] = append(files[e.Format], e.First)
	}
	for _, name := range deploylog.Formats() { // a fixed order
		if g := byFormat[name]; g != nil {
			slices.Sort(files[name])
			g.First = files[name][0]
			g.Files = folders(files[name], all, nearlyAll)
			f.Events = append(f.Events, *g)
		}
	}
	slices.SortStableFunc(f.Events, func(a, b EventFiles) int { return cmp.Compare(b.Records, a.Records) })
}

// nearlyAll is the share of a folder's files that must be understood for the
// folder to be read as a whole: what is not understood is a problem to look at,
// and new files are read without a new line.
const nearlyAll = 90

// folders names files one by one, or by their folder where more than two of its
// files with that ending, and at least so many percent of them, are among them.
func folders(files []string, all []File, percent int) []string {
	kind := func(name string) string { return escapeGlob(path.Dir(name)) + "/*" + escapeGlob(path.Ext(name)) }
	ours, total := map[string]int{}, map[string]int{}
	for _, name := range files {
		ours[kind(name)]++
	}
	for _, file := range all {
		total[kind(file.Path)]++
	}
	var out []string
	for _, name := range files {
		glob := escapeGlob(name)
		if k := kind(name); ours[k] > 2 && 100*ours[k] >= percent*total[k] {
			glob = strings.TrimPrefix(k, "./")
		}
		if !slices.Contains(out, glob) {
			out = append(out, glob)
		}
	}
	return out
}
