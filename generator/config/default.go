package config

import (
	"net/url"
	"strings"

	"daylight/generator/decode"
)

// Default is the configuration of a project that has no site.toml.
func Default() Config {
	var c Config
	c.fillIn(decode.Places{})
	return c
}

// fillIn gives every key that the file does not set its default. Lists that a
// file sets replace the default's; an empty list says "none".
func (c *Config) fillIn(at decode.Places) {
	or(&c.Format, 1)
	or(&c.Language, "en")
	or(&c.TimeZone, "UTC")
	or(&c.TagYear, 2026)
	c.Base = withSlash(c.Base)
	if u, err := url.Parse(c.Base); err == nil {
		or(&c.TagDomain, u.Hostname())
	}
	or(&c.Versions.Scheme, "auto")
	or(&c.Releases.Threshold, "100")
	if !at.Has("stale.days") {
		c.Stale.Days = 60
	}
	or(&c.Build.Output, "public")
	or(&c.Build.Theme, "default")
	or(&c.Build.Content, "content")
	or(&c.Build.Templates, "templates")
	or(&c.Build.Themes, "themes")
	c.fillDocs(at)
	orList(at, "changes.user_visible", &c.Changes.UserVisible, "feat", "fix", "perf", "security")
	orList(at, "changes.notes", &c.Changes.Notes, "changes/*.md")
	orList(at, "wording.files", &c.Wording.Files, "**/*.md")
	orList(at, "wording.public", &c.Wording.Public, c.Changes.Notes...)
	or(&c.Wording.Level, "suggestion")
	orList(at, "changes.flag_trailers", &c.Changes.FlagTrailers, "Flag", "Feature-Flag")
	orList(at, "changes.note_trailers", &c.Changes.NoteTrailers, "Release-Note")
	if !at.Has("deployments") {
		c.Deployments = defaultDeployments()
	}
	for i := range c.Deployments {
		d := &c.Deployments[i]
		or(&d.Zone, "UTC")
		if d.From == "notes" {
			or(&d.Ref, "deployments")
		}
	}
	if !at.Has("flags") {
		c.Flags = []Flags{{}, {Ref: "flags"}} // what looks like a manifest, and what pipelines record
	}
	for i := range c.Flags {
		or(&c.Flags[i].Format, "auto")
		or(&c.Flags[i].Attribute, "environment")
	}
	c.Metrics.fillIn(at)
	if !at.Has("audiences") {
		c.Audiences = []Audience{{Name: "team", Sees: "everything"}, {Name: "customers"}}
	}
	for i := range c.Audiences {
		c.fillAudience(at, i)
	}
}

// defaultDeployments are the usual spellings of deployment tags, which the
// source itself knows, and the notes ref that is commonest.
func defaultDeployments() []Deployments {
	return []Deployments{{From: "tags"}, {From: "notes"}}
}

func (c *Config) fillAudience(at decode.Places, i int) {
	a := &c.Audiences[i]
	path := element("audiences", i)
	or(&a.Title, c.Title)
	or(&a.Sees, "released")
	or(&a.Output, a.Name)
	or(&a.Theme, c.Build.Theme)
	if a.Base == "" && c.Base != "" && a.Output != "" {
		a.Base = c.Base + strings.Trim(a.Output, "/") + "/"
	}
	a.Base = withSlash(a.Base)
	everything := a.Sees == "everything"
	if everything {
		orList(at, path+".fields", &a.Fields, choices("fields")...)
	}
	if !at.Has(path + ".noindex") {
		a.NoIndex = everything
	}
}

func or[T comparable](value *T, otherwise T) {
	var zero T
	if *value == zero {
		*value = otherwise
	}
}

func orList(at decode.Places, path string, list *[]string, otherwise ...string) {
	if !at.Has(path) {
		*list = append([]string{}, otherwise...)
	}
}

func withSlash(base string) string {
	if base == "" || strings.HasSuffix(base, "/") {
		return base
	}
	return base + "/"
}
