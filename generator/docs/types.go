package docs

import (
	"html/template"

	"daylight/generator/history"
)

// HTML is what a [Markdown] made. This package passes it on and makes none.
type HTML = template.HTML

// Repo is what is asked of a repository. All methods may be called by several
// goroutines at once.
type Repo interface {
	// Folder gives the tree at a path of a commit, and whether there is one.
	Folder(commit history.Hash, path string) (history.Hash, bool, error)
	// Tree lists the folders and files of a tree.
	Tree(tree history.Hash) ([]history.Entry, error)
	// Blob reads a file of at most limit bytes; a larger one is an error.
	Blob(blob history.Hash, limit int64) ([]byte, error)
}

// Store keeps what was made of a blob from build to build. Losing it loses time
// only. All methods may be called by several goroutines at once.
type Store interface {
	Get(kind, key string) ([]byte, bool)
	Put(kind, key string, value []byte) error
}

// The kinds of values in a Store.
const (
	KeptText = "docs-text"
	KeptHTML = "docs-html"
)

// Markdown reads and renders texts. All methods may be called by several
// goroutines at once, and depend on nothing but their arguments and the glossary
// that the value was made with.
type Markdown interface {
	// Tool names what a rendering depends on beside the arguments: the version of
	// the program, its extensions.
	Tool() string
	// Words names what the terms of a Scan depend on: the names of the glossary.
	Words() string
	// Scan says what a text holds. The text has no front matter.
	Scan(text []byte) Scan
	// Definition names what a term's link shows, for the key of an article.
	Definition(term string) string
	// Render makes the HTML of a text. It is safe whatever the text.
	Render(text []byte, f Filling) (HTML, error)
	// Kept turns back what Render made, and a Store kept.
	Kept(html []byte) HTML
}

// Scan is what a text says, without anything that is around it. Lines count from
// 1 at the beginning of the text, columns from 1 in bytes.
type Scan struct {
	Title     string      `json:"title,omitempty"`    // of its first heading, of level 1
	TitleID   string      `json:"title_id,omitempty"` // that the title would have as a heading
	Summary   string      `json:"summary,omitempty"`
	Headings  []Heading   `json:"headings,omitempty"`
	Anchors   []string    `json:"anchors,omitempty"` // ids of terms in definition lists
	Sections  []Section   `json:"sections,omitempty"`
	Links     []Ref       `json:"links,omitempty"` // relative ones, in order
	Codes     []Shortcode `json:"codes,omitempty"` // in order
	Terms     []string    `json:"terms,omitempty"` // that it links, sorted
	Truncated bool        `json:"truncated,omitempty"`
}

// Heading is an entry of a table of contents.
type Heading struct {
	Level int    `json:"level"` // as rendered, from 2
	ID    string `json:"id"`
	Text  string `json:"text"`
}

// Section is the text from a heading to the next one. The part before the first
// has neither id nor title.
type Section struct {
	ID    string `json:"id,omitempty"`
	Title string `json:"title,omitempty"`
	Sum   uint64 `json:"sum"` // of its source, blanks at the ends of lines apart
}

// Ref is a relative link or image.
type Ref struct {
	Address string `json:"address"` // as written
	Image   bool   `json:"image,omitempty"`
	Line    int    `json:"line"`
	Col     int    `json:"col"`
}

// Shortcode is a request for live data: {{< change 123 in=production >}}.
type Shortcode struct {
	Name   string `json:"name"`
	Args   []Arg  `json:"args,omitempty"`
	Source string `json:"source"` // as written
	Line   int    `json:"line"`
	Col    int    `json:"col"`
}

// Arg is an argument of a shortcode. Name is "" for one without.
type Arg struct {
	Name  string `json:"name,omitempty"`
	Value string `json:"value"`
}

// Filling is what a text is rendered with.
type Filling struct {
	Root string // the way to the site's first page: "../../../"
	// Links gives for an address as written where it leads from this page; one
	// that is missing is shown as its text.
	Links map[string]string
	// Values are those of the shortcodes, in their order.
	Values []Fragment
}

// Fragment is the value of a shortcode: a run of parts in a line, or a table. The
// zero Fragment shows nothing.
type Fragment struct {
	Parts []Part `json:"parts,omitempty"`
	Table *Table `json:"table,omitempty"`
}

// Part is plain text with what it is.
type Part struct {
	Text  string `json:"text"`
	URL   string `json:"url,omitempty"`   // relative, of this site
	Time  string `json:"time,omitempty"`  // the instant that the text tells, RFC 3339
	Class string `json:"class,omitempty"` // of a badge: "released"
	Code  bool   `json:"code,omitempty"`
}

// Table is live data in rows. A row has as many cells as Head.
type Table struct {
	Caption string     `json:"caption"`
	Head    []string   `json:"head"`
	Rows    [][][]Part `json:"rows"`
	Note    string     `json:"note,omitempty"` // below the table
}

// Fault is a mistake in the docs, or a doubt about them.
type Fault struct {
	Repository string
	Version    string // the edition's name, or the branch that its text is from
	File       string // from the root of the repository
	Line, Col  int    // 0 when the whole file is meant
	Message    string // lower case, without a full stop
	Hint       string
	Rule       string
	Error      bool // else it is a warning
}
