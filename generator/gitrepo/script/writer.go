package script

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// Writer carries out verbs in one repository. It is for one goroutine.
//
// Used by itself, by tests whose scripts have other commands too, it takes
// files from the folder of the repository: write reads them, commit takes the
// paths that it is given, and no verb changes them; Checkout does.
type Writer struct {
	dir      string
	sections map[string][]byte // files that a script brings along
	scripted bool              // sections, and not the folder, are where files come from

	store  storage.Storer // nil until the first verb; in memory during Run
	when   time.Time
	who    object.Signature // its When is not used
	branch plumbing.ReferenceName
	tip    plumbing.Hash // of branch; zero before its first commit
	files  files         // as of tip, with what was written since
	dirty  map[string]bool
	last   plumbing.Hash // the last commit that was written
	labels map[string]plumbing.Hash
	known  map[plumbing.Hash]bool // objects that were written already
}

// files is a tree as one list: what is at each path.
type files map[string]file

type file struct {
	blob plumbing.Hash
	mode filemode.FileMode
}

// mainBranch is what a new repository begins with.
const mainBranch = "main"

// New gives a Writer for the repository in a folder, which the first verb
// makes if there is none. In one that is there already, it goes on from HEAD.
func New(dir string) *Writer {
	return &Writer{
		dir:    dir,
		when:   time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		who:    object.Signature{Name: "Engineer", Email: "engineer@lumen.example"},
		dirty:  make(map[string]bool),
		labels: make(map[string]plumbing.Hash),
		known:  make(map[plumbing.Hash]bool),
		files:  make(files),
	}
}

// verb is a word that begins a line, and how many words follow.
type verb struct {
	name  string
	usage string
	min   int
	max   int // -1: any number
	run   func(*Writer, []word) error
}

// verbs lists the verbs by name. To add a verb, write its method and add it
// here and in the package comment.
func verbs() []verb {
	return []verb{
		{"append", "PATH 'TEXT'", 2, 2, (*Writer).appendVerb},
		{"as", "'NAME <MAIL>'", 1, 1, (*Writer).as},
		{"at", "TIME", 1, 1, (*Writer).at},
		{"branch", "NAME [REF]", 1, 2, (*Writer).branchVerb},
		{"cherry-pick", "REF ['MESSAGE']", 1, 2, (*Writer).cherryPick},
		{"commit", "'MESSAGE' [PATH...]", 1, -1, (*Writer).commit},
		{"label", "NAME", 1, 1, (*Writer).label},
		{"merge", "REF... ['MESSAGE']", 1, -1, (*Writer).merge},
		{"move", "OLD NEW", 2, 2, (*Writer).move},
		{"note", "NOTES REF 'TEXT'", 3, 3, (*Writer).note},
		{"ref", "NAME REF", 2, 2, (*Writer).ref},
		{"remote", "NAME URL", 2, 2, (*Writer).remote},
		{"remove", "PATH", 1, 1, (*Writer).remove},
		{"replace", "PATH 'OLD' 'NEW'", 3, 3, (*Writer).replace},
		{"revert", "REF ['MESSAGE']", 1, 2, (*Writer).revert},
		{"switch", "NAME", 1, 1, (*Writer).switchVerb},
		{"tag", "NAME [REF] ['MESSAGE']", 1, 3, (*Writer).tag},
		{"write", "PATH SECTION, or PATH 'TEXT'", 2, 2, (*Writer).write},
	}
}

// Verbs lists the names of all verbs, sorted.
func Verbs() []string {
	var names []string
	for _, v := range verbs() {
		names = append(names, v.name)
	}
	return names
}

// Do carries out one verb; args begins with its name, as in the package
// comment. Quotes have been taken away already. The error may have a hint
// (a method Hint() string somewhere in its chain).
func (w *Writer) Do(args []string) error {
	words := make([]word, len(args))
	for i, a := range args {
		words[i] = word{text: a}
	}
	if len(words) == 0 {
		return errors.New("no verb")
	}
	return w.do(words)
}

func (w *Writer) do(words []word) error {
	name, args := words[0].text, words[1:]
	all := verbs()
	i := slices.IndexFunc(all, func(v verb) bool { return v.name == name })
	if i < 0 {
		return advise("the verbs are "+strings.Join(Verbs(), ", "), "unknown verb %q", name)
	}
	v := all[i]
	if len(args) < v.min || v.max >= 0 && len(args) > v.max {
		return advise(v.name+" "+v.usage, "%s: wrong number of words", name)
	}
	if err := w.open(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := v.run(w, args); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// fresh refuses a folder that something is in.
func (w *Writer) fresh() error {
	there, err := os.ReadDir(w.dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(there) > 0 {
		return advise("give the path of a new folder", "%s is not empty", w.dir)
	}
	return nil
}

// open opens the repository, or makes one.
func (w *Writer) open() error {
	if w.store != nil {
		return nil
	}
	disk, err := w.disk()
	if err != nil {
		return err
	}
	w.store = disk
	head, err := w.store.Reference(plumbing.HEAD)
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return w.create()
	}
	if err != nil {
		return err
	}
	if head.Type() != plumbing.SymbolicReference {
		return advise("switch to a branch first", "HEAD is detached")
	}
	return w.goTo(head.Target())
}

// disk gives the storage below the folder.
func (w *Writer) disk() (*filesystem.Storage, error) {
	git := filepath.Join(w.dir, ".git")
	if err := os.MkdirAll(git, 0o755); err != nil {
		return nil, err
	}
	return filesystem.NewStorage(osfs.New(git), cache.NewObjectLRUDefault()), nil
}

// create makes an empty repository. Its configuration names nothing of the
// machine, so that it is the same everywhere.
func (w *Writer) create() error {
	if disk, ok := w.store.(storer.Initializer); ok {
		if err := disk.Init(); err != nil {
			return err
		}
	}
	conf := config.NewConfig()
	conf.Core.IsBare = false
	conf.Raw.Section("core").SetOption("repositoryformatversion", "0")
	conf.Raw.Section("core").SetOption("filemode", "true")
	if err := w.store.SetConfig(conf); err != nil {
		return err
	}
	w.branch = plumbing.NewBranchReferenceName(mainBranch)
	return w.store.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, w.branch))
}

// goTo makes a branch the current one.
func (w *Writer) goTo(branch plumbing.ReferenceName) error {
	ref, err := w.store.Reference(branch)
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		w.branch, w.tip, w.files = branch, plumbing.ZeroHash, make(files)
		return nil
	}
	if err != nil {
		return err
	}
	c, err := w.readCommit(ref.Hash())
	if err != nil {
		return err
	}
	list, err := w.readFiles(c.TreeHash)
	if err != nil {
		return err
	}
	w.branch, w.tip, w.files = branch, ref.Hash(), list
	clear(w.dirty)
	return nil
}

// signature is the person and the date of what is written now.
func (w *Writer) signature() object.Signature {
	return object.Signature{Name: w.who.Name, Email: w.who.Email, When: w.when}
}
