package gitrepo

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"

	"daylight/generator/history"
)

// Commits gives every commit that the tips reach, each once. Tips may be tag
// objects. What is missing, or is no commit, is left out, and so is what only
// it leads to. The order is by committer date, newest first, then by id: the
// same whatever the number of cores. An object that is there and cannot be
// decoded is an error.
func (r *Repo) Commits(ctx context.Context, tips []history.Hash) ([]history.Commit, error) {
	w := &walk{seen: make(map[hash]struct{})}
	w.wake.L = &w.mu
	shallow, err := r.shallowSet()
	if err != nil {
		return nil, err
	}
	w.shallow = shallow
	for _, tip := range tips {
		w.push(tip)
	}
	parts := make(chan []history.Commit, r.readers)
	err = r.each(r.readers, func(rd *reader) error {
		part, err := w.work(ctx, rd)
		parts <- part
		return err
	})
	close(parts)
	if err != nil {
		return nil, err
	}
	var commits []history.Commit
	for part := range parts {
		commits = append(commits, part...)
	}
	return newestFirst(commits), nil
}

// newestFirst sorts by committer date and id. It sorts small keys and moves
// each commit, which is ten times as large, once.
func newestFirst(commits []history.Commit) []history.Commit {
	type key struct {
		when int64
		at   int
	}
	keys := make([]key, len(commits))
	for i := range commits {
		keys[i] = key{commits[i].Committer.When.Unix(), i}
	}
	slices.SortFunc(keys, func(a, b key) int {
		if c := cmp.Compare(b.when, a.when); c != 0 {
			return c
		}
		return bytes.Compare(commits[a.at].Hash[:], commits[b.at].Hash[:])
	})
	sorted := make([]history.Commit, len(commits))
	for i, k := range keys {
		sorted[i] = commits[k.at]
	}
	return sorted
}

// walk is what the readers of one call to Commits share: the commits that were
// met, and those that wait to be read. A reader goes along first parents by
// itself and leaves the other parents here, so that a linear history costs no
// handing over and a branchy one keeps all readers busy.
type walk struct {
	shallow map[hash]bool

	mu     sync.Mutex
	wake   sync.Cond
	seen   map[hash]struct{}
	todo   []hash
	busy   int
	failed bool
}

// push notes a commit to read, unless it was met before.
func (w *walk) push(h hash) {
	if _, ok := w.seen[h]; !ok {
		w.seen[h] = struct{}{}
		w.todo = append(w.todo, h)
	}
}

// next gives a commit to start from. It waits for other readers to find one,
// and reports false when nobody is left who could.
func (w *walk) next() (hash, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.todo) == 0 && w.busy > 0 && !w.failed {
		w.wake.Wait()
	}
	if len(w.todo) == 0 || w.failed {
		return hash{}, false
	}
	h := w.todo[len(w.todo)-1]
	w.todo = w.todo[:len(w.todo)-1]
	w.busy++
	return h, true
}

// idle ends what next began.
func (w *walk) idle(failed bool) {
	w.mu.Lock()
	w.busy--
	w.failed = w.failed || failed
	w.mu.Unlock()
	w.wake.Broadcast()
}

// follow notes the parents of a commit, and gives the first that nobody met yet
// for the caller to read.
func (w *walk) follow(parents []history.Hash) (next hash, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, parent := range parents {
		if _, met := w.seen[parent]; met {
			continue
		}
		w.seen[parent] = struct{}{}
		if !ok {
			next, ok = parent, true
			continue
		}
		w.todo = append(w.todo, parent)
		w.wake.Signal()
	}
	return next, ok
}

// work reads commits until there are none left, or one cannot be read.
func (w *walk) work(ctx context.Context, rd *reader) ([]history.Commit, error) {
	var commits []history.Commit
	for {
		h, ok := w.next()
		if !ok {
			return commits, nil
		}
		for ok {
			err := ctx.Err()
			var c history.Commit
			if err == nil {
				c, err = rd.commit(h)
			}
			if errors.Is(err, ErrMissing) || errors.Is(err, errNotCommit) {
				break
			}
			if err != nil {
				w.idle(true)
				return nil, err
			}
			commits = append(commits, c)
			if w.shallow[c.Hash] {
				break
			}
			h, ok = w.follow(c.Parents)
		}
		w.idle(false)
	}
}

// errNotCommit: the object is a tree, a blob, or a tag of one.
var errNotCommit = errors.New("not a commit")

// commit reads a commit, through tag objects.
func (rd *reader) commit(h hash) (history.Commit, error) {
	for range maxPeel {
		o, err := rd.read(h, maxCommit)
		if err != nil {
			return history.Commit{}, readError("commit", h, err)
		}
		switch o.kind {
		case plumbing.CommitObject:
			return rd.parse.commit(h, o.data)
		case plumbing.TagObject:
			t, err := rd.parse.tag(h, o.data)
			if err != nil {
				return history.Commit{}, err
			}
			h = t.target
		default:
			return history.Commit{}, fmt.Errorf("read commit %s: it is a %s: %w", history.Hash(h), o.kind, errNotCommit)
		}
	}
	return history.Commit{}, fmt.Errorf("read commit %s: too many tags of tags: %w", history.Hash(h), errNotCommit)
}

// readError says what could not be read.
func readError(what string, h hash, err error) error {
	return fmt.Errorf("read %s %s: %w", what, history.Hash(h), err)
}
