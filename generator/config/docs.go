package config

import (
	"fmt"
	"strings"

	"daylight/generator/decode"
)

// Docs says which docs the sites have. Its keys are those of the one product that
// most projects have, and the defaults of [[docs.products]].
type Docs struct {
	Place `toml:"-"`
	// Folder of the docs, from the root of the repository. Default: "docs" below
	// Build.Content, so "content/docs". In a version without it there are none.
	Folder string `toml:"folder"`
	// Folders are others that older versions have: of each version the first that
	// is there counts, Folder before all.
	Folders []string `toml:"folders"`
	// Versions is a condition on the versions that have docs: ">=1.2". Default:
	// all.
	Versions string `toml:"versions"`
	// Patches: newest (of the versions that agree in their first two numbers the
	// newest only) or all. Default: newest.
	Patches string `toml:"patches"`
	// Last keeps only so many stable versions, the newest. Default: all.
	Last int `toml:"last"`
	// Prereleases: new (those above the newest stable version), all or none.
	// Default: new.
	Prereleases string `toml:"prereleases"`
	// Unreleased gives the head of the mainline docs too. Default: true. Where
	// nothing has a version yet, its docs are there in either case.
	Unreleased bool `toml:"unreleased"`
	// Branches is the pattern of branches that hold the docs of a version whose
	// tag cannot move. Default: "docs/{version}".
	Branches string `toml:"branches"`
	// Overlay is the pattern of folders on the mainline whose files replace those
	// of a version: "content/docs-fixes/{version}". Default: none.
	Overlay string `toml:"overlay"`
	// Shortcodes in {{< … >}} are read. Default: true; false is for docs in which
	// that is text, or belongs to another tool.
	Shortcodes bool `toml:"shortcodes"`
	// Audiences that have the docs. Default: all.
	Audiences []string `toml:"audiences"`
	// Dark names the public audiences that may also read the docs of versions that
	// they cannot use yet, and of the mainline. Default: none.
	Dark []string `toml:"dark"`

	Products []DocsProduct `toml:"products"`
}

// DocsProduct is a product with versions of its own. What it leaves out is as in
// [docs].
type DocsProduct struct {
	Place       `toml:"-"`
	Name        string   `toml:"name"`  // required, unique: a part of the addresses
	Title       string   `toml:"title"` // default: the name
	Repository  string   `toml:"repository"`
	Component   string   `toml:"component"` // whose versions they are. Default: those of the whole repository
	Folder      string   `toml:"folder"`    // required
	Folders     []string `toml:"folders"`
	Versions    string   `toml:"versions"`
	Patches     string   `toml:"patches"`
	Last        int      `toml:"last"`
	Prereleases string   `toml:"prereleases"`
	Unreleased  bool     `toml:"unreleased"`
	Branches    string   `toml:"branches"`
	Overlay     string   `toml:"overlay"`
}

// fillDocs gives what [docs] leaves out its default, and products what they leave
// out that of [docs].
func (c *Config) fillDocs(at decode.Places) {
	d := &c.Docs
	or(&d.Folder, strings.TrimSuffix(c.Build.Content, "/")+"/docs")
	or(&d.Patches, "newest")
	or(&d.Prereleases, "new")
	or(&d.Branches, "docs/{version}")
	d.Unreleased = d.Unreleased || !at.Has("docs.unreleased")
	d.Shortcodes = d.Shortcodes || !at.Has("docs.shortcodes")
	for i := range d.Products {
		p := &d.Products[i]
		or(&p.Title, p.Name)
		or(&p.Versions, d.Versions)
		or(&p.Patches, d.Patches)
		or(&p.Last, d.Last)
		or(&p.Prereleases, d.Prereleases)
		if !at.Has(element("docs.products", i) + ".unreleased") {
			p.Unreleased = d.Unreleased
		}
		or(&p.Branches, d.Branches)
		or(&p.Overlay, d.Overlay)
	}
}

// AllProducts lists the products with docs: those of [[docs.products]], or the
// one that [docs] describes, which has no name.
func (d Docs) AllProducts() []DocsProduct {
	if len(d.Products) > 0 {
		return d.Products
	}
	return []DocsProduct{{Place: d.Place, Folder: d.Folder, Folders: d.Folders, Versions: d.Versions, Patches: d.Patches, Last: d.Last,
		Prereleases: d.Prereleases, Unreleased: d.Unreleased, Branches: d.Branches, Overlay: d.Overlay}}
}

// For reports whether an audience has docs.
func (d Docs) For(audience string) bool { return len(d.Audiences) == 0 || has(d.Audiences, audience) }

// ShowsDark reports whether an audience may read docs of what it cannot use yet.
func (d Docs) ShowsDark(audience string) bool { return has(d.Dark, audience) }

func has(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

func (k *checker) docs() {
	d := k.c.Docs
	k.docsLine("docs", DocsProduct{Folder: d.Folder, Folders: d.Folders, Versions: d.Versions, Patches: d.Patches, Last: d.Last,
		Prereleases: d.Prereleases, Branches: d.Branches, Overlay: d.Overlay})
	var audiences []string
	for _, a := range k.c.Audiences {
		audiences = append(audiences, a.Name)
	}
	if len(audiences) == 0 {
		audiences = []string{"team", "customers"}
	}
	for i, a := range d.Audiences {
		k.oneOf(element("docs.audiences", i), a, audiences)
	}
	for i, a := range d.Dark {
		k.oneOf(element("docs.dark", i), a, audiences)
	}
	seen := map[string]string{}
	for i, p := range d.Products {
		path := element("docs.products", i)
		k.required(path+".name", p.Name)
		k.required(path+".folder", p.Folder)
		k.unique(seen, path+".name", p.Name)
		k.knownRepository(path+".repository", p.Repository)
		k.knownComponent(path+".component", p.Component)
		k.docsLine(path, p)
	}
}

// docsLine checks what [docs] and its products have in common.
func (k *checker) docsLine(path string, p DocsProduct) {
	k.choice(path+".patches", p.Patches)
	k.choice(path+".prereleases", p.Prereleases)
	if p.Last < 0 {
		k.fault(path+".last", "leave it out for all", "%s.last is below zero", path)
	}
	k.folderPath(path+".folder", p.Folder)
	for i, f := range p.Folders {
		k.folderPath(element(path+".folders", i), f)
	}
	k.folderPath(path+".overlay", p.Overlay)
	k.versionPattern(path+".branches", p.Branches, "docs/{version}")
	k.versionPattern(path+".overlay", p.Overlay, "content/docs-fixes/{version}")
}

// versionPattern reports a pattern that does not say where the version stands.
func (k *checker) versionPattern(path, pattern, sample string) {
	if pattern != "" && strings.Count(pattern, "{version}") != 1 {
		k.fault(path, fmt.Sprintf("write it like %q", sample), "%s: %q does not say where the version stands", path, clip(pattern))
	}
}

// folderPath reports a path that leaves the repository.
func (k *checker) folderPath(path, folder string) {
	if folder != "" {
		k.globs(path, []string{strings.TrimSuffix(folder, "/")})
	}
}
