package docs

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"daylight/generator/history"
)

// Bounds on what is read.
const (
	maxText   = 16 << 20 // of a text; one this large is cut when it is rendered
	maxAsset  = 64 << 20
	maxFiles  = 50_000 // in one edition's folder
	maxFolder = 64     // folders within each other
)

// file is a file of an edition.
type file struct {
	path string // in the docs' folder
	blob history.Hash
	// place and ref are where it is, for messages.
	place, ref string
}

// Read reads the editions of every product. A file or a version that cannot be
// read is a fault; the error is that of ctx.
func Read(ctx context.Context, in Input) (*Library, error) {
	l := &Library{in: in}
	r := reader{in: &l.in, trees: map[history.Hash][]file{}, texts: map[history.Hash]*Text{}}
	for _, src := range in.Products {
		p := &Product{Name: src.Name, Title: src.Title, Repository: src.Repository, repo: src.Repo}
		var files [][]file
		for _, es := range src.Editions {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			folder, list, err := r.edition(src, es)
			if err != nil {
				r.fault(src, es.Ref, "", "docs of this version cannot be read: "+err.Error())
				continue
			}
			if folder == "" {
				continue // the version had no docs
			}
			p.Editions = append(p.Editions, &Edition{EditionSource: es, Folder: folder, product: p})
			files = append(files, list)
		}
		if err := r.scan(ctx, src, files); err != nil {
			return nil, err
		}
		for i, e := range p.Editions {
			r.articles(e, files[i])
		}
		if len(p.Editions) > 0 {
			l.Products = append(l.Products, p)
		}
	}
	l.Faults = append(r.faults, textFaults(l)...)
	sortFaults(l.Faults)
	return l, nil
}

// reader remembers folders and texts across editions.
type reader struct {
	in     *Input
	trees  map[history.Hash][]file // with paths below the tree
	faults []Fault

	mu    sync.Mutex
	texts map[history.Hash]*Text
}

func (r *reader) fault(src Source, ref, file, message string) {
	r.faults = append(r.faults, Fault{Repository: src.Repository, Version: ref, File: file, Message: message, Rule: "unreadable-docs"})
}

// edition lists the files of an edition, those of its overlay in their places.
// A folder of "" says that there are no docs.
func (r *reader) edition(src Source, es EditionSource) (folder string, files []file, err error) {
	for _, folder = range src.Folders {
		tree, ok, err := src.Repo.Folder(es.Commit, folder)
		if err != nil {
			return "", nil, err
		}
		if !ok {
			continue
		}
		if files, err = r.tree(src.Repo, tree, 0); err != nil {
			return "", nil, err
		}
		break
	}
	if len(files) == 0 {
		return "", nil, nil
	}
	files = placed(files, folder, es.Ref)
	if es.Overlay == "" {
		return folder, files, nil
	}
	tree, ok, err := src.Repo.Folder(es.OverlayCommit, es.Overlay)
	if err != nil || !ok {
		return folder, files, err
	}
	over, err := r.tree(src.Repo, tree, 0)
	if err != nil {
		return "", nil, err
	}
	return folder, overlay(files, placed(over, es.Overlay, es.OverlayRef)), nil
}

// placed gives a list of its own, in which each file knows its place.
func placed(files []file, folder, ref string) []file {
	out := make([]file, len(files))
	for i, f := range files {
		f.place, f.ref = path.Join(folder, f.path), ref
		out[i] = f
	}
	return out
}

// overlay replaces files by those of the same path. Both lists are sorted.
func overlay(files, over []file) []file {
	byPath := map[string]int{}
	for i, f := range files {
		byPath[f.path] = i
	}
	for _, f := range over {
		if i, ok := byPath[f.path]; ok {
			files[i] = f
		} else {
			files = append(files, f)
		}
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return files
}

// tree lists the files below a tree, sorted by path. Names that begin with a dot
// are left out: they belong to tools.
func (r *reader) tree(repo Repo, tree history.Hash, level int) ([]file, error) {
	if known, ok := r.trees[tree]; ok {
		return known, nil
	}
	if level > maxFolder {
		return nil, fmt.Errorf("folders more than %d deep", maxFolder)
	}
	entries, err := repo.Tree(tree)
	if err != nil {
		return nil, err
	}
	var out []file
	for _, e := range entries {
		if strings.HasPrefix(e.Name, ".") {
			continue
		}
		if !e.Folder {
			out = append(out, file{path: e.Name, blob: e.Hash})
			continue
		}
		below, err := r.tree(repo, e.Hash, level+1)
		if err != nil {
			return nil, err
		}
		for _, f := range below {
			out = append(out, file{path: e.Name + "/" + f.path, blob: f.blob})
		}
		if len(out) > maxFiles {
			return nil, fmt.Errorf("more than %d files", maxFiles)
		}
	}
	slices.SortFunc(out, func(a, b file) int { return strings.Compare(a.path, b.path) })
	r.trees[tree] = out
	return out, nil
}

func isText(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown":
		return true
	}
	return false
}

// scan reads each text that is not known yet, on every core.
func (r *reader) scan(ctx context.Context, src Source, editions [][]file) error {
	var todo []file
	seen := map[history.Hash]bool{}
	for _, files := range editions {
		for _, f := range files {
			if isText(f.path) && !seen[f.blob] && r.texts[f.blob] == nil {
				seen[f.blob] = true
				todo = append(todo, f)
			}
		}
	}
	var wait sync.WaitGroup
	work := make(chan file)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for f := range work {
				r.text(src, f)
			}
		})
	}
	for _, f := range todo {
		if ctx.Err() != nil {
			break
		}
		work <- f
	}
	close(work)
	wait.Wait()
	return ctx.Err()
}

// text reads what is to be known of a blob, from the store if it was met before.
func (r *reader) text(src Source, f file) {
	tool := sha256.Sum256([]byte(r.in.Markdown.Tool() + "\x00" + r.in.Markdown.Words()))
	key := f.blob.String() + hex.EncodeToString(tool[:10])
	var t Text
	if r.in.Store != nil {
		if data, ok := r.in.Store.Get(KeptText, key); ok && json.Unmarshal(data, &t) == nil {
			r.keep(f.blob, &t)
			return
		}
	}
	data, err := src.Repo.Blob(f.blob, maxText)
	if err != nil {
		r.mu.Lock()
		r.fault(src, f.ref, f.place, "cannot be read: "+err.Error())
		r.mu.Unlock()
		return
	}
	t = readText(r.in, data)
	r.keep(f.blob, &t)
	if r.in.Store == nil {
		return
	}
	if data, err := json.Marshal(&t); err == nil {
		_ = r.in.Store.Put(KeptText, key, data) // what is not kept is read again
	}
}

func (r *reader) keep(blob history.Hash, t *Text) {
	r.mu.Lock()
	r.texts[blob] = t
	r.mu.Unlock()
}

// readText reads a text, with the places of the whole file.
func readText(in *Input, data []byte) Text {
	meta, notes, body := parseFront(data)
	t := Text{Meta: meta, Notes: notes, Scan: in.Markdown.Scan(body), Sketch: sketch(body)}
	for i := range t.Scan.Links {
		t.Scan.Links[i].Line += meta.Line
	}
	for i := range t.Scan.Codes {
		t.Scan.Codes[i].Line += meta.Line
	}
	if t.Scan.Truncated {
		t.Notes = append(t.Notes, note{Line: 1, Rule: "long-text", Message: "the text is too long, and is shown in part",
			Hint: "cut it into several files"})
	}
	return t
}

// sortFaults orders by file, line, column, version, rule and message.
func sortFaults(faults []Fault) {
	slices.SortFunc(faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Repository, b.Repository), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Col, b.Col), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
}
