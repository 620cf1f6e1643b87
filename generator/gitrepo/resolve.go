package gitrepo

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"daylight/generator/history"
)

// shortest is the least number of digits of a short id, as in git.
const shortest = 4

// Resolve gives the commit that a name means: HEAD, a full or a short ref name
// (a tag before a branch, as in git), or a commit's id or the beginning of one.
// Tags are peeled. The error is ErrNotFound, or ErrAmbiguous for a short id that
// fits several commits.
func (r *Repo) Resolve(name string) (history.Hash, error) {
	refs, err := r.refs()
	if err != nil {
		return history.Hash{}, err
	}
	if name == "HEAD" || name == "@" {
		_, tip, err := r.Head()
		if err != nil || !tip.IsZero() {
			return tip, err
		}
		return tip, fmt.Errorf("resolve HEAD: the repository has no commits: %w", ErrNotFound)
	}
	var found history.Hash
	err = r.with(func(rd *reader) error {
		if id, err := parseHash([]byte(strings.ToLower(name))); err == nil {
			found, err = rd.commitID(id)
			return err
		}
		for _, form := range []string{"%s", "refs/%s", "refs/tags/%s", "refs/heads/%s", "refs/remotes/%s", "refs/remotes/%s/HEAD"} {
			full := fmt.Sprintf(form, name)
			if target, ok := refs.find(full); ok && strings.HasPrefix(full, "refs/") {
				found, err = rd.commitID(target)
				return err
			}
		}
		found, err = rd.shortID(strings.ToLower(name))
		return err
	})
	switch {
	case errors.Is(err, ErrMissing):
		return history.Hash{}, fmt.Errorf("resolve %s: %w: %w", name, ErrNotFound, err)
	case errors.Is(err, errNotCommit):
		return history.Hash{}, fmt.Errorf("resolve %s: %w: %w", name, ErrNotFound, err)
	case err != nil:
		return history.Hash{}, fmt.Errorf("resolve %s: %w", name, err)
	}
	return found, nil
}

// commitID peels an id to the commit that it names.
func (rd *reader) commitID(h hash) (history.Hash, error) {
	c, err := rd.commit(h)
	return c.Hash, err
}

// shortID finds the one commit whose id, or tag object's id, begins with these
// digits. Trees and blobs do not count.
func (rd *reader) shortID(digits string) (history.Hash, error) {
	low, high, ok := idRange(digits)
	if !ok {
		return history.Hash{}, ErrNotFound
	}
	var ids []hash
	packs, _ := rd.store.packList(false)
	for _, p := range packs {
		ids = p.withPrefix(low, high, ids)
	}
	for _, dir := range rd.store.dirs {
		ids = looseWithPrefix(dir, digits, ids)
	}
	var commits []history.Hash
	for _, id := range ids {
		kind, err := rd.kind(id)
		if err != nil || kind != plumbing.CommitObject && kind != plumbing.TagObject {
			continue
		}
		if c, err := rd.commitID(id); err == nil && !slices.Contains(commits, c) {
			commits = append(commits, c)
		}
	}
	switch len(commits) {
	case 0:
		return history.Hash{}, ErrNotFound
	case 1:
		return commits[0], nil
	}
	return history.Hash{}, fmt.Errorf("it begins the ids of %d commits: %w", len(commits), ErrAmbiguous)
}

// idRange gives the least and the greatest id with these first digits.
func idRange(digits string) (low, high hash, ok bool) {
	if len(digits) < shortest || len(digits) >= 40 {
		return low, high, false
	}
	pad := func(c string) (h hash, err error) {
		_, err = hex.Decode(h[:], []byte(digits+strings.Repeat(c, 40-len(digits))))
		return h, err
	}
	low, err := pad("0")
	if err != nil {
		return low, high, false
	}
	high, err = pad("f")
	return low, high, err == nil
}

// looseWithPrefix adds the ids of loose objects to ids.
func looseWithPrefix(dir, digits string, ids []hash) []hash {
	files, err := os.ReadDir(filepath.Join(dir, digits[:2]))
	if err != nil {
		return ids
	}
	for _, f := range files {
		if name := digits[:2] + f.Name(); strings.HasPrefix(name, digits) {
			if h, err := parseHash([]byte(name)); err == nil {
				ids = append(ids, h)
			}
		}
	}
	return ids
}
