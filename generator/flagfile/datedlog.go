package flagfile

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// What the logs of services have in common: entries with an instant, each of
// which tells what a flag is set to from then on, or that it changed and not to
// what.

// logPlace is whom a step of a log is about.
type logPlace struct {
	key ledger.FlagKey
	env ledger.EnvironmentName
}

// logStep is what holds from an instant on: a setting, whose own plan counts
// until the next step.
type logStep struct {
	at   time.Time
	is   Setting
	made bool // the flag was made here: before, there was none
}

// serviceLog collects the steps of all files of a log.
type serviceLog map[logPlace][]logStep

func (l serviceLog) add(at time.Time, s Setting, made bool) {
	p := logPlace{s.Key, s.Environment}
	l[p] = append(l[p], logStep{at, s, made})
}

// settings makes of each flag and environment one dated setting, sorted by key,
// then environment. Of one instant an entry that tells the state counts more than
// one that does not, and else the one that was read last. Before the first nothing
// is known, unless that made the flag.
func (l serviceLog) settings() []Setting {
	var out []Setting
	for p, steps := range l {
		slices.SortStableFunc(steps, func(a, b logStep) int {
			known := func(s logStep) int {
				if s.is.State == ledger.FlagUnknown {
					return 0
				}
				return 1
			}
			return cmp.Or(a.at.Compare(b.at), cmp.Compare(known(a), known(b)))
		})
		s := Setting{Key: p.key, Environment: p.env, Dated: true}
		s.Setting = ledger.Setting{State: ledger.FlagUnknown, Percent: ledger.Undecided(), Via: "before the log"}
		if steps[0].made || len(steps) > 1 && steps[1].made && steps[1].at.Equal(steps[0].at) {
			s.Setting = withState(ledger.Setting{Via: "not made yet"})
		}
		for i, step := range steps {
			s.Meta, s.Origin = laterMeta(s.Meta, step.is.Meta), step.is.Origin
			if step.is.BaselineBy != "" {
				s.Baseline, s.BaselineBy = step.is.Baseline, step.is.BaselineBy
			}
			s.Needs = step.is.Needs
			until := time.Time{}
			if i+1 < len(steps) {
				if until = steps[i+1].at; until.Equal(step.at) {
					continue
				}
			}
			s.Plan = append(s.Plan, step.during(until)...)
		}
		out = append(out, s)
	}
	// Key, then environment: no two are alike.
	slices.SortFunc(out, func(a, b Setting) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Environment, b.Environment))
	})
	return out
}

// during gives the steps from an entry until before the next; a zero until is
// for ever.
func (s logStep) during(until time.Time) []ledger.PlannedSetting {
	origins := []ledger.Origin{s.is.Origin}
	out := []ledger.PlannedSetting{{At: s.at, Setting: s.is.inSpan(span{from: s.at}), Origins: origins}}
	for _, p := range s.is.Plan {
		if p.At.After(s.at) && (until.IsZero() || p.At.Before(until)) {
			p.Origins = origins
			out = append(out, p)
		}
	}
	return out
}

// readLog visits the entries of the files: of JSON Lines each line, and else those
// of a list at the root or under a key, or the document itself. Each is a map.
func readLog(files []File, o Options, key string, entry func(*reading, *decode.Node)) []*reading {
	var all []*reading
	for _, f := range files {
		r := &reading{Options: o, path: f.Path, work: maxWork, near: map[string]string{}}
		all = append(all, r)
		for _, n := range r.logEntries(f.Data, key) {
			if !n.Is(decode.Map) {
				r.doubt(n, "unreadable", "an entry of the log is an object", "this entry is %s", n.Kind)
				continue
			}
			entry(r, n)
		}
	}
	return all
}

func (r *reading) logEntries(data []byte, key string) (out []*decode.Node) {
	var docs []*decode.Node
	switch strings.ToLower(path.Ext(r.path)) {
	case ".jsonl", ".ndjson":
		lines := (decode.Reader{MaxBytes: r.MaxBytes}).JSONLines(r.path, data)
		level := ledger.LevelError
		if slices.ContainsFunc(lines, func(l decode.JSONLine) bool { return l.Err == nil }) {
			level = ledger.LevelWarning
		}
		for _, l := range lines {
			if l.Err != nil {
				r.report(l.Line, l.Err.Col, level, "unreadable", l.Err.Message, "an entry is one JSON object on one line")
				continue
			}
			docs = append(docs, l.Value)
		}
	default:
		docs = r.documents(data)
	}
	for _, doc := range docs {
		switch list := doc.Get(key); {
		case doc.IsNull():
		case doc.Is(decode.List):
			out = append(out, doc.Items...)
		case list.Is(decode.List):
			out = append(out, list.Items...)
		default:
			out = append(out, doc)
		}
	}
	return out
}

// told gives settings and problems of a log in their orders.
func (l serviceLog) told(all []*reading) ([]Setting, []ledger.Problem) {
	var problems []ledger.Problem
	for _, r := range all {
		problems = append(problems, r.problems...)
	}
	slices.SortFunc(problems, ledger.CompareProblems)
	problems = slices.CompactFunc(problems, func(a, b ledger.Problem) bool { return ledger.CompareProblems(a, b) == 0 })
	return l.settings(), problems
}

// emitted runs what adds settings, and takes that of one environment out again:
// rules that ask for the environment add one for each.
func (r *reading) emitted(env ledger.EnvironmentName, run func()) (Setting, bool) {
	first := len(r.settings)
	run()
	added := slices.Clone(r.settings[first:])
	r.settings = r.settings[:first]
	for _, s := range added {
		if s.Environment == env {
			return s, true
		}
	}
	return Setting{}, false
}

// untold is a setting that a log does not tell.
func untold(base Setting, why string) Setting {
	base.Setting = ledger.Setting{State: ledger.FlagUnknown, Percent: ledger.Undecided(), Via: why}
	return base
}

// gone is the setting of a flag that its service does not know any more.
func gone(base Setting, why string) Setting {
	base.Setting = withState(ledger.Setting{Via: why, Fallback: true})
	return base
}
