package detect

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"daylight/generator/deploylog"
)

// Desired is a desired state: files that say what each environment is to run,
// and whose history is a log of deployments.
type Desired struct {
	Pattern      string   // of the files, with {environment} and perhaps {component}
	Value        string   // where the tag stands in them; "" where a tool is known to write it
	Hold         string   // what seems to hold a lane, or ""
	Gate         string   // a file that may put the values into effect, or ""
	Count        int      // files
	Environments []string // nearest to users first
	Components   int      // how many files differ in the component
	Example      string   // a file
	Text         string   // what it says: "v1.4.0"
	Texts        []string // what all of them say
	Sure         Sureness
}

func (d Desired) why() string {
	return plural(d.Count, "file") + " for " + strings.Join(d.Environments, ", ") + ", such as " + d.Example + ", which says " + d.Text
}

// stated is one file of a desired state.
type stated struct {
	path        string
	parts       []string // of the path, the environment left open
	environment string
	guess       deploylog.Guess
}

// pattern writes the path with its environment left open, as a glob.
func (s stated) pattern() string { return strings.Join(s.parts, "/") }

// stateOf looks whether a file says what an environment is to run: its path
// names the environment, and it holds a tag.
func stateOf(file File) (stated, bool) {
	parts, environment := openEnvironment(file.Path)
	if environment == "" || sample(strings.Join(parts, "/")) {
		return stated{}, false
	}
	g, ok := deploylog.GuessDesired(file.Path, file.Head)
	return stated{file.Path, parts, environment, g}, ok
}

// openEnvironment splits a path, with {environment} in the place of the first
// part that is called like one: a folder, or a word of the file's name. The
// other parts mean themselves in a glob.
func openEnvironment(name string) (parts []string, environment string) {
	parts = strings.Split(name, "/")
	last := len(parts) - 1
	for i, part := range parts {
		switch {
		case environment != "":
		case i < last && isEnvironment(part):
			parts[i], environment = "{environment}", part
			continue
		case i == last:
			if open, word := openWord(part); word != "" {
				parts[i], environment = open, word
				continue
			}
		}
		parts[i] = escapeGlob(part)
	}
	return parts, environment
}

// openWord opens the environment in a file's name: "production.env",
// "values-staging.yaml", "shop.pre-production.json".
func openWord(base string) (open, environment string) {
	stem, ext, _ := strings.Cut(base, ".")
	if ext != "" {
		ext = "." + ext
	}
	if isEnvironment(stem) && wordParts.FindString(stem) == "" {
		return "{environment}" + escapeGlob(ext), stem
	}
	at := 0
	for _, w := range wordParts.Split(base, -1) {
		if environWord.MatchString(w) {
			from := at
			for _, prefix := range []string{"pre-", "pre_", "non-", "non_"} { // pre-production is no production
				if strings.HasSuffix(strings.ToLower(base[:at]), prefix) {
					from = at - len(prefix)
				}
			}
			return escapeGlob(base[:from]) + "{environment}" + escapeGlob(base[at+len(w):]), base[from : at+len(w)]
		}
		at += len(w) + 1
	}
	return "", ""
}

// desired groups the files of a desired state: those that differ in the
// environment alone, and then those that differ in one more part, which is the
// component.
func (f *Findings) desired(files []stated, all []File) {
	byValue := map[string][]stated{}
	var values []string
	for _, s := range files {
		if byValue[s.guess.Value] == nil {
			values = append(values, s.guess.Value)
		}
		byValue[s.guess.Value] = append(byValue[s.guess.Value], s)
	}
	for _, value := range values {
		for _, group := range joinStates(byValue[value]) {
			f.addDesired(group, all)
		}
	}
	slices.SortFunc(f.Desired, func(a, b Desired) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.Value, b.Value))
	})
}

// stateGroup is the files that one pattern fits.
type stateGroup struct {
	pattern    string
	files      []stated
	components int
}

// joinStates joins files whose paths differ in one part, the one first that joins
// most. Sorted by pattern.
func joinStates(files []stated) []stateGroup {
	open := map[string]map[string]bool{} // by the pattern with a part left open, what stands there
	for _, s := range files {
		for i := range s.parts {
			if key, part, ok := s.openPart(i); ok {
				if open[key] == nil {
					open[key] = map[string]bool{}
				}
				open[key][part] = true
			}
		}
	}
	groups := map[string]*stateGroup{}
	for _, s := range files {
		best, most := s.pattern(), 1
		for i := range s.parts {
			key, _, ok := s.openPart(i)
			if n := len(open[key]); ok && (n > most || n == most && n > 1 && key < best) {
				best, most = key, n
			}
		}
		g := groups[best]
		if g == nil {
			g = &stateGroup{pattern: best, components: most}
			groups[best] = g
		}
		g.files = append(g.files, s)
	}
	out := make([]stateGroup, 0, len(groups))
	for _, g := range groups {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b stateGroup) int { return cmp.Compare(a.pattern, b.pattern) })
	return out
}

// openPart gives the pattern with a part left open for the component; of a
// file's name only what stands before its ending.
func (s stated) openPart(i int) (key, part string, ok bool) {
	if strings.Contains(s.parts[i], "{environment}") {
		return "", "", false
	}
	parts := slices.Clone(s.parts)
	part, ext := parts[i], ""
	if i == len(parts)-1 {
		part, ext, _ = strings.Cut(part, ".")
		if ext != "" {
			ext = "." + ext
		}
	}
	if part == "" {
		return "", "", false
	}
	parts[i] = "{component}" + ext
	return strings.Join(parts, "/"), part, true
}

func (f *Findings) addDesired(g stateGroup, all []File) {
	first := g.files[0]
	d := Desired{Pattern: g.pattern, Value: first.guess.Value, Count: len(g.files), Components: g.components, Example: first.path, Text: first.guess.Text}
	users := false
	for _, s := range g.files {
		if d.Hold == "" {
			d.Hold = s.guess.Hold
		}
		if !slices.Contains(d.Texts, s.guess.Text) {
			d.Texts = append(d.Texts, s.guess.Text)
		}
		if !slices.Contains(d.Environments, s.environment) {
			d.Environments = append(d.Environments, s.environment)
			users = users || nearness(s.environment) == 0
		}
	}
	if len(d.Environments) == 1 && (!environWhole(d.Environments[0]) || sample(path.Dir(first.path))) {
		return // a part that happens to be called like an environment, or tests
	}
	slices.SortFunc(d.Environments, func(a, b string) int { return cmp.Or(cmp.Compare(nearness(a), nearness(b)), cmp.Compare(a, b)) })
	switch {
	case len(d.Environments) > 1 && users && d.Value != "image": // many a file has an image
		d.Sure = Likely
	default:
		d.Sure = Guess
	}
	for _, file := range all {
		if base := path.Base(file.Path); (base == "VERSION" || base == "version.txt") && path.Dir(file.Path) == "." {
			d.Gate = base
		}
	}
	if d.Sure != Guess {
		for _, e := range d.Environments {
			f.environment(e, d.Count)
		}
	}
	f.Desired = append(f.Desired, d)
}
