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
	shallow, err := r.shallowSet()
	if err != nil {
		return nil, err
	}
	w := &walk{shallow: shallow, seen: make(map[hash]struct{}), busy: r.readers}
	w.wake.L = &w.mu
	w.todo = w.follow(tips, nil)
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
// met, and those that wait to be read. Each reader has a list of its own to work
// off, first parents first, and shares half of it now and then. Handing over
// every second parent costs more than reading it, where half of the commits are
// merges.
type walk struct {
	shallow map[hash]bool

	mu      sync.Mutex
	wake    sync.Cond
	seen    map[hash]struct{}
	todo    []hash
	busy    int // readers that have something to read, or are about to ask
	waiting int // readers that have nothing
	failed  bool
	read    [][]history.Commit // full blocks, and what each reader had at its end
}

const (
	// blockSize is how many commits a reader keeps before it hands them over:
	// lists that grow by doubling would take twice the memory.
	blockSize = 1024
	// shareAt is how long a reader's own list gets before it is shared.
	shareAt = 64
)

// claim notes a commit that is read already. It reports false when it was met
// before.
func (w *walk) claim(h hash) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, met := w.seen[h]
	w.seen[h] = struct{}{}
	return !met
}

// next gives a reader that has nothing something to read. It waits for others
// to share, and gives none when nobody is left who could.
func (w *walk) next() []hash {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy--
	w.waiting++
	for len(w.todo) == 0 && w.busy > 0 && !w.failed {
		w.wake.Wait()
	}
	w.waiting--
	if len(w.todo) == 0 || w.failed {
		w.wake.Broadcast()
		return nil
	}
	w.busy++
	n := max(len(w.todo)-shareAt, 0)
	taken := slices.Clone(w.todo[n:])
	w.todo = w.todo[:n]
	return taken
}

// follow adds the parents that nobody met yet to a reader's own list, so that
// the first parent is read next. When the list is long and somebody waits, it
// shares the half that would be read last.
func (w *walk) follow(parents []history.Hash, own []hash) []hash {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, parent := range slices.Backward(parents) {
		if _, met := w.seen[parent]; !met {
			w.seen[parent] = struct{}{}
			own = append(own, parent)
		}
	}
	if len(own) >= shareAt && w.waiting > 0 {
		half := len(own) / 2
		w.todo = append(w.todo, own[:half]...)
		own = append(own[:0], own[half:]...)
		w.wake.Signal()
	}
	return own
}

// work reads commits until there are none left, or one cannot be read.
func (w *walk) work(ctx context.Context, rd *reader) error {
	var block []history.Commit
	for own := w.next(); len(own) > 0; {
		h := own[len(own)-1]
		own = own[:len(own)-1]
		c, err := w.one(ctx, rd, h)
		switch {
		case errors.Is(err, ErrMissing) || errors.Is(err, errNotCommit):
		case err != nil:
			w.fail()
			return err
		case c.Hash != h && !w.claim(c.Hash): // a tag object of a commit that was met
		default:
			if len(block) == cap(block) {
				w.hand(block)
				block = make([]history.Commit, 0, blockSize)
			}
			block = append(block, c)
			if !w.shallow[c.Hash] {
				own = w.follow(c.Parents, own)
			}
		}
		if len(own) == 0 {
			own = w.next()
		}
	}
	w.hand(block)
	return nil
}

// one reads a commit, unless the context has ended.
func (w *walk) one(ctx context.Context, rd *reader, h hash) (history.Commit, error) {
	if err := ctx.Err(); err != nil {
		return history.Commit{}, err
	}
	return rd.commit(h)
}

// fail ends the walk for all readers.
func (w *walk) fail() {
	w.mu.Lock()
	w.busy--
	w.failed = true
	w.mu.Unlock()
	w.wake.Broadcast()
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
