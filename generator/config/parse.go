package config

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/flagfile"
)

// Fault is a mistake in site.toml, with its place.
type Fault = decode.Fault

// choices gives the values that a key may have; an empty value always means the
// default.
func choices(key string) []string {
	switch key {
	case "tier":
		return []string{"production", "staging", "testing", "development", "other"}
	case "scheme":
		return []string{"auto", "semver", "calver", "counter", "pattern"}
	case "by":
		return []string{"flags", "version", "declared"}
	case "from":
		return []string{"tags", "notes", "files", "gitops", "branch", "tag", "trailers"}
	case "removal":
		return []string{"undeploy", "keep"}
	case "history":
		return []string{"commits", "pointer"}
	case "format":
		return append([]string{"auto"}, flagfile.Names()...)
	case "patches":
		return []string{"newest", "all"}
	case "prereleases":
		return []string{"new", "all", "none"}
	case "shape":
		return []string{"map", "list", "file"}
	case "overlay":
		return []string{"fields", "flag"}
	case "environment_from":
		return []string{"directory", "file", "metadata", "rule"}
	case "effect":
		return []string{"merge", "deployment"}
	case "level":
		return []string{"suggestion", "warning", "error"}
	case "median":
		return []string{"interpolated", "lower"}
	case "lead_time":
		return []string{"mainline", "first_commit"}
	case "marks":
		return []string{"record", "rollback", "hotfix", "trailer", "incident"}
	case "kinds":
		return []string{"added", "changed", "deprecated", "removed", "fixed", "security"}
	case "fields":
		return []string{"authors", "commits", "flags", "environments", "problems"}
	}
	panic("config: no choices for " + key)
}

// deploymentFormats are the formats of files of deployment records, which the
// reader of such files knows too.
func deploymentFormats() []string {
	return []string{"auto", "records", "cdevents", "keptn", "github", "gitlab", "jira", "bitbucket", "devlake", "octopus", "shipit", "newrelic",
		"sentry", "datadog", "grafana", "honeycomb", "rollouts", "flagger", "kargo", "cortex", "opslevel", "linearb", "deployer", "capistrano", "kamal"}
}

var (
	languageTag = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$`)
	plainName   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)
	domainName  = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
)

// Parse reads a site.toml; name is what messages call it. It gives the
// configuration with all defaults filled in, and every fault in the order of the
// file. An empty file is [Default].
func Parse(name string, data []byte) (Config, []Fault) {
	var c Config
	at, faults := decode.TOMLInto(name, data, &c)
	c.place(name, at)
	p := &checker{name: name, at: at, c: &c}
	p.check()
	faults = append(faults, without(p.faults, faults)...)
	slices.SortStableFunc(faults, func(a, b Fault) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
	c.fillIn(at)
	return c, faults
}

// without drops the faults that stand where another one does: a value of the
// wrong type has been reported, and what follows from it need not be.
func without(faults, others []Fault) []Fault {
	return slices.DeleteFunc(faults, func(f Fault) bool {
		return slices.ContainsFunc(others, func(o Fault) bool { return o.Line == f.Line && o.Col == f.Col })
	})
}

func element(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// place tells each entry where it stands.
func (c *Config) place(name string, at decode.Places) {
	set := func(p *Place, path string) {
		if v, ok := at[path]; ok {
			*p = Place{name, v.Line, v.Col}
		}
	}
	set(&c.Repository.Place, "repository")
	for i := range c.Repositories {
		set(&c.Repositories[i].Place, element("repositories", i))
	}
	for i := range c.Components {
		set(&c.Components[i].Place, element("components", i))
	}
	for i := range c.Environments {
		set(&c.Environments[i].Place, element("environments", i))
	}
	for i := range c.Deployments {
		set(&c.Deployments[i].Place, element("deployments", i))
	}
	for i := range c.Flags {
		set(&c.Flags[i].Place, element("flags", i))
	}
	for i := range c.Changes.FlagPaths {
		set(&c.Changes.FlagPaths[i].Place, element("changes.flag_paths", i))
	}
	set(&c.Docs.Place, "docs")
	for i := range c.Docs.Products {
		set(&c.Docs.Products[i].Place, element("docs.products", i))
	}
	for i := range c.Metrics.Incidents {
		set(&c.Metrics.Incidents[i].Place, element("metrics.incidents", i))
	}
	for i := range c.Audiences {
		set(&c.Audiences[i].Place, element("audiences", i))
	}
}

// checker looks at values, where decode looked at types and names.
type checker struct {
	name   string
	at     decode.Places
	c      *Config
	faults []Fault
}

// fault reports a bad value at the place of path, or of the nearest table above
// it where the file does not set it.
func (k *checker) fault(path, hint, format string, args ...any) {
	at, ok := k.at[path]
	for p := path; !ok && p != ""; {
		p = p[:max(0, strings.LastIndexAny(p, ".["))]
		at, ok = k.at[p]
	}
	k.faults = append(k.faults, Fault{File: k.name, Line: at.Line, Col: at.Col, Message: fmt.Sprintf(format, args...), Hint: hint})
}

func (k *checker) check() {
	c := k.c
	if k.at.Has("format") && c.Format != 1 {
		k.fault("format", "this program reads format = 1", "format %d is not known", c.Format)
	}
	if c.Language != "" && !languageTag.MatchString(c.Language) {
		k.fault("language", "write it like \"en\" or \"pt-BR\"", "%q is no language tag", clip(c.Language))
	}
	if k.at.Has("tag_year") && (c.TagYear < 1983 || c.TagYear > 9999) {
		k.fault("tag_year", "a year in which you held tag_domain, such as 2026", "tag_year %d is out of range", c.TagYear)
	}
	if c.TagDomain != "" && !domainName.MatchString(c.TagDomain) {
		k.fault("tag_domain", "a domain in lower case, without a scheme: \"example.org\"", "%q is no domain", clip(c.TagDomain))
	}
	k.address("base", c.Base)
	k.zone("time_zone", c.TimeZone)
	k.links()
	k.choice("versions.scheme", c.Versions.Scheme)
	if c.Versions.Scheme == "pattern" && c.Versions.Pattern == "" {
		k.fault("versions.scheme", "add pattern = \"v{version}\"", "the scheme \"pattern\" needs a pattern")
	}
	k.choice("releases.by", c.Releases.By)
	if c.Releases.Threshold == "0" {
		k.fault("releases.threshold", "leave it out for 100", "a threshold of 0 would release what nobody sees")
	}
	k.globs("versions.prerelease", c.Versions.Prerelease)
	k.globs("versions.ignore", c.Versions.Ignore)
	k.globs("changes.notes", c.Changes.Notes)
	k.globs("changes.internal_paths", c.Changes.InternalPaths)
	for i, f := range c.Changes.FlagPaths {
		path := element("changes.flag_paths", i)
		k.required(path+".flag", f.Flag)
		if len(f.Paths) == 0 {
			k.fault(path+".paths", "", "%s needs paths", path)
		}
		k.globs(path+".paths", f.Paths)
	}
	k.wording()
	k.repositories()
	k.components()
	k.environments()
	k.deployments()
	k.flags()
	k.stale(k.c.Stale)
	k.audiences()
	k.docs()
	k.metrics()
	k.look()
}

// choice reports a value that the key at the end of path cannot have.
func (k *checker) choice(path, value string) {
	key := path[strings.LastIndexByte(path, '.')+1:]
	key, _, _ = strings.Cut(key, "[")
	k.oneOf(path, value, choices(key))
}

// oneOf reports a value that is not among those that are known.
func (k *checker) oneOf(path, value string, known []string) {
	if value == "" || slices.Contains(known, value) {
		return
	}
	hint := "one of " + strings.Join(known, ", ")
	if near := decode.Nearest(value, known); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	k.fault(path, hint, "%s: unknown value %q", path, clip(value))
}

func (k *checker) choiceOfEach(path string, values []string) {
	for i, v := range values {
		k.choice(element(path, i), v)
	}
}

func (k *checker) required(path, value string) {
	if value == "" {
		k.fault(path, "", "%s is required", path)
	}
}

func (k *checker) address(path, value string) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		k.fault(path, "write it like \"https://example.org/shop/\"", "%s: %q is no absolute address", path, clip(value))
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		k.fault(path, "", "%s: an address of a site has no user, query or fragment", path)
	}
}

func (k *checker) zone(path, value string) {
	if value == "" {
		return
	}
	// "Local" would make pages depend on the machine that builds them.
	if _, err := time.LoadLocation(value); err != nil || value == "Local" {
		k.fault(path, "an IANA name such as \"Europe/Berlin\" or \"UTC\"", "%s: unknown time zone %q", path, clip(value))
	}
}

func (k *checker) globs(path string, globs []string) {
	for i, g := range globs {
		at := element(path, i)
		switch {
		case g == "":
			k.fault(at, "", "%s is empty", at)
		case strings.HasPrefix(g, "/") || slices.Contains(strings.Split(g, "/"), ".."):
			k.fault(at, "paths begin at the root of the repository, without a slash", "%s: %q leaves the repository", at, clip(g))
		case !balanced(g):
			k.fault(at, "", "%s: %q has an open bracket", at, clip(g))
		}
	}
}

// balanced reports whether every [ and { of a glob is closed.
func balanced(glob string) bool {
	depth, class := 0, false
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '{':
			depth++
		case c == '}':
			depth--
		}
		if depth < 0 {
			return false
		}
	}
	return depth == 0 && !class
}
