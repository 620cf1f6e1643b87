package docs

import (
	"time"

	"daylight/generator/history"
)

// Kind says how far an edition is from its readers.
type Kind string

// The kinds of editions.
const (
	Stable     Kind = "stable"
	Prerelease Kind = "prerelease"
	Unreleased Kind = "unreleased" // the head of a branch, or what was never deployed
)

// Input is what a library is read from.
type Input struct {
	Products []Source
	Markdown Markdown // required
	Store    Store    // nil keeps nothing
	// Segment makes any name a part of an address, distinct names distinct ones.
	// Required.
	Segment func(name string) string
}

// Source is where one product's docs come from.
type Source struct {
	Name       string // part of the addresses; "" for the only product
	Title      string
	Repository string // for the places of faults
	Repo       Repo   // required
	// Folders are where the docs may be, from the root of the repository. In each
	// edition the first that is there counts.
	Folders  []string
	Editions []EditionSource // newest first: see Choose
}

// EditionSource is where one edition comes from.
type EditionSource struct {
	Name   string // the version's, or the branch's
	Label  string // what it is called beside its product's name; Name when empty
	Kind   Kind
	At     time.Time    // of the version; zero where unknown
	Commit history.Hash // whose tree is read
	// Draft marks an edition that is what somebody saved, committed or not.
	Draft bool
	// Ref names what the commit was found by, for places: the tag, or a branch of
	// the docs.
	Ref string
	// Overlay is a folder whose files replace those of the same path, or add to
	// them. It is read at OverlayCommit, which OverlayRef names.
	Overlay       string
	OverlayCommit history.Hash
	OverlayRef    string
}

// Library is the docs of all products. [Read] makes it, and it is not changed
// afterwards.
type Library struct {
	Products []*Product // in the order of the input
	// Faults are those of files that could not be read, and of front matter,
	// sorted by place.
	Faults []Fault

	in    Input
	words string // that the texts were scanned with
}

// Product is one line of versions.
type Product struct {
	Name, Title string
	Repository  string
	Editions    []*Edition // newest first, the unreleased one before all

	repo Repo
}

// Edition is the docs of one version.
type Edition struct {
	EditionSource
	// Latest marks the one that the address "latest" stands for: the highest
	// stable version, else the head of a branch, else the highest pre-release.
	Latest bool
	Folder string // that the docs were found in
	// Articles in the order of the tree, each folder before what is in it.
	Articles []*Article

	product *Product
	assets  map[string]file // by path in the folder
	byPath  map[string]*Article
	byFile  map[string]*Article // by path in the folder
	byLine  map[int]*Article    // by lineage
	moved   map[string]*Article // old addresses
}

// Article is one page of an edition.
type Article struct {
	*Text
	// Path is the address below the edition: "guide/install"; "" is its home.
	Path string
	// Blob is zero for a folder without a page of its own.
	Blob history.Hash
	// File is the path in the docs' folder, "" without a blob.
	File string
	// Place is where the file is: from the root of the repository, at Ref.
	Place string
	Ref   string

	Parent   *Article // nil for the home
	Children []*Article
	Previous *Article // in the order of the tree
	Next     *Article
	Lineage  int
}

// Text is what is known of a blob, whatever the versions that hold it.
type Text struct {
	Meta  Meta   `json:"meta"`
	Scan  Scan   `json:"scan"`
	Notes []note `json:"notes,omitempty"`
	// Sketch tells how much two texts have in common: see likeness.
	Sketch []uint32 `json:"sketch,omitempty"`
}

// Title is the article's, from the front matter, its first heading, or its name.
func (a *Article) Title() string {
	switch {
	case a.Meta.Title != "":
		return a.Meta.Title
	case a.Scan.Title != "":
		return a.Scan.Title
	}
	return nameTitle(a.Path)
}

// LinkTitle is what the article is called in lists of links.
func (a *Article) LinkTitle() string {
	if a.Meta.LinkTitle != "" {
		return a.Meta.LinkTitle
	}
	return a.Title()
}

// Summary is one sentence about the article, "" where nothing says one.
func (a *Article) Summary() string {
	if a.Meta.Description != "" {
		return a.Meta.Description
	}
	return a.Scan.Summary
}

// Depth is the number of parts of the address.
func (a *Article) Depth() int { return depth(a.Path) }

// Home is the first page of the edition.
func (e *Edition) Home() *Article { return e.byPath[""] }

// Shown is what the edition is called on the pages of its product.
func (e *Edition) Shown() string {
	if e.Label != "" {
		return e.Label
	}
	return e.Name
}

// Product is the one that the edition belongs to.
func (e *Edition) Product() *Product { return e.product }

// Latest is the edition that the address "latest" stands for, nil in a library
// that no viewer was chosen for.
func (p *Product) Latest() *Edition {
	for _, e := range p.Editions {
		if e.Latest {
			return e
		}
	}
	return nil
}
