package facts

import (
	"encoding/hex"
	"fmt"
	"slices"

	"daylight/generator/deploylog"
	"daylight/generator/ledger"
)

// graph is a repository's commits in the order of their ids, as a part has them.
type graph struct {
	repo *ledger.Repository
	tags map[string]ledger.Hash
}

func compareCommits(a, b ledger.Commit) int { return ledger.CompareHashes(a.Hash, b.Hash) }

// at finds a commit.
func (g *graph) at(h ledger.Hash) (int, bool) {
	return slices.BinarySearchFunc(g.repo.Commits, h, func(c ledger.Commit, h ledger.Hash) int { return ledger.CompareHashes(c.Hash, h) })
}

// resolver follows refs into the repository as the reading of git does.
func (g *graph) resolver() func(ref string) deploylog.Resolution {
	return deploylog.Resolver(g.tags, g.repo.Versions, g.short)
}

// short finds a commit by at least the four digits that git asks for.
func (g *graph) short(digits string) deploylog.Resolution {
	var from ledger.Hash
	if len(digits) < 4 || len(digits) >= 2*len(from) {
		return deploylog.Resolution{}
	}
	if _, err := hex.Decode(from[:], []byte(digits + "0")[:(len(digits)+1)/2*2]); err != nil {
		return deploylog.Resolution{}
	}
	n, _ := g.at(from)
	fits := func(n int) bool {
		return n < len(g.repo.Commits) && g.repo.Commits[n].Hash.String()[:len(digits)] == digits
	}
	switch {
	case !fits(n):
		return deploylog.Resolution{}
	case fits(n + 1):
		return deploylog.Resolution{State: deploylog.Ambiguous}
	}
	return deploylog.Resolution{State: deploylog.Resolved, Hash: g.repo.Commits[n].Hash}
}

// reach marks what the tips reach.
func (g *graph) reach(marked []bool, tips ...ledger.Hash) {
	stack := slices.Clone(tips)
	for len(stack) > 0 {
		h := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n, ok := g.at(h); ok && !marked[n] {
			marked[n] = true
			stack = append(stack, g.repo.Commits[n].Parents...)
		}
	}
}

// mainline lists the first parents from the root to the tip.
func (g *graph) mainline() []int {
	var out []int
	n, ok := g.at(g.repo.Mainline)
	for ok {
		out = append(out, n)
		parents := g.repo.Commits[n].Parents
		if len(parents) == 0 {
			break
		}
		n, ok = g.at(parents[0])
	}
	slices.Reverse(out)
	return out
}

// landing gives each commit to the oldest mainline commit that reaches it, by its
// place in the mainline; -1 for none.
func (g *graph) landing(mainline []int) []int32 {
	out := make([]int32, len(g.repo.Commits))
	for n := range out {
		out[n] = -1
	}
	var stack []int
	for place, n := range mainline {
		stack = append(stack[:0], n)
		for len(stack) > 0 {
			n := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if out[n] >= 0 {
				continue
			}
			out[n] = int32(place)
			for _, p := range g.repo.Commits[n].Parents {
				if m, ok := g.at(p); ok {
					stack = append(stack, m)
				}
			}
		}
	}
	return out
}

// checkGraph refuses what git cannot have made: a commit that comes twice, and
// one that is its own ancestor. parents are places, -1 for none.
func checkGraph(repo *ledger.Repository, parents [][]int32) error {
	for n := 1; n < len(repo.Commits); n++ {
		if repo.Commits[n-1].Hash == repo.Commits[n].Hash {
			return fmt.Errorf("commit %s of repository %q comes twice", repo.Commits[n].Hash.Short(), repo.Name)
		}
	}
	children := make([]int32, len(parents))
	for _, list := range parents {
		for _, p := range list {
			if p >= 0 {
				children[p]++
			}
		}
	}
	var ready []int32
	for n, count := range children {
		if count == 0 {
			ready = append(ready, int32(n))
		}
	}
	done := 0
	for ; len(ready) > 0; done++ {
		n := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		for _, p := range parents[n] {
			if p < 0 {
				continue
			}
			if children[p]--; children[p] == 0 {
				ready = append(ready, p)
			}
		}
	}
	if done < len(parents) {
		return fmt.Errorf("a commit of repository %q is its own ancestor", repo.Name)
	}
	return nil
}
