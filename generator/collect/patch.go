package collect

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"

	"daylight/generator/history"
)

// Bounds on the search for equal patches, which costs a reading of files each.
const (
	maxPatchFiles = 200     // of one patch; larger ones are imports and renames of trees
	maxPatches    = 4096    // that are made for one repository
	maxBranch     = 500     // commits of a branch that was squashed
	maxPatchBytes = 4 << 20 // of all files of one patch, before and after
	patchContext  = 3       // lines around an edit that belong to the patch, as git has it
)

// patchID is the hash of a patch without line numbers and white space, in the
// manner of git-patch-id(1). The zero patchID equals no other.
type patchID [sha256.Size]byte

// patcher makes patch ids, each once.
type patcher struct {
	r    *reading
	made int
	ids  map[[2]history.Hash]patchID // by trees
}

func newPatcher(r *reading) *patcher { return &patcher{r: r, ids: map[[2]history.Hash]patchID{}} }

// pathsKey tells patches apart that touch different files, which is free.
func pathsKey(changes []history.PathChange) string {
	var b strings.Builder
	for _, c := range changes {
		b.WriteString(c.Path)
		b.WriteByte(0)
	}
	return b.String()
}

// id gives the patch of a commit whose changes are known, or the zero id where
// it is empty, too large, or cannot be read. before and after name the trees.
func (p *patcher) id(before, after history.Hash, changes []history.PathChange) patchID {
	key := [2]history.Hash{before, after}
	if id, ok := p.ids[key]; ok {
		return id
	}
	var id patchID
	if len(changes) > 0 && len(changes) <= maxPatchFiles && p.made < maxPatches {
		p.made++
		h := sha256.New()
		if p.write(h, changes) {
			h.Sum(id[:0])
		}
	}
	p.ids[key] = id
	return id
}

// write writes the patch in its normal form; false when it says nothing, or
// something of it cannot be read.
func (p *patcher) write(w io.Writer, changes []history.PathChange) bool {
	some, budget := false, maxPatchBytes
	for _, c := range changes {
		if c.Old == c.New {
			continue // a change of mode
		}
		some = true
		before, okBefore := p.blob(c.Old, &budget)
		after, okAfter := p.blob(c.New, &budget)
		if !okBefore || !okAfter {
			return false
		}
		fmt.Fprintf(w, "file %q\n", c.Path)
		if !isText(before) || !isText(after) {
			fmt.Fprintf(w, "binary %s %s\n", c.Old, c.New)
			continue
		}
		diffText(before, after).write(w)
	}
	return some
}

func (p *patcher) blob(h history.Hash, budget *int) ([]byte, bool) {
	if h.IsZero() {
		return nil, true
	}
	data, err := p.r.in.Repo.Blob(h, int64(max(*budget, 0)))
	*budget -= len(data)
	return data, err == nil
}

// write writes the edits with the lines around them.
func (d textDiff) write(w io.Writer) {
	since := patchContext + 1 // unchanged lines since the last edit
	i, j := 0, 0
	put := func(sign, line string) { io.WriteString(w, sign+squeeze(line)+"\n") }
	for i < len(d.old) || j < len(d.young) {
		removed, added := i < len(d.old) && d.removed[i], j < len(d.young) && d.added[j]
		if !removed && !added {
			if since < patchContext {
				put(" ", d.old[i])
			}
			since++
			i++
			j++
			continue
		}
		for n := min(i, patchContext, since-patchContext); n > 0; n-- {
			put(" ", d.old[i-n])
		}
		since = 0
		for ; i < len(d.old) && d.removed[i]; i++ {
			put("-", d.old[i])
		}
		for ; j < len(d.young) && d.added[j]; j++ {
			put("+", d.young[j])
		}
	}
}

// squeeze drops white space.
func squeeze(line string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\r' {
			return -1
		}
		return r
	}, line)
}

// tip is the end of a branch that was never merged, compared with the mainline
// commit that it last took in.
type tip struct {
	at      int32
	base    int32   // place on the mainline
	brings  []int32 // the other commits of the branch, ascending
	changes []history.PathChange
}

// branchTips lists the ends of branches off the mainline which may have been
// squashed: deployed revisions and versions, and heads of branches that reach
// what was deployed.
func (r *reading) branchTips(ctx context.Context, revisions []history.Hash) ([]tip, error) {
	var tips []tip
	seen := map[int32]bool{}
	for _, h := range slices.Concat(revisions, r.heads) {
		i, ok := r.line.index[h]
		if !ok || seen[i] || r.line.landing[i] != offMainline || r.line.prefix[i] == offMainline {
			continue
		}
		seen[i] = true
		commits, ok := r.line.branch(i, maxBranch)
		if !ok || len(commits) < 2 || !slices.ContainsFunc(commits, func(x int32) bool { return r.keep[x] }) {
			continue // of one commit, the commit itself is compared
		}
		slices.Sort(commits)
		tips = append(tips, tip{at: i, base: r.line.prefix[i], brings: slices.DeleteFunc(commits, func(x int32) bool { return x == i })})
	}
	slices.SortFunc(tips, func(a, b tip) int { return cmp.Compare(a.at, b.at) })
	// The whole branch is compared as if it were one commit on its base.
	squashed := make([]history.Commit, len(tips))
	for n, t := range tips {
		c := r.line.commits[t.at]
		squashed[n] = history.Commit{Hash: c.Hash, Tree: c.Tree, Parents: []history.Hash{r.line.commits[r.line.mainline[t.base]].Hash}}
	}
	err := r.in.Repo.Diffs(ctx, squashed, func(n int, changes []history.PathChange, err error) {
		if err == nil {
			tips[n].changes = changes
		}
	})
	if err != nil {
		return nil, fmt.Errorf("compare the branches of %s with the mainline: %w", r.in.Name, err)
	}
	return tips, nil
}
