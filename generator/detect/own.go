package detect

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/flagfile"
)

// OwnFlags are flags in a form of the project's own, in one file or in those that
// one glob names.
type OwnFlags struct {
	Format       string   // generic or catalogue
	Files        []string // globs, sorted
	First        string   // a file among them
	Root         string   // where they are in it, as site.toml has it; "" for the whole file
	Below        bool     // names below a flag are environments
	Values       []string // what words mean
	Flags        int      // that were seen
	Sure         Sureness
	environments []string
}

func (o OwnFlags) why() string {
	at := ""
	if o.Root != "" {
		at = " at " + o.Root
	}
	what := "1 entry that looks"
	if o.Flags != 1 {
		what = fmt.Sprintf("%d entries that look", o.Flags)
	}
	return what + " like flags" + at + " in " + o.First
}

// plainStep is a name that can stand in a path without more ado.
var plainStep = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// ownFlagsIn says how a home-made file could be read; false where nothing in it
// looks like flags. What differs from the first place in its form is left out.
func ownFlagsIn(file File) (out OwnFlags, ok bool) {
	out = OwnFlags{Files: []string{escapeGlob(file.Path)}, First: file.Path, Sure: Guess}
	var roots []string // in the order of the file
	for _, g := range flagfile.GuessFlags(file.Path, file.Head) {
		root, environment, plain := rootOf(g.Path)
		if !plain || out.Format != "" && (out.Format != g.Format || out.Below != g.Below) {
			continue
		}
		out.Format, out.Below = g.Format, g.Below
		out.Flags += g.Flags
		if g.Sure || len(g.Values) > 0 {
			out.Sure = Likely
		}
		for _, v := range g.Values {
			if !slices.Contains(out.Values, v) {
				out.Values = append(out.Values, v)
			}
		}
		if !slices.Contains(roots, root) {
			roots = append(roots, root)
		}
		if isEnvironment(environment) {
			out.environments = append(out.environments, environment)
		}
	}
	const most = 4 // places: more are no list of flags
	out.Root = strings.Join(roots, " ")
	return out, len(roots) > 0 && len(roots) <= most
}

// rootOf writes a path as a root, its environment left open.
func rootOf(at []string) (root, environment string, ok bool) {
	steps := slices.Clone(at)
	for i, step := range steps {
		if !plainStep.MatchString(step) {
			return "", "", false
		}
		above := i > 0 && (strings.EqualFold(at[i-1], "environments") || strings.EqualFold(at[i-1], "envs"))
		if i < len(steps)-1 && environment == "" && (above || isEnvironment(step)) {
			steps[i], environment = "{environment}", step
		}
	}
	return strings.Join(steps, "."), environment, true
}

// addOwn joins files that differ in their environment alone.
func (f *Findings) addOwn(list []OwnFlags) {
	byKey := map[string][]OwnFlags{}
	var keys []string
	for _, o := range list {
		key := strings.Join([]string{o.Format, o.Root, strings.Join(o.Values, ","), path.Ext(o.First)}, "\n")
		if byKey[key] == nil {
			keys = append(keys, key)
		}
		byKey[key] = append(byKey[key], o)
	}
	for _, key := range keys {
		group := byKey[key]
		o := group[0]
		var files []string
		for i, more := range group {
			files = append(files, more.First)
			if i > 0 {
				o.Flags += more.Flags
			}
			if more.Sure == Likely {
				o.Sure = Likely
			}
			o.environments = append(o.environments, more.environments...)
		}
		slices.Sort(files)
		o.Files = f.globs(files)
		if o.Sure != Guess {
			for _, e := range o.environments {
				f.environment(e, 1)
			}
		}
		f.OwnFlags = append(f.OwnFlags, o)
	}
	slices.SortStableFunc(f.OwnFlags, func(a, b OwnFlags) int { return cmp.Compare(b.Flags, a.Flags) })
}
