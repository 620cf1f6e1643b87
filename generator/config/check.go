package config

import (
	"fmt"
	"slices"
	"strings"

	"daylight/generator/decode"
)

// unique reports a name that an earlier entry of the list has too, case apart:
// addresses are made of names, and some file systems fold case.
func (k *checker) unique(seen map[string]string, path, name string) {
	if name == "" {
		return
	}
	key := strings.ToLower(name)
	if first, ok := seen[key]; ok {
		line := k.at[first].Line
		k.fault(path, fmt.Sprintf("the first one is in line %d", line), "%s: the name %q is there twice", path, clip(name))
		return
	}
	seen[key] = path
}

func (k *checker) repositories() {
	seen := map[string]string{}
	k.globs("repository.shared_paths", k.c.Repository.SharedPaths)
	k.unique(seen, "repository.name", k.c.Repository.Name)
	for i, r := range k.c.Repositories {
		path := element("repositories", i)
		k.required(path+".name", r.Name)
		k.unique(seen, path+".name", r.Name)
		k.globs(path+".shared_paths", r.SharedPaths)
	}
}

// knownRepository reports a repository that the file does not define. The name
// of the main one may come from its folder, and is then not known here.
func (k *checker) knownRepository(path, name string) {
	if name == "" || name == k.c.Repository.Name {
		return
	}
	var names []string
	for _, r := range k.c.Repositories {
		if r.Name == name {
			return
		}
		names = append(names, r.Name)
	}
	hint := "define it with [[repositories]]"
	if near := decode.Nearest(name, names); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	k.fault(path, hint, "%s: unknown repository %q", path, clip(name))
}

func (k *checker) components() {
	seen := map[string]map[string]string{}
	for i, c := range k.c.Components {
		path := element("components", i)
		k.required(path+".name", c.Name)
		k.knownRepository(path+".repository", c.Repository)
		if seen[c.Repository] == nil {
			seen[c.Repository] = map[string]string{}
		}
		k.unique(seen[c.Repository], path+".name", c.Name)
		for j, alias := range c.Aliases {
			k.unique(seen[c.Repository], element(path+".aliases", j), alias)
		}
		k.globs(path+".paths", c.Paths)
	}
}

// knownComponent reports a component that the file does not define, once it
// defines any.
func (k *checker) knownComponent(path, name string) {
	if name == "" || len(k.c.Components) == 0 {
		return
	}
	var names []string
	for _, c := range k.c.Components {
		names = append(append(names, c.Name), c.Aliases...)
	}
	for _, n := range names {
		if n == name {
			return
		}
	}
	hint := "define it with [[components]]"
	if near := decode.Nearest(name, names); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	k.fault(path, hint, "%s: unknown component %q", path, clip(name))
}

func (k *checker) environments() {
	seen := map[string]string{}
	for i, e := range k.c.Environments {
		path := element("environments", i)
		k.required(path+".name", e.Name)
		k.unique(seen, path+".name", e.Name)
		k.choice(path+".tier", e.Tier)
		for j, alias := range e.Aliases {
			k.unique(seen, element(path+".aliases", j), alias)
		}
	}
}

func (k *checker) deployments() {
	for i, d := range k.c.Deployments {
		path := element("deployments", i)
		k.required(path+".from", d.From)
		k.choice(path+".from", d.From)
		k.zone(path+".zone", d.Zone)
		k.globs(path+".files", d.Files)
		k.oneOf(path+".format", d.Format, deploymentFormats())
		k.jq(path+".jq", d.JQ)
		k.knownRepository(path+".repository", d.Repository)
		k.knownRepository(path+".of", d.Of)
		k.knownComponent(path+".component", d.Component)
		if d.Since != "" && d.Until != "" && d.Since >= d.Until {
			k.fault(path+".until", "", "%s.until is not after since", path)
		}
		k.globs(path+".gate", d.Gate)
		k.choice(path+".removal", d.Removal)
		k.choice(path+".history", d.History)
		k.deploymentKeys(path, d)
	}
}

// deploymentKeys reports the keys that a kind of source needs and lacks, or has
// and does not use.
func (k *checker) deploymentKeys(path string, d Deployments) {
	k.onlyFor(path, d.From, "pattern", d.Pattern != "", "tags", "gitops", "branch", "tag", "trailers")
	k.onlyFor(path, d.From, "ref", d.Ref != "", "notes", "gitops")
	k.onlyFor(path, d.From, "files", len(d.Files) > 0, "files", "gitops")
	k.onlyFor(path, d.From, "format", d.Format != "", "files")
	k.onlyFor(path, d.From, "jq", d.JQ != "", "files")
	k.onlyFor(path, d.From, "value", d.Value != "", "gitops")
	k.onlyFor(path, d.From, "gate", len(d.Gate) > 0, "gitops")
	k.onlyFor(path, d.From, "hold", d.Hold != "", "gitops")
	k.onlyFor(path, d.From, "branch", d.Branch != "", "gitops")
	k.onlyFor(path, d.From, "removal", d.Removal != "", "gitops")
	k.onlyFor(path, d.From, "components", len(d.Components) > 0, "gitops")
	k.onlyFor(path, d.From, "history", d.History != "", "branch")
	needs := map[string]struct {
		key, hint string
		set       bool
	}{
		"files":  {"files", `add files = ["deployments.jsonl"]`, len(d.Files) > 0},
		"gitops": {"files", `add files = ["apps/{environment}/{component}.yaml"]`, len(d.Files) > 0},
		"branch": {"pattern", `add pattern = "deployed-to-{environment}"`, d.Pattern != ""},
		"tag":    {"pattern", `add pattern = "{environment}/last"; or did you mean "tags"?`, d.Pattern != ""},
	}
	if n, ok := needs[d.From]; ok && !n.set {
		k.fault(path+"."+n.key, n.hint, "%s: from = %q needs %s", path, d.From, n.key)
	}
}

// jq reports a program that cannot be compiled.
func (k *checker) jq(path, program string) {
	if program == "" {
		return
	}
	if _, err := decode.CompileJQ(program); err != nil {
		k.fault(path, "", "%s: %v", path, err)
	}
}

// onlyFor reports a key that a source of this kind does not use.
func (k *checker) onlyFor(path, from, key string, set bool, kinds ...string) {
	if set && slices.Contains(choices("from"), from) && !slices.Contains(kinds, from) {
		k.fault(path+"."+key, "", `%s.%s is for from = "%s" only`, path, key, strings.Join(kinds, `" or "`))
	}
}

func (k *checker) flags() {
	for i, f := range k.c.Flags {
		path := element("flags", i)
		k.choice(path+".format", f.Format)
		k.choice(path+".environment_from", f.EnvironmentFrom)
		k.choice(path+".effect", f.Effect)
		k.globs(path+".files", f.Files)
		k.knownRepository(path+".repository", f.Repository)
		k.knownComponent(path+".deployed_with", f.DeployedWith)
		if f.Environment != "" && f.EnvironmentFrom != "" {
			k.fault(path+".environment_from", "leave one of the two out", "%s has both environment and environment_from", path)
		}
		if f.Effect == "deployment" && f.Delay != 0 {
			k.fault(path+".delay", "a deployment has its own time", "%s.delay is for effect = \"merge\" only", path)
		}
		if f.Branch != "" && (f.Effect == "deployment" || f.DeployedWith != "") {
			k.fault(path+".branch", "leave it out: the manifest of the revision that is live counts, whatever its branch", "%s.branch is for effect = \"merge\" only", path)
		}
		if strings.Contains(f.Branch, "{environment}") && (f.Environment != "" || f.EnvironmentFrom != "") {
			k.fault(path+".branch", "leave one of the two out", "%s.branch and another key of it tell the environment", path)
		}
		if f.Effect == "merge" && f.DeployedWith != "" {
			k.fault(path+".deployed_with", "", "%s.deployed_with is for effect = \"deployment\" only", path)
		}
		k.flagShape(path, f)
		k.flagNotes(path, f)
	}
}

// flagNotes reports keys that say something of files, where notes are read.
func (k *checker) flagNotes(path string, f Flags) {
	if f.Ref == "" {
		return
	}
	for _, x := range []struct {
		key   string
		given bool
	}{
		{"format", f.Format != "auto" && f.Format != "events"}, {"files", len(f.Files) > 0}, {"environment_from", f.EnvironmentFrom != ""},
		{"effect", f.Effect != ""}, {"delay", f.Delay != 0}, {"deployed_with", f.DeployedWith != ""}, {"branch", f.Branch != ""},
	} {
		if x.given {
			k.fault(path+"."+x.key, "leave it out: notes are a log of events, each with its own instant", "%s.%s is for files, and %s.ref names notes", path, x.key, path)
		}
	}
}

func (k *checker) audiences() {
	if k.at.Has("audiences") && len(k.c.Audiences) == 0 {
		k.fault("audiences", "leave it out for team and customers", "a site needs an audience")
	}
	seen, folders := map[string]string{}, map[string]string{}
	for i, a := range k.c.Audiences {
		path := element("audiences", i)
		k.required(path+".name", a.Name)
		k.unique(seen, path+".name", a.Name)
		if a.Name != "" && !plainName.MatchString(a.Name) {
			k.fault(path+".name", "use letters, digits, \"-\" and \"_\"", "%s: %q can't be a folder and a part of an address", path, clip(a.Name))
		}
		if a.Output != "" && !plainName.MatchString(a.Output) {
			k.fault(path+".output", "a folder's name, without a slash", "%s: %q is no folder below the output", path, clip(a.Output))
		}
		k.folder(folders, path, a)
		if a.Sees != "everything" && a.Sees != "released" && a.Sees != "version" && a.Sees != "" && a.Group() == "" {
			k.fault(path+".sees", "one of everything, released, version, group:<name>", "%s.sees: unknown value %q", path, clip(a.Sees))
		}
		k.choiceOfEach(path+".kinds", a.Kinds)
		k.choiceOfEach(path+".fields", a.Fields)
		k.address(path+".base", a.Base)
		k.knownEnvironments(path+".environments", a.Environments)
	}
}

// folder reports two audiences that would overwrite each other's site. Those of
// one name are reported already.
func (k *checker) folder(folders map[string]string, path string, a Audience) {
	folder := a.Output
	if folder == "" {
		folder = a.Name
	}
	if folder == "" {
		return
	}
	first, ok := folders[strings.ToLower(folder)]
	if ok && !strings.EqualFold(first, a.Name) {
		k.fault(path+".output", "", "%s: the audience %q is written to the folder %q already", path, clip(first), clip(folder))
	}
	if !ok {
		folders[strings.ToLower(folder)] = a.Name
	}
}

func (k *checker) knownEnvironments(path string, names []string) {
	if len(k.c.Environments) == 0 {
		return
	}
	var known []string
	for _, e := range k.c.Environments {
		known = append(known, e.Name)
	}
	for i, n := range names {
		if near := decode.Nearest(n, known); near != n && near != "" {
			k.fault(element(path, i), fmt.Sprintf("did you mean %q?", near), "%s: unknown environment %q", element(path, i), clip(n))
		}
	}
}
