package feed

import (
	"maps"
	"slices"
	"strings"

	"daylight/generator/ledger"
	"daylight/generator/notes"
	"daylight/generator/pages"
)

// told is an entry with what it is about, so that it can stand in the feeds of
// one dimension, too. Its id is the same in all of them: who reads two feeds is
// told once.
type told struct {
	Entry
	environment ledger.EnvironmentName
	// repositories are those of what it brought, or of what was deployed.
	repositories []ledger.RepositoryName
	components   []ledger.ComponentName
	flags        []ledger.FlagKey
	kind         notes.Kind
}

func entriesOf(list []told) []Entry {
	var out []Entry
	for _, e := range list {
		out = append(out, e.Entry)
	}
	return out
}

// collate puts entries under the names that they are about, each once.
func collate[K comparable](names func(told) []K, lists ...[]told) map[K][]Entry {
	out := map[K][]Entry{}
	for _, list := range lists {
		for _, e := range list {
			var done []K
			for _, k := range names(e) {
				if !slices.Contains(done, k) {
					done = append(done, k)
					out[k] = append(out[k], e.Entry)
				}
			}
		}
	}
	return out
}

// byEnvironment has two feeds for each environment of tier production, and one
// for the others: what ran there, and what users could see.
func (t *team) byEnvironment(released, deployed []told) []Subject {
	if t.site.Pages.Environment == nil {
		return nil
	}
	of := func(e told) []ledger.EnvironmentName { return []ledger.EnvironmentName{e.environment} }
	ran, seen := collate(of, deployed), collate(of, released)
	var out []Subject
	for _, e := range t.ledger.Environments {
		name, scope := line(string(e.Name)), t.site.Pages.Environment(e.Name)
		out = append(out, t.archived(Subject{
			Path: strings.TrimSuffix(scope, "/") + "/deployments", Title: "Deployments to " + name, Group: "By environment", Scope: scope,
			About: "What began to run in " + name + ".",
		}, t.id("feed", "deployments", string(e.Name)), ran[e.Name]))
		if e.Tier == ledger.TierProduction {
			out = append(out, t.archived(Subject{
				Path: strings.TrimSuffix(scope, "/") + "/releases", Title: "Releases in " + name, Group: "By environment", Scope: scope,
				About: "What users could see from then on in " + name + ", and what was taken back there.",
			}, t.id("feed", "releases", string(e.Name)), seen[e.Name]))
		}
	}
	return out
}

// byComponent has a feed for each component, where there are several.
func (t *team) byComponent(released, deployed []told) []Subject {
	of := collate(func(e told) []ledger.ComponentName { return e.components }, deployed, released)
	var names []ledger.ComponentName
	for i := range t.ledger.Changes {
		for _, k := range t.ledger.Changes[i].Components {
			if !slices.Contains(names, k) {
				names = append(names, k)
			}
		}
	}
	if len(names) < 2 {
		return nil
	}
	slices.Sort(names)
	var out []Subject
	for _, k := range names {
		out = append(out, t.archived(Subject{
			Path: "/feeds/component/" + pages.Segment(string(k)), Title: "Component " + line(string(k)), Group: "By component",
			About: "Deployments of " + line(string(k)) + ", and releases of its changes.",
		}, t.id("feed", "component", string(k)), of[k]))
	}
	return out
}

// byRepository has a feed for each repository with changes, where there are
// several.
func (t *team) byRepository(released, deployed []told) []Subject {
	of := collate(func(e told) []ledger.RepositoryName { return e.repositories }, deployed, released)
	names := map[ledger.RepositoryName]bool{}
	for i := range t.ledger.Changes {
		names[t.ledger.Changes[i].Repository] = true
	}
	if len(names) < 2 {
		return nil
	}
	var out []Subject
	for _, name := range slices.Sorted(maps.Keys(names)) {
		out = append(out, t.archived(Subject{
			Path: "/feeds/repository/" + pages.Segment(string(name)), Title: "Repository " + line(string(name)), Group: "By repository",
			About: "Deployments of what is in " + line(string(name)) + ", and releases of its changes.",
		}, t.id("feed", "repository", string(name)), of[name]))
	}
	return out
}

// byKind has a feed for each kind of change, also for those that are empty now:
// an address that one can subscribe to is always there.
func (t *team) byKind(released []told) []Subject {
	of := collate(func(e told) []notes.Kind { return []notes.Kind{e.kind} }, released)
	var out []Subject
	for _, k := range notes.Kinds() {
		out = append(out, t.archived(kindSubject(k, "Releases that "+kindVerb(k)), t.id("feed", "kind", string(k)), of[k]))
	}
	return out
}

func kindSubject(k notes.Kind, about string) Subject {
	return Subject{Path: "/feeds/kind/" + string(k), Title: k.Title(), Group: "By kind", About: about + "."}
}

// kindVerb says what changes of a kind do.
func kindVerb(k notes.Kind) string {
	switch k {
	case notes.Added:
		return "add something"
	case notes.Changed:
		return "change something"
	case notes.Deprecated:
		return "announce that something will go"
	case notes.Removed:
		return "remove something"
	case notes.Fixed:
		return "fix something"
	}
	return "make something safer"
}

// byFlag has a feed for each flag: its steps in all environments, and the
// releases that it brought.
func (t *team) byFlag(released []told) []Subject {
	if t.site.Pages.Flag == nil {
		return nil
	}
	of := collate(func(e told) []ledger.FlagKey { return e.flags }, released)
	var out []Subject
	for i := range t.ledger.Flags {
		f := &t.ledger.Flags[i]
		scope := t.site.Pages.Flag(f.Key)
		out = append(out, t.archived(Subject{
			Path: strings.TrimSuffix(scope, "/") + "/steps", Title: "Flag " + line(string(f.Key)), Group: "By flag", Scope: scope,
			About: "Each step of the flag " + line(string(f.Key)) + ", and what it brought to users.",
		}, t.id("feed", "flag", string(f.Key)), append(t.steps(f, scope), of[f.Key]...)))
	}
	return out
}

// steps has an entry for each step of a flag in an environment. Of one instant
// the last counts, as it does for users.
func (t *team) steps(f *ledger.Flag, scope string) []Entry {
	var out []Entry
	for i := range f.Environments {
		in := &f.Environments[i]
		for k, s := range in.Steps {
			if s.At.IsZero() || k+1 < len(in.Steps) && in.Steps[k+1].At.Equal(s.At) {
				continue
			}
			text := t.teller.FlagStep(f, in, k).Text
			out = append(out, Entry{
				ID: t.id("flag", string(f.Key), "step", string(in.Environment), stamp(s.At)), Title: string(f.Key) + ": " + strings.TrimSuffix(lower(text), "."),
				URL: t.url(scope), Published: s.At, Updated: s.At, SummaryText: text, Categories: []string{"flag", string(in.Environment)},
				Extra: map[string]any{"flag": f.Key, "environment": in.Environment, "state": s.State, "percent": s.Percent},
			})
		}
	}
	return out
}
