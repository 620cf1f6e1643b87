package deploylog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/ledger"
)

// references follows the values of a desired state to commits. What it found is
// kept, since a value comes back with each environment that it is promoted to.
type references struct {
	r        *reading
	patterns []valuePattern
	in       map[ledger.RepositoryName]func(ref string) Resolution
	known    map[refKey]Resolution
	lost     map[lostKey]*unresolved
	unowned  map[ledger.ComponentName]int
}

type refKey struct {
	repository ledger.RepositoryName
	text       string
}

// lostKey is what unresolved values are counted by.
type lostKey struct {
	repository ledger.RepositoryName
	component  ledger.ComponentName
	state      ResolutionState
}

// unresolved counts values that lead to no commit.
type unresolved struct {
	count  int
	last   string
	origin ledger.Origin
}

func newReferences(r *reading) (*references, error) {
	f := &references{r: r, in: map[ledger.RepositoryName]func(string) Resolution{}, known: map[refKey]Resolution{},
		lost: map[lostKey]*unresolved{}, unowned: map[ledger.ComponentName]int{}}
	for _, text := range strings.Fields(r.Pattern) {
		p, err := newValuePattern(text)
		if err != nil {
			return nil, err
		}
		f.patterns = append(f.patterns, p)
	}
	return f, nil
}

// follow sets the ref and the revision of a record. hint is a commit that the
// message names. A component that no repository owns has a ref and no revision.
func (f *references) follow(rec *ledger.Record, value, hint string, owned bool, origin ledger.Origin) {
	rec.Ref = taggedAs(value)
	if !owned {
		f.unowned[rec.Component]++
		return
	}
	if f.r.Elsewhere != nil && f.r.Elsewhere(rec.Repository) {
		f.wait(rec, hint, origin)
		return
	}
	found := f.resolve(rec.Repository, rec.Ref)
	if found.State != Resolved && hint != "" {
		if named := f.ask(rec.Repository, hint); named.State == Resolved {
			found = named
		}
	}
	if found.State == Resolved {
		rec.Revision = found.Hash
		return
	}
	key := lostKey{rec.Repository, rec.Component, found.State}
	l := f.lost[key]
	if l == nil {
		l = &unresolved{}
		f.lost[key] = l
	}
	l.add(rec.Ref, origin)
}

// wait leaves a value to whoever knows the repository.
func (f *references) wait(rec *ledger.Record, hint string, origin ledger.Origin) {
	refs := f.candidates(rec.Ref)
	if hint != "" {
		refs = append(refs, hint)
	}
	if len(refs) == 0 {
		refs = []string{rec.Ref}
	}
	found, _ := f.r.defers(Pending{Repository: rec.Repository, Refs: refs, Kind: PendingValue, Ref: rec.Ref, Origin: origin,
		Source: strings.Join(append([]string{f.r.Pattern, f.r.Desired.Value}, f.r.Desired.Files...), " "), Component: rec.Component})
	rec.Revision = found.Hash
}

// add counts one more.
func (l *unresolved) add(ref string, origin ledger.Origin) {
	l.count++
	l.last, l.origin = ref, origin
}

// problem tells of values that led nowhere.
func (l *unresolved) problem(key lostKey) ledger.Problem {
	of := string(key.repository)
	if key.component != "" {
		of += ", component " + string(key.component)
	}
	message, rule := "without a commit", "unresolved-revision"
	hint := "fetch all branches and tags, or set the pattern of the values"
	if key.state == Ambiguous {
		message, rule, hint = "with more than one commit", "ambiguous-revision", "write more digits of the commit"
	}
	return ledger.Problem{Origins: []ledger.Origin{l.origin}, Level: ledger.LevelWarning, Rule: rule, Hint: hint,
		Message: fmt.Sprintf("%s of %s %s; the last one is %s", counted(l.count, "value"), of, message, short(l.last))}
}

func (f *references) resolve(repository ledger.RepositoryName, text string) Resolution {
	key := refKey{repository, text}
	found, ok := f.known[key]
	if !ok {
		for _, candidate := range f.candidates(text) {
			got := f.ask(repository, candidate)
			if got.State == Resolved || got.State > found.State {
				found = got
			}
			if found.State == Resolved {
				break
			}
		}
		f.known[key] = found
	}
	return found
}

func (f *references) ask(repository ledger.RepositoryName, ref string) Resolution {
	resolve, ok := f.in[repository]
	if !ok {
		resolve = f.r.resolve
		if f.r.Desired.ResolveIn != nil {
			resolve = f.r.Desired.ResolveIn(repository)
		}
		f.in[repository] = resolve
	}
	return resolve(ref)
}

// hexWord is a commit's id inside a longer text, full or short.
var hexWord = regexp.MustCompile(`[0-9A-Za-z]+`)

// candidates lists what a value may mean: with patterns, what stands in the first
// one that fits; without, the text, then the ids in it, as pipelines write them:
// release-3fa9c1e…, main-3fa9c1e-1714120242.
func (f *references) candidates(text string) []string {
	if len(text) > longestTag {
		return nil
	}
	if len(f.patterns) > 0 {
		for _, p := range f.patterns {
			if ref, ok := p.match(text); ok {
				return []string{ref}
			}
		}
		return nil
	}
	out := []string{text}
	for _, word := range hexWord.FindAllString(text, -1) {
		word = strings.TrimPrefix(word, "g") // as git describe writes it
		if len(word) >= 7 && len(word) <= 40 && word != text && strings.Trim(word, "0123456789abcdef") == "" &&
			(len(word) == 40 || strings.ContainsAny(word, "abcdef")) {
			out = append(out, word)
		}
	}
	return out
}

// tell reports what led nowhere, by component: a history has thousands.
func (f *references) tell() {
	for key, l := range f.lost {
		f.r.problems = append(f.r.problems, l.problem(key))
	}
	if len(f.unowned) == 0 {
		return
	}
	var names []string
	total := 0
	for name, n := range f.unowned {
		names, total = append(names, string(name)), total+n
	}
	slices.Sort(names)
	if n := len(names); n > 5 {
		names = append(names[:5], fmt.Sprintf("%d more", n-5))
	}
	f.r.report(ledger.LevelInfo, "no-code-repository", nil, "add the repositories with [[repositories]], and the components with [[components]], to see what the deployments brought",
		"%s of components whose code is not read, shown as written: %s", counted(total, "deployment"), strings.Join(names, ", "))
}

// upstreamCommit is what image updaters write of where an image was built from.
var upstreamCommit = regexp.MustCompile(`(?m)^[ \t]*(?:[*-][ \t]+)?(?i:upstream commit):[ \t]*\S*?([0-9a-fA-F]{7,40})[ \t]*$`)

// upstream gives the only commit that a message names as the source of an image.
func upstream(message string) string {
	if !strings.Contains(strings.ToLower(message), "upstream commit") {
		return ""
	}
	all := upstreamCommit.FindAllStringSubmatch(message, 2)
	if len(all) != 1 {
		return ""
	}
	return strings.ToLower(all[0][1])
}

// valuePattern tells which part of a value names the commit.
type valuePattern struct {
	re    *regexp.Regexp
	group int // 0 is the whole text
}

func newValuePattern(text string) (valuePattern, error) {
	var b strings.Builder
	group, groups, varies := 0, 0, false
	for rest := text; rest != ""; {
		before, after, open := strings.Cut(rest, "{")
		b.WriteString(regexp.QuoteMeta(before))
		if !open {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			return valuePattern{}, fmt.Errorf("read pattern %q: a { is not closed", text)
		}
		rest, varies = tail, true
		switch name {
		case "revision":
			b.WriteString(`([0-9a-fA-F]{4,40})`)
		case "version":
			b.WriteString(`(.+?)`)
		case "n":
			b.WriteString(`(\d+)`)
		case "any":
			b.WriteString(`(.*?)`)
		default:
			return valuePattern{}, fmt.Errorf("read pattern %q: unknown placeholder {%s}; there are {revision}, {version}, {n} and {any}", text, name)
		}
		if groups++; name == "revision" || name == "version" && group == 0 {
			group = groups
		}
	}
	if !varies {
		return valuePattern{}, fmt.Errorf("read pattern %q: nothing in it varies", text)
	}
	re, err := regexp.Compile(`^` + b.String() + `$`)
	return valuePattern{re, group}, err
}

// match gives the ref that a value names.
func (p valuePattern) match(text string) (string, bool) {
	m := p.re.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	return m[p.group], true
}
