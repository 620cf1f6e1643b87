package flagfile

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// Short reads our own form, which people write by hand, in YAML, JSON or TOML.
// The file is called flags.yaml, or ends in .flags.yaml, .flags.json and so on.
//
//	search: on                        # everywhere
//	basket-v2:
//	  production: 25%                 # a share of all users; 25 is the same
//	  staging: on
//	wishlist:
//	  production: [beta, staff]       # named groups only
//	checkout:
//	  description: Checkout on one page
//	  owner: payments
//	  kind: release                   # or experiment, ops, permission
//	  expires: 2026-06-30
//	  pull_requests: [123]
//	  links: [https://example.com/tickets/77]
//	  percent: 5                      # in every environment that is not named
//	  production:
//	    percent: 25
//	    groups: {beta: 100, staff: 50%}
//	    except: [enterprise]
//	    plan:                         # dated steps, each changes what it names
//	      - {at: 2026-04-01T09:00:00Z, percent: 50}
//	      - {at: 2026-04-08T09:00:00Z, state: on}
//
// A state is on, off, true or false; a number is always a percentage, so that 1
// is one percent; a list names groups. A map is a setting when it has one of
// the keys state, percent, groups, except or plan. The keys description, owner,
// kind, expires, permanent, pull_requests and links describe the flag; every
// other key below a flag is the name of an environment. An environment with one
// of these names goes below the key environments.
//
// A flag that the file does not give for an environment is unknown there, and
// so is a value that is none of the above, with a problem.
type Short struct{}

// Name is "short".
func (Short) Name() string { return "short" }

// foreign are outermost keys that other conventions for this file name have.
var foreign = regexp.MustCompile(`(?m)^["']?(flags|features|feature_flags|namespace|apiVersion|\$schema|version)["']?\s*:`)

// headSize is the least that Match is given of a file that is longer.
const headSize = 4096

// How a file in JSON or TOML begins that is ours, and words that show that it is
// another vendor's.
var (
	shortBeginning = regexp.MustCompile(`^\s*(\{\s*"[^"\n]{1,200}"\s*:\s*(true|false|\d|"\d+(\.\d+)?%?"|"(on|off)"|\{|\[)|\[[^\]\n]{1,200}\]\s*\n|(#.*\n\s*)*[\pL\d_".-]+\s*=)`)
	otherWords     = regexp.MustCompile(`"?(variants|variations|flagType|strategies|rules|segments|\$schema)"?\s*[:=]`)
)

// Match takes files with our name whose outermost entries look like ours.
func (Short) Match(name string, head []byte) bool {
	base := strings.ToLower(path.Base(name))
	ext := path.Ext(base)
	stem := strings.TrimSuffix(base, ext)
	if !slices.Contains([]string{".yaml", ".yml", ".json", ".toml"}, ext) || stem != "flags" && !strings.HasSuffix(stem, ".flags") {
		return false
	}
	if ext == ".toml" || ext == ".json" {
		docs, err := decode.Reader{}.ByName(name, head)
		if err != nil && len(head) >= headSize {
			// Perhaps only the beginning of the file: judge by what is there.
			return shortBeginning.Match(head) && !foreign.Match(head) && !otherWords.Match(head)
		}
		return err == nil && len(docs) == 1 && docs[0].Is(decode.Map) && looksShort(docs[0])
	}
	if foreign.Match(head) {
		return false
	}
	if len(head) >= headSize { // perhaps only the beginning: the last entry may be cut
		head = head[:lastEntry(head)]
	}
	docs, err := decode.Reader{}.ByName(name, head)
	return err == nil && len(docs) == 1 && docs[0].Is(decode.Map) && looksShort(docs[0])
}

// lastEntry is where the last line begins that is not indented.
func lastEntry(head []byte) int {
	at := len(head)
	for at > 0 {
		at = bytes.LastIndexByte(head[:at], '\n')
		if next := at + 1; next < len(head) && strings.IndexByte(" \t\r\n#}]", head[next]) < 0 {
			return next
		}
	}
	return 0
}

// looksShort reports whether a parsed file could be ours: most entries are
// flags, and none has what other formats have.
func looksShort(n *decode.Node) bool {
	flags := 0
	for _, e := range n.Entries {
		if e.Key == "$schema" || e.Value.Has("variants") || e.Value.Has("variations") || e.Value.Has("flagType") {
			return false
		}
		if looksLikeFlag(e.Value) {
			flags++
		}
	}
	return flags > 0 && 2*flags >= len(n.Entries)
}

// looksLikeFlag reports whether a value is a setting, or a map of environments
// to settings, with nothing beside it but what describes a flag. Many a file
// with this name describes the flags of a command line.
func looksLikeFlag(n *decode.Node) bool {
	if !n.Is(decode.Map) {
		return looksLikeSetting(n)
	}
	settings := 0
	for _, e := range n.Entries {
		switch {
		case isSettingKey(e.Key):
			settings++
		case slices.Contains(metaKeys(), e.Key) && !e.Value.Is(decode.Map):
		case e.Key == "environments" && e.Value.Is(decode.Map):
			for _, env := range e.Value.Entries {
				if !looksLikeSetting(env.Value) {
					return false
				}
				settings++
			}
		case looksLikeSetting(e.Value):
			settings++
		default:
			return false
		}
	}
	return settings > 0
}

func looksLikeSetting(n *decode.Node) bool {
	if n.Is(decode.List) {
		return len(texts(n)) == len(n.Items)
	}
	if n.Is(decode.Map) {
		return slices.ContainsFunc(n.Entries, func(e decode.Entry) bool { return isSettingKey(e.Key) })
	}
	_, _, ok := shortShare(n)
	return ok
}

// Decode implements [Format].
func (Short) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return remembered("", files, o, func(r *reading, data []byte) {
		for _, doc := range r.documents(data) {
			if doc.IsNull() {
				continue
			}
			if !doc.Is(decode.Map) {
				r.doubt(doc, "not-a-manifest", "map the key of each flag to its state", "want a map of flags, got %s", doc.Kind)
				continue
			}
			seen := map[string]bool{}
			for i := len(doc.Entries) - 1; i >= 0; i-- { // of a key given twice the last counts
				if e := doc.Entries[i]; !seen[e.Key] {
					seen[e.Key] = true
					r.shortFlag(e)
				}
			}
		}
	})
}

// shortFlag adds the settings of one flag.
func (r *reading) shortFlag(e decode.Entry) {
	base := Setting{Key: ledger.FlagKey(e.Key), Environment: r.Environment}
	base.Origin = r.origin(e.Line, e.Col)
	if !e.Value.Is(decode.Map) {
		r.shortSetting(base, e.Value)
		return
	}
	var environments []decode.Entry
	whole := false
	for _, m := range e.Value.Entries {
		switch {
		case isSettingKey(m.Key):
			whole = true
		case m.Key == "environments" && m.Value.Is(decode.Map):
			environments = append(environments, m.Value.Entries...)
		case r.shortMeta(&base.Meta, e.Key, m):
		default:
			environments = append(environments, m)
		}
	}
	if whole {
		r.shortSetting(base, e.Value)
	}
	for i, m := range environments {
		if slices.ContainsFunc(environments[i+1:], func(later decode.Entry) bool { return later.Key == m.Key }) {
			continue // given twice, which is reported: the last counts
		}
		r.shortSuspicious(e.Key, m)
		s := base
		s.Environment = ledger.EnvironmentName(m.Key)
		s.Origin = r.origin(m.Line, m.Col)
		if m.Value.Is(decode.Map) {
			r.shortKeys(base.Key, m.Value)
		}
		r.shortSetting(s, m.Value)
	}
	if !whole && len(environments) == 0 {
		base.State, base.Percent, base.Via = ledger.FlagUnknown, ledger.Undecided(), "no state"
		r.settings = append(r.settings, base)
		r.report(e.Line, e.Col, ledger.LevelWarning, "no-state", "flag "+quote(e.Key)+" has no state",
			"give it on, off, a percentage or groups, for each environment or for all")
	}
}

// shortSuspicious warns of an environment that is more likely a misspelt key.
func (r *reading) shortSuspicious(flag string, m decode.Entry) {
	if m.Key == "stage" {
		return // one letter from state, and the name of many an environment
	}
	near, asked := r.near[m.Key]
	if !asked {
		// A file has thousands of flags and few environments.
		near = decode.Nearest(m.Key, append(settingKeys(), metaKeys()...))
		r.near[m.Key] = near
	}
	if near != "" && near != m.Key {
		r.report(m.Line, m.Col, ledger.LevelWarning, "unknown-key", "flag "+quote(flag)+": "+quote(m.Key)+" is read as the name of an environment", "did you mean "+near+"?")
	}
}

func settingKeys() []string { return []string{"state", "percent", "groups", "except", "plan"} }

func isSettingKey(key string) bool { return slices.Contains(settingKeys(), key) }

func metaKeys() []string {
	return []string{"description", "owner", "kind", "expires", "permanent", "pull_request", "pull_requests", "link", "links"}
}

// shortMeta takes a key that describes the flag. A map under it is the setting
// of an environment with that name.
func (r *reading) shortMeta(m *Meta, flag string, e decode.Entry) bool {
	if !slices.Contains(metaKeys(), e.Key) || e.Value.Is(decode.Map) {
		return false
	}
	m.takeMeta(e)
	if e.Key == "expires" && m.Expires.IsZero() && !e.Value.IsNull() {
		r.doubt(e.Value, "bad-date", "write it as 2006-01-02", "flag %s expires at a date that cannot be read", quote(flag))
	}
	return true
}
