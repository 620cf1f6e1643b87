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
	if err := r.each(r.readers, func(rd *reader) error { return w.work(ctx, rd) }); err != nil {
		return nil, err
	}
	return newestFirst(w.read), nil
}

// newestFirst sorts by committer date and id. It sorts small keys and moves
// each commit, which is ten times as large, once.
func newestFirst(blocks [][]history.Commit) []history.Commit {
	type key struct {
		when      int64
		block, at int32
	}
	var keys []key
	for b, block := range blocks {
		for i := range block {
			keys = append(keys, key{block[i].Committer.When.Unix(), int32(b), int32(i)})
		}
	}
	slices.SortFunc(keys, func(a, b key) int {
		if c := cmp.Compare(b.when, a.when); c != 0 {
			return c
		}
		return bytes.Compare(blocks[a.block][a.at].Hash[:], blocks[b.block][b.at].Hash[:])
	})
	sorted := make([]history.Commit, len(keys))
	for i, k := range keys {
		sorted[i] = blocks[k.block][k.at]
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
	read   [][]history.Commit // full blocks, and what each reader had at its end
}

// blockSize is how many commits a reader keeps before it hands them over: lists
// that grow by doubling would take twice the memory.
const blockSize = 1024

// push notes a commit to read, unless it was met before.
func (w *walk) push(h hash) {
	if _, ok := w.seen[h]; !ok {
		w.seen[h] = struct{}{}
		w.todo = append(w.todo, h)
	}
}

// claim notes a commit that is read already. It reports false when it was met
// before.
func (w *walk) claim(h hash) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, met := w.seen[h]
	w.seen[h] = struct{}{}
	return !met
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
func (w *walk) work(ctx context.Context, rd *reader) error {
	var block []history.Commit
	for {
		h, ok := w.next()
		if !ok {
			w.hand(block)
			return nil
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
			if err == nil && c.Hash != h && !w.claim(c.Hash) {
				break // h is a tag object, and its commit was met already
			}
			if err != nil {
				w.idle(true)
				return err
			}
			if len(block) == cap(block) {
				w.hand(block)
				block = make([]history.Commit, 0, blockSize)
			}
			block = append(block, c)
			if w.shallow[c.Hash] {
				break
			}
			h, ok = w.follow(c.Parents)
		}
		w.idle(false)
	}
}

// hand gives a block to the result.
func (w *walk) hand(block []history.Commit) {
	if len(block) > 0 {
		w.mu.Lock()
		w.read = append(w.read, block)
		w.mu.Unlock()
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
