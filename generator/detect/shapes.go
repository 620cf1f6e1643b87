package detect

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"daylight/generator/deploylog"
	"daylight/generator/history"
	"daylight/generator/versions"
)

// TagShape is a pattern that several tags have.
type TagShape struct {
	// Pattern has the placeholders that site.toml knows: {environment},
	// {component}, {time}, {epoch}, {epoch_ms}, {version}, {n}.
	Pattern      string
	Count        int
	Example      string // the last by name
	Sure         Sureness
	Environments []Part // that the tags name, by name
	Parts        []Part // components that the tags name, by name
	precise      bool   // the time in the name has hours
	tags         []string
}

// Versions are the version tags of one scheme.
type Versions struct {
	Scheme      string // semver, calver or counter
	Count       int
	Prereleases int    // of them
	Example     string // the last in the order of its component
}

func (v Versions) why() string {
	why := plural(v.Count, "tag") + " such as " + v.Example
	if v.Prereleases > 0 {
		why += ", with " + plural(v.Prereleases, "pre-release")
	}
	return why
}

func (v Versions) sure() Sureness {
	switch {
	case v.Count >= 10 && v.Scheme == versions.Semver:
		return Sure
	case v.Count >= 3:
		return Likely
	}
	return Guess
}

// Part is a component or an environment that tags name.
type Part struct {
	Name string
	Tags int
}

func (s TagShape) why() string {
	if s.Count == 1 {
		return "the tag " + s.Example
	}
	return plural(s.Count, "tag") + " such as " + s.Example
}

func (s TagShape) has(placeholder string) bool { return strings.Contains(s.Pattern, placeholder) }

// usable reports whether the reader of deployment tags understands a pattern;
// blanks would make it several.
func usable(pattern string) bool {
	_, err := deploylog.ParsePatterns(pattern)
	return err == nil && !strings.ContainsFunc(pattern, unicode.IsSpace)
}

// timed reports whether the tags hold the time of the deployment.
func (s TagShape) timed() bool { return s.has("{time}") || s.has("{epoch") }

// The parts of a tag's name. A time may lack seconds, and may be joined in any
// of the spellings that pipelines use.
var (
	timePart    = regexp.MustCompile(`(?i)(?:19|20)\d\d[-._]?(?:0[1-9]|1[0-2])[-._]?(?:0[1-9]|[12]\d|3[01])(?:(?:-at-|[-T_.])?(?:[01]\d|2[0-3])[-:._]?[0-5]\d(?:[-:._]?[0-5]\d)?(?:[.,]\d{1,9})?)?(?:z|[-_]?utc|[+-]\d\d:?\d\d)?`)
	epochPart   = regexp.MustCompile(`1\d{12}|1\d{9}`)
	versionPart = regexp.MustCompile(`\d+(?:\.\d+){1,3}(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?(?:\+[0-9A-Za-z.-]+)?`)
	numberPart  = regexp.MustCompile(`\d+`)
	deployWord  = regexp.MustCompile(`(?i)(^|[^a-z])(deploy|deploys|deployed|deployment|deployments|rollout|ship|shipped)([^a-z]|$)`)
	plainName   = regexp.MustCompile(`(?i)^(pre|non)?[-_]?(production|prod|prd|live|staging|stage|stg|preprod|uat|qa|test|testing|integration|acceptance|sandbox|development|dev|training)([-_]?\d+)?$`)
	environWord = regexp.MustCompile(`(?i)^(production|prod|prd|live|staging|stage|stg|preprod|preproduction|nonprod|uat|qa|test|testing|integration|acceptance|acpt|sandbox|development|dev|demo|training)\d*$`)
	verb        = regexp.MustCompile(`(?i)^(deploy|deploys|deployed|deployment|deployments|release|released|releases|rel|to|tag|tags|version|v|build|ship|rollout)$`)
	wordParts   = regexp.MustCompile(`[-_.]`)
)

// isEnvironment reports names that hold the word of an environment: "staging",
// "staging_2", "eu-production", "pre-production".
func isEnvironment(name string) bool {
	if name == "" || len(name) > 40 {
		return false
	}
	found := false
	for _, w := range wordParts.Split(name, -1) {
		if verb.MatchString(w) {
			return false
		}
		found = found || environWord.MatchString(w)
	}
	return found
}

// nearness orders environments from the users away.
func nearness(name string) int {
	lower := strings.ToLower(name)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(lower, w) })
	}
	switch {
	case has("pre", "non", "stag", "stg", "uat"):
		return 1
	case has("prod", "prd", "live"):
		return 0
	case has("test", "qa", "integration", "accept", "acpt"):
		return 2
	case has("dev", "sandbox"):
		return 3
	}
	return 4
}

// shape is the pattern of one tag, with the values of its placeholders.
type shape struct {
	pattern     string
	environment string
	precise     bool
}

// shapeOf generalises a tag's name; ok is false when nothing in it varies.
func shapeOf(tag string) (s shape, ok bool) {
	if tag == "" || len(tag) > 200 || strings.ContainsAny(tag, "{}") {
		return s, false
	}
	at, name := varying(tag)
	if at == nil {
		return s, false
	}
	s.precise = name == "{time}" && len(digitsOf(tag[at[0]:at[1]])) >= 12 || strings.HasPrefix(name, "{epoch")
	before, environment := environmentIn(tag[:at[0]])
	after := tag[at[1]:]
	if environment == "" {
		after, environment = environmentIn(after)
	}
	s.environment = environment
	if name != "{version}" && name != "{n}" {
		if v := versionPart.FindStringIndex(before); v != nil {
			before = before[:v[0]] + "{version}" + before[v[1]:]
		}
	}
	s.pattern = before + name + after
	return s, true
}

// varying finds the part that differs from tag to tag.
func varying(tag string) ([]int, string) {
	// The order matters: a time holds what looks like a version, and a version
	// holds numbers.
	whole := func(at []int) bool { // no digit next to it, which would be a part of it
		return (at[0] == 0 || !isDigit(tag[at[0]-1])) && (at[1] == len(tag) || !isDigit(tag[at[1]]))
	}
	if at := timePart.FindStringIndex(tag); at != nil && whole(at) {
		// Numbers with points are a version unless there is a time of day:
		// 2026.03.01 is a calendar version far more often than a day.
		text := tag[at[0]:at[1]]
		if !strings.Contains(text, ".") || len(digitsOf(text)) >= 12 {
			return at, "{time}"
		}
	}
	if at := epochPart.FindStringIndex(tag); at != nil && whole(at) {
		if at[1]-at[0] == 13 {
			return at, "{epoch_ms}"
		}
		return at, "{epoch}"
	}
	if at := versionPart.FindStringIndex(tag); at != nil && whole(at) {
		return at, "{version}"
	}
	// Of several numbers the last counts up: gpl-712-build-3.
	if all := numberPart.FindAllStringIndex(tag, -1); all != nil {
		return all[len(all)-1], "{n}"
	}
	return nil, ""
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// environmentIn replaces an environment's name in a part of a tag: a segment
// between slashes as a whole, else a word of it.
func environmentIn(text string) (pattern, environment string) {
	segments := strings.Split(text, "/")
	for i, segment := range segments {
		core := strings.Trim(segment, "-_.@")
		if isEnvironment(core) {
			segments[i] = strings.Replace(segment, core, "{environment}", 1)
			return strings.Join(segments, "/"), core
		}
	}
	for i, segment := range segments {
		for _, w := range wordParts.Split(segment, -1) {
			if environWord.MatchString(w) {
				segments[i] = strings.Replace(segment, w, "{environment}", 1)
				return strings.Join(segments, "/"), w
			}
		}
	}
	return text, ""
}

// tags finds deployments by the shape of tags and versions among the rest, and
// gives the components that tags name, with the number of tags.
func (f *Findings) tags(tags []history.Tag) map[string]int {
	shapes := shapesOf(tags)
	parts := map[string]int{}
	deployed := map[string]bool{}
	for _, s := range shapes {
		if f.deployment(s) {
			for _, t := range s.tags {
				deployed[t] = true
			}
			for _, p := range s.Parts {
				parts[p.Name] += p.Tags
			}
		}
	}
	f.versions(tags, deployed, parts)
	return parts
}

// versions asks package versions about the tags that are no deployments.
func (f *Findings) versions(tags []history.Tag, deployed map[string]bool, parts map[string]int) {
	names := make([]string, len(tags))
	for i, t := range tags {
		names[i] = t.Name
	}
	selected, err := versions.Select(names, versions.Options{Exclude: func(tag string) bool { return deployed[tag] }})
	if err != nil { // it names a bad pattern, and there is none
		return
	}
	for _, v := range selected.Versions { // by component, then ascending
		i := slices.IndexFunc(f.Versions, func(o Versions) bool { return o.Scheme == v.Scheme })
		if i < 0 {
			f.Versions = append(f.Versions, Versions{Scheme: v.Scheme})
			i = len(f.Versions) - 1
		}
		o := &f.Versions[i]
		o.Count++
		o.Example = v.Tag
		if v.Prerelease {
			o.Prereleases++
		}
		if v.Component != "" {
			parts[v.Component]++
		}
	}
	slices.SortFunc(f.Versions, func(a, b Versions) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Scheme, b.Scheme))
	})
}

// shapesOf groups tags by their shape, most tags first, then by pattern.
func shapesOf(tags []history.Tag) []TagShape {
	byPattern := map[string]*TagShape{}
	environments := map[string]map[string]int{}
	for _, t := range tags {
		s, ok := shapeOf(t.Name)
		if !ok {
			continue
		}
		g := byPattern[s.pattern]
		if g == nil {
			g = &TagShape{Pattern: s.pattern}
			byPattern[s.pattern] = g
		}
		g.Count++
		g.tags = append(g.tags, t.Name)
		g.precise = g.precise || s.precise
		g.Example = max(g.Example, t.Name)
		if s.environment != "" {
			if environments[s.pattern] == nil {
				environments[s.pattern] = map[string]int{}
			}
			environments[s.pattern][s.environment]++
		}
	}
	var shapes []TagShape
	for pattern, g := range byPattern {
		for name, n := range environments[pattern] {
			g.Environments = append(g.Environments, Part{name, n})
		}
		shapes = append(shapes, *g)
	}
	slices.SortFunc(shapes, func(a, b TagShape) int { return cmp.Compare(a.Pattern, b.Pattern) })
	shapes = merge(shapes)
	slices.SortFunc(shapes, func(a, b TagShape) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Pattern, b.Pattern))
	})
	return shapes
}

// deployment notes a shape that is one of deployments, and reports whether it
// is. Tags that name an environment and a version ("test-1.2") are deployments
// only where one of the environments is production: many a version is called a
// test.
func (f *Findings) deployment(s TagShape) bool {
	if !s.has("{environment}") && !deployWord.MatchString(s.Pattern) && !s.precise {
		return false
	}
	if s.has("{version}") && s.timed() && len(s.Environments) == 0 && !deployWord.MatchString(s.Pattern) {
		return false // a version with the number of its build
	}
	s.Environments = together(s.Environments)
	real := s.timed() || slices.ContainsFunc(s.Environments, func(e Part) bool { return nearness(e.Name) == 0 })
	switch {
	case !usable(s.Pattern), !real && !deployWord.MatchString(s.Pattern):
		return false
	case s.Count < 3 || !real:
		s.Sure = Guess
		f.Rare = append(f.Rare, s)
		return s.timed()
	case s.Count >= 10 && s.has("{environment}") && s.timed():
		s.Sure = Sure
	default:
		s.Sure = Likely
	}
	for _, e := range s.Environments {
		f.environment(e.Name, e.Tags)
	}
	f.Deployments = append(f.Deployments, s)
	return true
}
