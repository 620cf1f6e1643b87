package collect

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/flagfile"
	"daylight/generator/ledger"
)

// maxManifest bounds a flag manifest; flagfile refuses what is larger.
const maxManifest = 8 << 20

// manifests reads the files of one flag source, each version of a file once.
type manifests struct {
	r      *reading
	source FlagSource
	names  environments
	kept   *kept // what earlier builds learned
	// configured is all of the configuration on which reading depends, for kept.
	configured string
	globs      []manifestGlob
	known      map[string]flagfile.Format // path -> format, where the source leaves it to us
	// refused counts, per path, versions in which no format was recognised, so
	// that a file that is none is not looked at for ever.
	refused map[string]int
	places  map[string]manifestPath // what wants found out about a path
	// memories are of the entries of each path: its next version is mostly the same.
	memories map[string]*memory
}

// manifestPath is what the name of a file tells.
type manifestPath struct {
	env   string
	layer int // the number of its glob: later ones lie over earlier ones
	ok    bool
}

// maxRefusals is after how many versions a file that looks like no manifest is
// passed over.
const maxRefusals = 3

func newManifests(r *reading, s FlagSource, names environments, k *kept) *manifests {
	m := &manifests{r: r, source: s, names: names, kept: k, known: map[string]flagfile.Format{},
		refused: map[string]int{}, places: map[string]manifestPath{}, memories: map[string]*memory{}}
	for _, g := range s.Files {
		m.globs = append(m.globs, newManifestGlob(g))
	}
	return m
}

// manifestGlob is a glob in which {environment} stands for a name in the path.
type manifestGlob struct {
	glob    string
	capture *regexp.Regexp // nil without a placeholder
}

func newManifestGlob(g string) manifestGlob {
	const placeholder = "{environment}"
	if !strings.Contains(g, placeholder) {
		return manifestGlob{glob: g}
	}
	var b strings.Builder
	b.WriteString("^")
	for i, part := range strings.Split(g, placeholder) {
		if i > 0 {
			b.WriteString("([^/]+)")
		}
		b.WriteString(globRegexp(part))
	}
	b.WriteString("$")
	return manifestGlob{strings.ReplaceAll(g, placeholder, "*"), regexp.MustCompile(b.String())}
}

// globRegexp spells a glob without braces and classes as a regular expression,
// only to find out what a placeholder stood for: matchAny has decided already.
func globRegexp(g string) string {
	q := regexp.QuoteMeta(g)
	q = strings.ReplaceAll(q, `\*\*/`, `(?:.*/)?`)
	q = strings.ReplaceAll(q, `\*\*`, `.*`)
	q = strings.ReplaceAll(q, `\*`, `[^/]*`)
	return strings.ReplaceAll(q, `\?`, `[^/]`)
}

// wants reports whether a path may be a manifest of this source, and which
// environment its name tells.
func (m *manifests) wants(p string) (env string, ok bool) {
	if len(m.globs) == 0 && !hasManifestExtension(p) {
		return "", false // as nearly all, without a look-up
	}
	known, met := m.places[p]
	if !met {
		known = m.place(p)
		m.places[p] = known
	}
	return known.env, known.ok && (len(m.globs) > 0 || m.refused[p] < maxRefusals)
}

// place tells from a path what can be told. Of several globs that take it the one
// that is the path itself, else the last, says what it lies over.
func (m *manifests) place(p string) manifestPath {
	if len(m.globs) == 0 {
		return manifestPath{m.environmentOfPath(p), 0, looksLikeManifest(p)}
	}
	if n := slices.IndexFunc(m.globs, func(g manifestGlob) bool { return g.glob == p && g.capture == nil }); n >= 0 {
		return manifestPath{m.environmentOfPath(p), n, true} // config/_shared.json, before config/{environment}.json
	}
	for n, g := range slices.Backward(m.globs) {
		if !matchAny([]string{g.glob}, p) {
			continue
		}
		if g.capture != nil {
			if found := g.capture.FindStringSubmatch(p); found != nil {
				return manifestPath{found[1], n, true}
			}
		}
		return manifestPath{m.environmentOfPath(p), n, true}
	}
	return manifestPath{}
}

func (m *manifests) environmentOfPath(p string) string {
	switch m.source.EnvironmentFrom {
	case "directory":
		return path.Base(path.Dir(p))
	case "file":
		base, _, _ := strings.Cut(strings.TrimPrefix(path.Base(p), "."), ".")
		return base
	}
	return ""
}

var (
	manifestName = regexp.MustCompile(`(?i)(^|[/._-])(feature|flag|toggle|goff|appsettings|unleash|launchdarkly|growthbook|configcat|posthog|statsig|flipper|waffle)`)
	notAManifest = regexp.MustCompile(`(?i)(^|/)(testdata|fixtures?|tests?|__tests__|spec|examples?|node_modules|vendor|third_party|locales?|i18n|schemas?)(/|$)`)
)

// looksLikeManifest is the gate before the content is looked at, for sources
// that name no files.
func looksLikeManifest(p string) bool {
	return hasManifestExtension(p) && manifestName.MatchString(p) && !notAManifest.MatchString(p)
}

func hasManifestExtension(p string) bool {
	switch path.Ext(p) {
	case ".yaml", ".yml", ".json", ".toml", ".jsonl", ".ndjson":
		return true
	}
	return false
}

// effect is when a change of a file takes effect: as the source says, else as is
// usual for the format.
func (m *manifests) effect(p string) ledger.Effect {
	if m.source.Branch != "" {
		return ledger.EffectMerge // a branch of an environment is what runs there
	}
	return cmp.Or(m.source.Effect, flagfile.EffectOf(m.known[p]))
}

// attribute names what rules compare an environment with, where they do.
func (m *manifests) attribute() string {
	if m.source.EnvironmentFrom == "rule" {
		return m.source.Attribute
	}
	return ""
}

// environments translates the spellings of environments.
type environments struct {
	names  map[string]ledger.EnvironmentName // lower case alias -> name
	hidden map[ledger.EnvironmentName]bool
	list   []ledger.EnvironmentName // in the order of the configuration
}

func newEnvironments(list []Environment) environments {
	e := environments{map[string]ledger.EnvironmentName{}, map[ledger.EnvironmentName]bool{}, nil}
	for _, x := range list {
		e.list = append(e.list, x.Name)
		e.names[strings.ToLower(string(x.Name))] = x.Name
		for _, alias := range x.Aliases {
			e.names[strings.ToLower(alias)] = x.Name
		}
		if x.Hidden {
			e.hidden[x.Name] = true
		}
	}
	return e
}

func (e environments) canonical(name ledger.EnvironmentName) ledger.EnvironmentName {
	if n, ok := e.names[strings.ToLower(string(name))]; ok {
		return n
	}
	return name
}
