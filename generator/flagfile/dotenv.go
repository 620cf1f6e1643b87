package flagfile

import (
	"path"
	"regexp"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Dotenv reads flags among the variables of an environment: .env,
// .env.production, production.env, with KEY=value or KEY: "value".
//
//	FF_AUTH_V2: "true"
//	VITE_FEATURE_BASKET=25%
//
// Flags are the keys with one of the prefixes of the [Shape], else those of
// which a part is FF, FEATURE, FLAG or TOGGLE and that have a value like a
// state. A value is on, off, true, false, 1, 0 or a percentage with its sign, as
// it is written here: programs compare letter by letter, so that True is none of
// these, and unknown. Other variables are not looked at, since they hold secrets.
//
// The environment is that of the file's name, where the settings tell none.
type Dotenv struct{}

// Name is "dotenv".
func (Dotenv) Name() string { return "dotenv" }

var (
	dotenvName = regexp.MustCompile(`(?i)(^\.env([._-][a-z0-9_.-]+)?$|\.env$)`)
	dotenvFlag = regexp.MustCompile(`(^|_)(FF|FEATURE|FEATURES|FLAG|FLAGS|TOGGLE)_`)
	dotenvLine = regexp.MustCompile(`(?im)^\s*(export\s+)?([A-Z0-9_]*_)?(FF|FEATURES?|FLAGS?|TOGGLE)_[A-Z0-9_]+\s*[:=]\s*["']?(on|off|true|false|0|1|\d+(\.\d+)?%)["']?\s*(#.*)?\r?$`)
	// Words in a file's name that are no environment.
	dotenvSample = regexp.MustCompile(`(?i)(example|sample|template|dist|default|local)`)
)

// Match takes files with such a name in which a flag has a state.
func (Dotenv) Match(name string, head []byte) bool {
	return dotenvName.MatchString(path.Base(name)) && dotenvLine.Match(head)
}

// Effect is that of files which ship with the build.
func (Dotenv) Effect() ledger.Effect { return ledger.EffectDeployment }

// Decode implements [Format].
func (Dotenv) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		doc, faults := decode.Reader{MaxBytes: r.MaxBytes}.Dotenv(r.path, data)
		r.dotenvFaults(faults, len(doc.Entries) == 0)
		if r.Options.Environment == "" {
			r.Options.Environment = dotenvEnvironment(r.path)
		}
		g := newShaped(r)
		g.guess = g.Prefix == ""
		for _, word := range []string{"1", "0"} {
			if _, given := g.words[word]; !given && g.Scale == 0 {
				g.words[word] = map[string]string{"1": on, "0": off}[word]
			}
		}
		for _, e := range lastOf(doc.Entries) {
			if !g.guess || dotenvFlag.MatchString(e.Key) {
				g.flag(place{}, e.Key, e)
			}
		}
	})
}

// dotenvFaults reports the first line that is none; a value of many lines breaks
// a hundred.
func (r *reading) dotenvFaults(faults []*decode.Error, empty bool) {
	if len(faults) == 0 {
		return
	}
	e, level, hint := faults[0], ledger.LevelWarning, "the other lines are read"
	if empty {
		level, hint = ledger.LevelError, "the state of the last version that can be read stands until this is mended"
	}
	message := e.Message
	if more := len(faults) - 1; more > 0 {
		message += " (and " + counted(more, "line") + " more like this)"
	}
	r.report(e.Line, e.Col, level, "unreadable", message, hint)
}

// dotenvEnvironment tells the environment from a file's name: "production" of
// .env.production and of production.env.
func dotenvEnvironment(name string) ledger.EnvironmentName {
	base := path.Base(name)
	stem := strings.TrimSuffix(base, path.Ext(base))
	if rest, ok := strings.CutPrefix(base, ".env"); ok {
		stem = strings.TrimLeft(rest, "._-")
	}
	if stem == "" || strings.HasPrefix(stem, ".") || dotenvSample.MatchString(stem) {
		return ""
	}
	return ledger.EnvironmentName(strings.ToLower(stem))
}
