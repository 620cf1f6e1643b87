package flagfile

import (
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"

	"daylight/generator/ledger"
)

// Memory keeps what the entries of a file mean, so that of the next version of
// the file only what is new is read. It is for one path and one set of Options,
// and not for several goroutines. The results are those without a Memory.
type Memory struct {
	// Brief asks Decode for the settings of those flags only that Changed lists,
	// wherever it lists them. Problems are always given in full.
	Brief bool

	entries map[string]*entry // by their text
	flags   map[ledger.FlagKey]*flagMemory
	last    []*flagMemory // of the last file, by key
	turn    int           // of reading; what is not seen for some turns is forgotten
	text    lastText      // the last file, where it is YAML
	changed []ledger.FlagKey
	known   bool
}

// entry is what one flag's text means, with lines counted from its own first.
type entry struct {
	text     string
	col      int // of its first letter
	of       *flagMemory
	settings []Setting
	problems []ledger.Problem
	cost     int
	seen     int // the last turn in which the file had it
}

// flagMemory is a flag's entry in the last file.
type flagMemory struct {
	key   ledger.FlagKey
	entry *entry
	line  int
	seen  int // the last turn in which the file had it
}

// Changed gives the flags whose text is not the same in the last two files that
// were read with this Memory, those that came or went included, sorted; false
// when one of the two was read as a whole, and anything may have changed.
func (m *Memory) Changed() ([]ledger.FlagKey, bool) { return m.changed, m.known }

// Latest gives the settings of a flag in the last file, by environment; false
// when that file was read as a whole, or has no such flag.
func (m *Memory) Latest(key ledger.FlagKey) ([]Setting, bool) {
	flag := m.flags[key]
	if len(m.last) == 0 || flag == nil || flag.seen != m.turn {
		return nil, false
	}
	return flag.settings(nil), true
}

// settings adds copies of a flag's settings, with the places that they have now.
func (f *flagMemory) settings(to []Setting) []Setting {
	for _, s := range f.entry.settings {
		s.Origin.Line += f.line - 1
		to = append(to, s)
	}
	return to
}

// chunk is the text of one entry in a file.
type chunk struct {
	text      []byte
	line, col int // of its first letter, from 1
}

// remembered decodes a file whose entries mean the same alone as together: the
// root, or the map below the key called root. What cannot be cut into entries is
// decoded as a whole.
func remembered(root string, files []File, o Options, one func(r *reading, data []byte)) ([]Setting, []ledger.Problem) {
	if o.Memory == nil || len(files) != 1 {
		return layers(files, o, one)
	}
	if settings, problems, ok := o.Memory.decode(root, files[0], o, one); ok {
		return settings, problems
	}
	o.Memory.changed, o.Memory.known, o.Memory.last, o.Memory.text = nil, false, nil, lastText{}
	return layers(files, o, one)
}

// maxRemembered bounds the files that are cut: below it, a file cannot have more
// values than are read.
const maxRemembered = 1 << 20

func (m *Memory) decode(root string, f File, o Options, one func(r *reading, data []byte)) ([]Setting, []ledger.Problem, bool) {
	if len(f.Data) > maxRemembered || o.MaxBytes > 0 && len(f.Data) > o.MaxBytes {
		return nil, nil, false
	}
	isJSON := strings.EqualFold(path.Ext(f.Path), ".json")
	list, ok := m.cut(root, isJSON, f)
	if !ok {
		return nil, nil, false
	}
	if m.entries == nil {
		m.entries, m.flags = map[string]*entry{}, map[ledger.FlagKey]*flagMemory{}
	}
	m.turn++
	present := make([]*flagMemory, 0, len(list))
	changed := []ledger.FlagKey{}
	cost, came := 0, false
	for n, c := range list {
		e := c.known
		if e == nil {
			e = m.entries[string(c.text)]
		}
		if e == nil || e.col != c.col {
			if e = m.learn(alone(c.chunk, root, isJSON, f.Path, o, one)); e == nil {
				return nil, nil, false
			}
		}
		flag := e.of
		if flag.seen == m.turn {
			return nil, nil, false // the key is there twice
		}
		if came = came || flag.seen != m.turn-1; flag.entry != e || flag.seen != m.turn-1 {
			changed = append(changed, flag.key)
		}
		flag.entry, flag.line, flag.seen, e.seen = e, c.line, m.turn, m.turn
		present = append(present, flag)
		cost += e.cost
		list[n].known, list[n].text = e, nil // else each would keep the file alive that it was first in
	}
	if cost > maxWork {
		return nil, nil, false
	}
	m.note(present, changed, came)
	m.forget()
	m.text = lastText{}
	if !isJSON {
		m.text = lastText{f.Data, list}
	}
	settings, problems := m.told()
	return settings, problems, true
}

// cut finds the entries of a file.
func (m *Memory) cut(root string, isJSON bool, f File) ([]piece, bool) {
	if !isJSON {
		if root != "" || strings.EqualFold(path.Ext(f.Path), ".toml") {
			return nil, false
		}
		return m.text.yamlPieces(f.Data)
	}
	list, ok := jsonChunks(f.Data, root)
	out := make([]piece, len(list))
	for i, c := range list {
		out[i].chunk = c
	}
	return out, ok
}

// learn keeps a new entry; nil when it cannot be read alone.
func (m *Memory) learn(e *entry) *entry {
	if e.broken() {
		return nil
	}
	key := e.settings[0].Key
	if m.flags[key] == nil {
		m.flags[key] = &flagMemory{key: key}
	}
	e.of = m.flags[key]
	m.entries[e.text] = e
	return e
}

// note remembers the flags of a file by key, and what changed since the last.
func (m *Memory) note(present []*flagMemory, changed []ledger.FlagKey, came bool) {
	went := false
	for _, flag := range m.last {
		if flag.seen != m.turn {
			went = true
			changed = append(changed, flag.key)
		}
	}
	m.known, m.changed = m.last != nil, nil
	if m.known {
		slices.Sort(changed)
		m.changed = changed
	}
	if m.last == nil || came || went {
		slices.SortFunc(present, func(a, b *flagMemory) int { return cmp.Compare(a.key, b.key) })
		m.last = present
	}
}

// forget drops entries that no file had for some turns, once they are most.
func (m *Memory) forget() {
	const turns = 20 // what is turned off and on again is found
	if len(m.entries) < 2*len(m.last)+turns {
		return
	}
	for text, e := range m.entries {
		if e.seen < m.turn-turns {
			delete(m.entries, text)
		}
	}
	for key, flag := range m.flags {
		if flag.seen < m.turn-turns {
			delete(m.flags, key)
		}
	}
}

// told copies what the entries mean, with the places that they have now.
func (m *Memory) told() ([]Setting, []ledger.Problem) {
	settings, problems := 0, 0
	for _, flag := range m.last {
		settings, problems = settings+len(flag.entry.settings), problems+len(flag.entry.problems)
	}
	if m.Brief && m.known {
		settings = len(m.changed)
	}
	out := make([]Setting, 0, settings)
	told := make([]ledger.Problem, 0, problems)
	brief := m.Brief && m.known
	if brief {
		for _, key := range m.changed {
			if flag := m.flags[key]; flag != nil && flag.seen == m.turn {
				out = flag.settings(out)
			}
		}
	}
	for _, flag := range m.last {
		if !brief {
			out = flag.settings(out)
		}
		for _, q := range flag.entry.problems {
			q.Origins = slices.Clone(q.Origins)
			for i := range q.Origins {
				q.Origins[i].Line += flag.line - 1
			}
			told = append(told, q)
		}
	}
	slices.SortFunc(told, ledger.CompareProblems)
	return out, told
}

// alone decodes an entry in a file of its own.
func alone(c chunk, root string, isJSON bool, name string, o Options, one func(r *reading, data []byte)) *entry {
	data, above := string(c.text), 0
	if isJSON {
		open, end := "{\n", "\n}"
		if root != "" {
			open, end = `{"`+root+"\": {\n", "\n}}"
		}
		data, above = open+strings.Repeat(" ", c.col-1)+string(c.text)+end, 1
	}
	o.Memory = nil
	left := 0
	settings, problems := layers([]File{{Path: name, Data: []byte(data)}}, o, func(r *reading, data []byte) {
		one(r, data)
		left = r.work
	})
	e := &entry{text: string(c.text), col: c.col, settings: settings, problems: problems, cost: maxWork - left}
	for i := range settings {
		settings[i].Origin.Line -= above
	}
	for _, p := range problems {
		for i := range p.Origins {
			p.Origins[i].Line -= above
		}
	}
	return e
}

// broken reports an entry that says something else alone than in its file: it
// does not parse, is no flag, or is more than one.
func (e *entry) broken() bool {
	return len(e.settings) == 0 || e.settings[len(e.settings)-1].Key != e.settings[0].Key ||
		slices.ContainsFunc(e.problems, func(p ledger.Problem) bool {
			return p.Level == ledger.LevelError || p.Rule == "duplicate-key" || p.Rule == "not-a-manifest" || p.Rule == "flag-too-complex"
		})
}

// yamlChunks cuts a block of YAML at the lines that begin with a key; false when
// something else stands there, or when entries may refer to each other.
func yamlChunks(data []byte) ([]chunk, bool) {
	var out []chunk
	start, startLine, line := -1, 0, 0
	for at := 0; at < len(data); {
		line++
		end := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		switch c := data[at]; {
		case c == ' ' || c == '#' || c == '\n' || c == '\r':
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '"' || c == '\'':
			if start >= 0 {
				out = append(out, chunk{data[start:at], startLine, 1})
			}
			start, startLine = at, line
		case start < 0 && string(bytes.TrimRight(data[at:end], "\r\n ")) == "---":
		default:
			return nil, false
		}
		at = end
	}
	if start >= 0 {
		out = append(out, chunk{data[start:], startLine, 1})
	}
	for _, c := range out {
		if bytes.IndexByte(c.text, '&') >= 0 && bytes.IndexByte(c.text, '*') >= 0 || bytes.HasPrefix(c.text, []byte("apiVersion")) {
			return nil, false
		}
	}
	return out, len(out) > 0
}
