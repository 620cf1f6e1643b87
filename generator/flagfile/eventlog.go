package flagfile

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// EventLog reads a log of what was done to flags, for those who turn them in a
// service that keeps no file: one JSON object a line, each with its own instant,
// in any order. `daylight record flag` writes it.
//
//	{"key": "basket-v2", "environment": "production", "at": "2026-03-14T08:00:00Z", "percent": 5}
//	{"key": "basket-v2", "environment": "production", "at": "2026-03-16T08:00:00Z", "state": "on"}
//	{"key": "wishlist", "at": "2026-03-16T08:00:00Z", "groups": ["beta"], "except": ["enterprise"]}
//
// State, percent, groups and except are those of [Short]; a line says all that
// holds from its instant on, and without an environment it says so of all of
// them. Before its first line a flag is off. Description, owner, kind and
// expires describe the flag; the last line that has them counts. Lines that begin
// with # are comments.
//
// The settings that come out are Dated: what the log says counts from the
// instants that it states, whenever they were written down.
type EventLog struct{}

// Name is "events".
func (EventLog) Name() string { return "events" }

var eventLine = regexp.MustCompile(`^\s*\{.*"(key|flag)"\s*:`)

// Match takes files of JSON Lines whose first line names a flag.
func (EventLog) Match(name string, head []byte) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".jsonl", ".ndjson":
	default:
		return false
	}
	for line := range bytes.Lines(head) {
		if text := bytes.TrimSpace(line); len(text) > 0 && text[0] != '#' {
			return eventLine.Match(text) && !bytes.Contains(text, []byte(`"release"`))
		}
	}
	return false
}

// Decode implements [Format]. Lines of several files are one log.
func (EventLog) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	var settings []Setting
	var problems []ledger.Problem
	for _, f := range files {
		r := &reading{Options: o, path: f.Path, work: maxWork}
		r.events(f.Data)
		settings = append(settings, r.settings...)
		problems = append(problems, r.problems...)
	}
	slices.SortFunc(problems, ledger.CompareProblems)
	problems = slices.CompactFunc(problems, func(a, b ledger.Problem) bool { return ledger.CompareProblems(a, b) == 0 })
	return JoinDated(settings), problems
}

// events reads the lines of a file. Where not one of them can be read, the file
// is broken, and its last good version stands.
func (r *reading) events(data []byte) {
	lines := (decode.Reader{MaxBytes: r.MaxBytes}).JSONLines(r.path, withoutComments(data))
	level := ledger.LevelError
	if slices.ContainsFunc(lines, func(l decode.JSONLine) bool { return l.Err == nil }) {
		level = ledger.LevelWarning
	}
	for _, l := range lines {
		if l.Err != nil {
			r.report(l.Line, l.Err.Col, level, "unreadable", l.Err.Message, "an event is one JSON object on one line")
			continue
		}
		r.event(l.Value)
	}
}

// withoutComments blanks lines that begin with #, so that places stay.
func withoutComments(data []byte) []byte {
	if !bytes.Contains(data, []byte("#")) {
		return data
	}
	var out []byte
	for line := range bytes.Lines(data) {
		if text := bytes.TrimSpace(line); len(text) > 0 && text[0] == '#' {
			line = line[len(bytes.TrimRight(line, "\r\n")):]
		}
		out = append(out, line...)
	}
	return out
}

// event reads a line as a setting with one step.
func (r *reading) event(n *decode.Node) {
	if !n.Is(decode.Map) {
		r.doubt(n, "unreadable", "an event is one JSON object on one line", "this line is %s", n.Kind)
		return
	}
	key, _ := textOf(n, "key", "flag")
	if key == "" {
		r.doubt(n, "no-key", `add "key"`, "an event names no flag")
		return
	}
	text, at := textOf(n, "at", "time", "timestamp")
	when, ok := parseTime(text)
	if !ok {
		if at == nil {
			at = n
		}
		r.doubt(at, "bad-date", "write it as 2006-01-02T15:04:05Z", "an event of flag %s has no instant that can be read", quote(key))
		return
	}
	env, _ := textOf(n, "environment", "env")
	s := Setting{Key: ledger.FlagKey(key), Environment: cmp.Or(ledger.EnvironmentName(env), r.Environment), Dated: true}
	s.State, s.Via = ledger.FlagOff, "before the log"
	s.Origin = r.origin(n.Line, n.Col)
	r.eventKeys(&s.Meta, key, n)
	step := ledger.PlannedSetting{At: when, Setting: r.shortState(s.Key, ledger.Setting{}, n), Origins: []ledger.Origin{s.Origin}}
	s.Plan = []ledger.PlannedSetting{step}
	r.settings = append(r.settings, s)
}

// textOf gives the text of the first of these keys that is there.
func textOf(n *decode.Node, keys ...string) (string, *decode.Node) {
	for _, key := range keys {
		if v := n.Get(key); !v.IsNull() {
			text, _ := v.Scalar()
			return strings.TrimSpace(text), v
		}
	}
	return "", nil
}

// eventKeys reads what describes the flag, and reports keys that are nearly
// those of a setting: an event without its state would be none.
func (r *reading) eventKeys(m *Meta, key string, n *decode.Node) {
	known := []string{"key", "flag", "environment", "env", "at", "time", "timestamp", "state", "percent", "groups", "except"}
	for _, e := range n.Entries {
		if slices.Contains(known, e.Key) || m.takeMeta(e) {
			continue
		}
		if near := decode.Nearest(e.Key, known); near != "" {
			r.report(e.Line, e.Col, ledger.LevelWarning, "unknown-key", "unknown key "+quote(e.Key)+" in an event of flag "+quote(key), "did you mean "+near+"?")
		}
	}
}

// JoinDated makes one of the dated settings of each flag and environment, with
// the steps of all of them in the order of time; of one instant the line that was
// read last counts. Settings that are not dated are left as they are. The result
// is sorted by key, then environment.
func JoinDated(settings []Setting) []Setting {
	type place struct {
		key ledger.FlagKey
		env ledger.EnvironmentName
	}
	at := map[place]int{}
	var out []Setting
	for _, s := range settings {
		p := place{s.Key, s.Environment}
		i, there := at[p]
		if !there || !s.Dated {
			if s.Dated {
				at[p], s.Plan = len(out), slices.Clone(s.Plan)
			}
			out = append(out, s)
			continue
		}
		out[i].Plan = append(out[i].Plan, s.Plan...)
		out[i].Meta = laterMeta(out[i].Meta, s.Meta)
		out[i].Origin = s.Origin // the newest line is where people look
	}
	for i := range out {
		if out[i].Dated {
			out[i].Plan = inTime(out[i].Plan)
		}
	}
	slices.SortStableFunc(out, func(a, b Setting) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Environment, b.Environment))
	})
	return out
}

// inTime sorts steps; of one instant the last that was read counts.
func inTime(steps []ledger.PlannedSetting) []ledger.PlannedSetting {
	slices.SortStableFunc(steps, func(a, b ledger.PlannedSetting) int { return a.At.Compare(b.At) })
	out := steps[:0]
	for _, s := range steps {
		if n := len(out); n > 0 && out[n-1].At.Equal(s.At) {
			out[n-1] = s
			continue
		}
		out = append(out, s)
	}
	return out
}

// laterMeta keeps what was said before where the later line is silent.
func laterMeta(was, is Meta) Meta {
	is.Description = cmp.Or(is.Description, was.Description)
	is.Owner = cmp.Or(is.Owner, was.Owner)
	is.Kind = cmp.Or(is.Kind, was.Kind)
	if is.Expires.IsZero() {
		is.Expires = was.Expires
	}
	is.Permanent = is.Permanent || was.Permanent
	if len(is.PullRequests) == 0 {
		is.PullRequests = was.PullRequests
	}
	if len(is.Links) == 0 {
		is.Links = was.Links
	}
	return is
}

// Event is a line of the log as it is written down.
type Event struct {
	Key         string          `json:"key"` // required
	Environment string          `json:"environment,omitempty"`
	At          time.Time       `json:"at"` // required; written in UTC and whole seconds
	State       string          `json:"state,omitempty"`
	Percent     *ledger.Percent `json:"percent,omitempty"`
	Groups      Groups          `json:"groups,omitempty"`
	Except      []string        `json:"except,omitempty"`
	Description string          `json:"description,omitempty"`
}

// Groups are groups with the share of each: a list of names where all are let
// in whole, else a map.
type Groups []ledger.GroupShare

// MarshalJSON writes the groups in the order of their names.
func (g Groups) MarshalJSON() ([]byte, error) {
	shares := map[string]ledger.Percent{}
	whole := true
	for _, group := range g {
		shares[group.Name] = group.Percent.Hi
		whole = whole && group.Percent == ledger.Everybody()
	}
	if whole {
		return json.Marshal(slices.Sorted(maps.Keys(shares)))
	}
	return json.Marshal(shares) // which sorts keys
}

// Write gives the line of an event, read back by the reader of the log. What it
// doubts is given back, and the line is then "".
func (e Event) Write() (string, []ledger.Problem, error) {
	e.At = e.At.UTC().Truncate(time.Second)
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(e); err != nil {
		return "", nil, err
	}
	settings, problems := EventLog{}.Decode([]File{{Path: "flags.jsonl", Data: b.Bytes()}}, Options{})
	if len(problems) > 0 || len(settings) != 1 || len(settings[0].Plan) != 1 {
		return "", problems, nil
	}
	return strings.TrimSpace(b.String()), nil, nil
}

// RepeatsEvent reports whether a line of a log says of the same flag,
// environment and instant what an earlier one says.
func RepeatsEvent(line, earlier string) bool {
	read := func(text string) []Setting {
		settings, _ := EventLog{}.Decode([]File{{Path: "flags.jsonl", Data: []byte(text)}}, Options{})
		return settings
	}
	a, b := read(line), read(earlier)
	return len(a) == 1 && len(b) == 1 && a[0].Key == b[0].Key && a[0].Environment == b[0].Environment && Same(a[0], b[0])
}
