package collect

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"daylight/generator/flagfile"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// manifest is all that one version of a file says.
type manifest struct {
	Settings []flagfile.Setting // by key, then environment
	Problems []ledger.Problem   // their places lack repository and commit
	Broken   bool               // it does not parse: the last good version stays
	missing  bool               // its blob cannot be read: what it says is unknown
}

// isNone reports whether the file is something else than a manifest: a list, say,
// or what a merge left behind. Where it was one before, nobody meant to remove all
// of its flags.
func (m *manifest) isNone() bool {
	return len(m.Settings) == 0 && slices.ContainsFunc(m.Problems, func(p ledger.Problem) bool { return p.Rule == "not-a-manifest" })
}

// difference is what a version of a file changes against the last good one. It
// follows from the two blobs, and is what is kept for the next build.
type difference struct {
	Format  string             // that was recognised; "" is no manifest
	Broken  bool               // it does not parse: the last good version stays
	Changed []flagfile.Setting // all settings of the flags that are new or others
	Gone    []ledger.FlagKey   // sorted
	Stuck   []ledger.FlagKey   // that cannot be read and stay as they were, sorted
	// Problems are those of a broken version, or of entries that cannot be read: the
	// newest version tells the others.
	Problems []ledger.Problem
	missing  bool
	whole    *manifest // of the new version, when it was read as a whole
}

// memory is what was read of a path last.
type memory struct {
	entries flagfile.Memory
	of      history.Hash // the blob that entries has read last
}

// compare reads a version of a file, and tells what it changes against what
// stands. Nothing is read where an earlier build kept the difference.
func (m *manifests) compare(f *manifestFile, blob history.Hash) *difference {
	format := ""
	if known := m.known[f.path]; known != nil {
		format = known.Name()
	}
	if m.kept == nil || !f.exact() {
		return m.read(f, blob)
	}
	key := []string{"difference with its problems", m.context(f.path, f.env), format, f.blob.String(), blob.String(), f.stuckAs()}
	d := &difference{}
	if m.kept.get(d, key...) && m.recognise(f.path, d.Format) {
		return d
	}
	if d = m.read(f, blob); !d.missing {
		m.kept.put(d, key...)
	}
	return d
}

// recognise notes the format that an earlier build found; false when there is no
// such format any more.
func (m *manifests) recognise(p, format string) bool {
	if format == "" {
		m.refused[p]++
		return true
	}
	f, ok := flagfile.ByName(format)
	if ok {
		m.known[p] = f
	}
	return ok
}

// read decodes a version of a file and compares it with what stands.
func (m *manifests) read(f *manifestFile, blob history.Hash) *difference {
	data, failed := m.blob(f.path, blob)
	if failed != nil {
		return &difference{missing: true, Problems: failed.Problems}
	}
	format := m.format(f.path, data)
	if format == nil {
		m.refused[f.path]++
		return &difference{}
	}
	mem := m.memories[f.path]
	if mem == nil {
		mem = &memory{}
		m.memories[f.path] = mem
	}
	mem.entries.Brief = f.exact() && mem.of == f.blob
	read := m.decode(format, f.path, f.env, data, flagfile.Options{Memory: &mem.entries})
	changed, brief := mem.entries.Changed()
	brief = brief && mem.entries.Brief
	d := &difference{Format: format.Name(), Broken: read.Broken || len(f.flags) > 0 && read.isNone()}
	switch {
	case d.Broken:
		d.Problems = read.Problems
		mem.entries, mem.of = flagfile.Memory{}, history.Hash{}
		return d
	case !brief:
		d.whole = read
		changed = f.keysWith(read.Settings)
	}
	mem.of = blob
	f.differences(d, changed, read)
	return d
}

// differences keeps of the flags that may have changed those that did. Where an
// entry is on another line, or says the same in other words, nothing did; an
// entry that cannot be read leaves the flag as it was, which is a problem.
func (f *manifestFile) differences(d *difference, keys []ledger.FlagKey, read *manifest) {
	for _, key := range f.stuck {
		if _, again := slices.BinarySearch(keys, key); !again {
			d.Stuck = append(d.Stuck, key)
		}
	}
	for _, key := range keys {
		is, was := ofFlag(read.Settings, key), f.flags[key]
		broken := slices.IndexFunc(is, func(s flagfile.Setting) bool { return s.Broken })
		if _, before := slices.BinarySearch(f.stuck, key); broken >= 0 && !before {
			d.Problems = append(d.Problems, brokenEntry(is[broken], len(was) > 0, read.Problems))
		}
		switch {
		case len(is) == 0 && len(was) > 0:
			d.Gone = append(d.Gone, key)
		case len(is) == 0:
		case len(was) > 0 && broken >= 0:
			d.Stuck = append(d.Stuck, key)
		case !slices.EqualFunc(was, is, flagfile.SameEntry):
			d.Changed = append(d.Changed, is...)
		}
	}
	slices.Sort(d.Stuck)
}

// brokenEntry says that a version has an entry that cannot be read, with what is
// wrong there: the first problem from its key on.
func brokenEntry(s flagfile.Setting, stands bool, problems []ledger.Problem) ledger.Problem {
	what := "it counts as " + string(s.State)
	if stands {
		what = "what the version before says stands"
	}
	key := s.Origin
	key.Repository = "" // as in the problems
	p := ledger.Problem{Origins: []ledger.Origin{key}, Rule: "broken-entry", Level: ledger.LevelWarning,
		Message: fmt.Sprintf("the entry of flag %q cannot be read; %s", s.Key, what), Hint: "correct the entry"}
	for _, cause := range problems {
		if len(cause.Origins) > 0 && ledger.CompareOrigins(cause.Origins[0], key) >= 0 {
			p.Origins, p.Hint = cause.Origins, cmp.Or(cause.Hint, p.Hint)
			p.Message = fmt.Sprintf("the entry of flag %q cannot be read: %s; %s", s.Key, cause.Message, what)
			break
		}
	}
	return p
}

// stuckAs writes what stands of the flags that the file's blob does not tell.
func (f *manifestFile) stuckAs() string {
	if len(f.stuck) == 0 {
		return ""
	}
	var list [][]flagfile.Setting
	for _, key := range f.stuck {
		list = append(list, f.flags[key])
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic("settings cannot be written: " + err.Error()) // they are texts and numbers
	}
	return string(text)
}

// ofFlag gives the settings of one flag in a list that is sorted by key.
func ofFlag(settings []flagfile.Setting, key ledger.FlagKey) []flagfile.Setting {
	from, _ := slices.BinarySearchFunc(settings, key, func(s flagfile.Setting, k ledger.FlagKey) int { return cmp.Compare(s.Key, k) })
	to := from
	for to < len(settings) && settings[to].Key == key {
		to++
	}
	return settings[from:to]
}

// whole reads all that a version of a file says; nil when it is no manifest.
func (m *manifests) whole(p, env string, blob history.Hash) *manifest {
	if m.known[p] != nil {
		read := &manifest{}
		if m.kept.get(read, "whole", m.context(p, env), m.known[p].Name(), blob.String()) {
			return read
		}
	}
	data, failed := m.blob(p, blob)
	if failed != nil {
		return failed
	}
	format := m.format(p, data)
	if format == nil {
		return nil
	}
	read := m.decode(format, p, env, data, flagfile.Options{})
	m.keepWhole(p, env, blob, read)
	return read
}

func (m *manifests) keepWhole(p, env string, blob history.Hash, read *manifest) {
	m.kept.put(read, "whole", m.context(p, env), m.known[p].Name(), blob.String())
}

// rebased reads a flag of a file again, with the variant that everybody got when
// the flag was born as the one that does not count.
func (m *manifests) rebased(f *manifestFile, key ledger.FlagKey, baseline []string) []flagfile.Setting {
	format := m.known[f.path]
	if format == nil || f.blob.IsZero() {
		return nil
	}
	read := &manifest{}
	parts := append([]string{"rebased", m.context(f.path, f.env), format.Name(), f.blob.String(), string(key)}, baseline...)
	if !m.kept.get(read, parts...) {
		data, failed := m.blob(f.path, f.blob)
		if failed != nil {
			return nil
		}
		all := m.decode(format, f.path, f.env, data, flagfile.Options{Baselines: map[ledger.FlagKey][]string{key: baseline}})
		read.Settings = ofFlag(all.Settings, key)
		m.kept.put(read, parts...)
	}
	return read.Settings
}

// blob reads a version of a file; a manifest that is missing when it cannot.
func (m *manifests) blob(p string, blob history.Hash) ([]byte, *manifest) {
	data, err := m.r.in.Repo.Blob(blob, maxManifest)
	if err == nil {
		return data, nil
	}
	return nil, &manifest{missing: true, Problems: []ledger.Problem{{
		Origins: []ledger.Origin{{File: p}}, Rule: "unreadable-manifest", Level: ledger.LevelWarning,
		Message: "cannot read this flag manifest: " + err.Error(),
		Hint:    "a manifest has at most 8 MB; fetch missing objects with: git fetch --refetch",
	}}}
}

func (m *manifests) decode(format flagfile.Format, p, env string, data []byte, o flagfile.Options) *manifest {
	o.Environment = cmp.Or(ledger.EnvironmentName(env), m.source.Environment)
	o.Attribute, o.Environments, o.Shape, o.MaxBytes, o.Over = m.attribute(), m.names.list, m.source.Shape, maxManifest, m.places[p].layer > 0
	settings, problems := format.Decode([]flagfile.File{{Path: p, Data: data}}, o)
	if slices.ContainsFunc(problems, func(q ledger.Problem) bool { return q.Level == ledger.LevelError }) {
		return &manifest{Problems: problems, Broken: true} // the part that parses is no state of the file
	}
	for i := range settings {
		s := &settings[i]
		s.Environment = m.names.canonical(cmp.Or(s.Environment, o.Environment))
		s.Origin.Repository = m.r.in.Name
	}
	return &manifest{Settings: flagfile.JoinDated(settings), Problems: problems} // prod and production are one environment now
}

// context is all that what a file says depends on, apart from its bytes.
func (m *manifests) context(p, env string) string {
	if m.kept == nil {
		return ""
	}
	if m.configured == "" {
		text, err := json.Marshal([]any{m.r.in.Name, m.source.Format, m.source.Environment, m.attribute(), m.source.Shape, m.names.list, m.names.names})
		if err != nil {
			panic("settings of a flag source cannot be written: " + err.Error()) // they are texts and numbers
		}
		m.configured = string(text)
	}
	return fmt.Sprintf("%q %q %t %s", p, env, m.places[p].layer > 0, m.configured)
}

// format finds the format of a file; one that was recognised once keeps it,
// so that a broken version in between is told as broken.
func (m *manifests) format(p string, data []byte) flagfile.Format {
	if f := m.known[p]; f != nil {
		return f
	}
	var f flagfile.Format
	if name := m.source.Format; name != "" && name != "auto" {
		f, _ = flagfile.ByName(name)
	} else {
		f, _ = flagfile.Detect(p, data)
	}
	if f != nil {
		m.known[p] = f
	}
	return f
}
