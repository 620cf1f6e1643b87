package gitrepo

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"daylight/generator/history"
)

// maxPeel bounds tags of tags of tags, and refs that lead to refs.
const maxPeel = 32

// Head gives the short name of the branch that is checked out, "" when HEAD is
// detached, and its commit: the zero Hash in a repository without commits.
func (r *Repo) Head() (branch string, tip history.Hash, err error) {
	line, err := readSmall(filepath.Join(r.gitDir, "HEAD"))
	if err != nil {
		return "", tip, fmt.Errorf("read HEAD: %w", err)
	}
	name, ok := strings.CutPrefix(strings.TrimSpace(string(line)), "ref:")
	if !ok {
		tip, err := parseHash(bytes.TrimSpace(line))
		if err != nil {
			return "", tip, fmt.Errorf("read HEAD: %w", err)
		}
		return "", tip, nil
	}
	name = strings.TrimSpace(name)
	branch, _ = strings.CutPrefix(name, "refs/heads/")
	refs, err := r.refs()
	if err != nil {
		return "", tip, err
	}
	if h, ok := refs.find(name); ok {
		tip = h
	}
	return clean(branch), tip, nil
}

// Branches lists local and remote branches by full name, sorted by it. A
// remote's HEAD is no branch and is left out; Resolve finds it.
func (r *Repo) Branches() ([]history.Ref, error) {
	refs, err := r.refs()
	if err != nil {
		return nil, err
	}
	var list []history.Ref
	for _, f := range refs.list {
		branch := strings.HasPrefix(f.name, "refs/heads/") || strings.HasPrefix(f.name, "refs/remotes/")
		if branch && f.symbolic == "" {
			list = append(list, history.Ref{Name: clean(f.name), Target: f.target})
		}
	}
	return list, nil
}

// Tags lists all tags, peeled, sorted by name. A tag whose object is damaged
// counts as one whose target is missing.
func (r *Repo) Tags() ([]history.Tag, error) {
	refs, err := r.refs()
	if err != nil {
		return nil, err
	}
	var tags []history.Tag
	err = r.with(func(rd *reader) error {
		for _, f := range refs.list {
			if name, ok := strings.CutPrefix(f.name, "refs/tags/"); ok {
				target := f.target
				if f.symbolic != "" {
					target, _ = refs.find(f.name)
				}
				tags = append(tags, rd.peel(clean(name), target))
			}
		}
		return nil
	})
	return tags, err
}

// peel follows a tag to what it names in the end.
func (rd *reader) peel(name string, target hash) history.Tag {
	tag := history.Tag{Name: name, Target: target, Kind: history.TargetMissing}
	for range maxPeel {
		kind, err := rd.kind(tag.Target)
		if err != nil {
			return tag
		}
		switch kind {
		case plumbing.CommitObject:
			tag.Kind = history.TargetCommit
			return tag
		case plumbing.TreeObject:
			tag.Kind = history.TargetTree
			return tag
		case plumbing.BlobObject:
			tag.Kind = history.TargetBlob
			return tag
		}
		o, err := rd.read(tag.Target, maxCommit)
		if err != nil {
			return tag
		}
		t, err := rd.parse.tag(tag.Target, o.data)
		if err != nil {
			return tag
		}
		if !tag.Annotated {
			tag.Annotated, tag.Tagger, tag.Message = true, t.tagger, t.message
		}
		tag.Target = t.target
	}
	return tag
}

// Shallow lists the commits whose parents a shallow clone lacks, sorted by id;
// none in a full clone.
func (r *Repo) Shallow() ([]history.Hash, error) {
	data, err := os.ReadFile(filepath.Join(r.commonDir, "shallow"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the border of the shallow clone: %w", err)
	}
	var border []history.Hash
	for line := range bytes.Lines(data) {
		if h, err := parseHash(bytes.TrimSpace(line)); err == nil {
			border = append(border, h)
		}
	}
	slices.SortFunc(border, func(a, b history.Hash) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(border), nil
}

// shallowSet is Shallow for looking up.
func (r *Repo) shallowSet() (map[hash]bool, error) {
	border, err := r.Shallow()
	set := make(map[hash]bool, len(border))
	for _, h := range border {
		set[h] = true
	}
	return set, err
}

// ref is a name and what it leads to.
type ref struct {
	name     string // full, as bytes on disk
	target   hash
	symbolic string // the ref that it stands for, or ""
}

// refList is all refs of a repository, sorted by name, each once.
type refList struct{ list []ref }

// refs reads all refs: the files below refs, and packed-refs, which they
// outrank. Everything is read once, since a repository has thousands of tags
// and packed-refs has no index. Broken refs are left out, as git does.
func (r *Repo) refs() (*refList, error) {
	packed, err := readPackedRefs(filepath.Join(r.commonDir, "packed-refs"))
	if err != nil {
		return nil, fmt.Errorf("read packed refs: %w", err)
	}
	list, err := readLooseRefs(r.commonDir)
	if err != nil {
		return nil, fmt.Errorf("read refs: %w", err)
	}
	// Loose ones come first among equals, so that compacting keeps them.
	list = append(list, packed...)
	slices.SortStableFunc(list, func(a, b ref) int { return strings.Compare(a.name, b.name) })
	list = slices.CompactFunc(list, func(a, b ref) bool { return a.name == b.name })
	return &refList{list}, nil
}

// find gives what a ref leads to in the end.
func (l *refList) find(name string) (hash, bool) {
	for range maxPeel {
		i, ok := slices.BinarySearchFunc(l.list, name, func(f ref, n string) int { return strings.Compare(f.name, n) })
		if !ok {
			return hash{}, false
		}
		if l.list[i].symbolic == "" {
			return l.list[i].target, true
		}
		name = l.list[i].symbolic
	}
	return hash{}, false
}

func readPackedRefs(file string) ([]ref, error) {
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var list []ref
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxPointer)
	for lines.Scan() {
		line := lines.Bytes()
		if len(line) < 42 || line[0] == '#' || line[0] == '^' || line[40] != ' ' {
			continue
		}
		if h, err := parseHash(line[:40]); err == nil {
			list = append(list, ref{name: string(bytes.TrimRight(line[41:], "\r")), target: h})
		}
	}
	return list, lines.Err()
}

// readLooseRefs reads the files below refs. They vanish at any time when git
// packs them, so a missing file is no error.
func readLooseRefs(dir string) ([]ref, error) {
	var list []ref
	err := filepath.WalkDir(filepath.Join(dir, "refs"), func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".lock") {
			return err
		}
		data, err := readSmall(path)
		if err != nil {
			return nil
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		f := ref{name: filepath.ToSlash(name)}
		data = bytes.TrimSpace(data)
		if target, ok := bytes.CutPrefix(data, []byte("ref:")); ok {
			f.symbolic = string(bytes.TrimSpace(target))
		} else if f.target, err = parseHash(data); err != nil {
			return nil
		}
		list = append(list, f)
		return nil
	})
	return list, err
}

// NotesRefs lists the refs below refs/notes/ by their short names, sorted.
func (r *Repo) NotesRefs() ([]string, error) {
	refs, err := r.refs()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, ref := range refs.list {
		if name, ok := strings.CutPrefix(ref.name, "refs/notes/"); ok {
			names = append(names, clean(name))
		}
	}
	slices.Sort(names)
	return names, nil
}
