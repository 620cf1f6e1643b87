package collect

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// reading is one repository while its facts are put together.
type reading struct {
	in       Repository
	branch   string
	tip      history.Hash
	tags     []history.Tag
	shallow  []history.Hash
	line     *line
	messages []Message // per commit
	mailmap  Mailmap

	keep    []bool                 // commits that the facts hold: what mainline, versions and deployments reach
	changes [][]history.PathChange // per commit, of those that were compared
	unread  map[history.Hash]error // why a diff could not be read
	heads   []history.Hash         // of all branches

	landedOf    *line // that the next two were made for: see landed
	landedFirst []int32
	landedList  []int32

	lineDates []time.Time // see datesOfLine

	foreign bool // components run from here whose code is elsewhere

	facts    ledger.Repository
	problems []ledger.Problem
}

// open reads the names and the graph of a repository.
func open(ctx context.Context, in Repository) (*reading, error) {
	r := &reading{in: in, unread: map[history.Hash]error{}}
	var err error
	if r.branch, r.tip, err = mainlineOf(in); err != nil {
		return nil, err
	}
	if r.tags, err = in.Repo.Tags(); err != nil {
		return nil, fmt.Errorf("read tags of %s: %w", in.Name, err)
	}
	if r.shallow, err = in.Repo.Shallow(); err != nil {
		return nil, fmt.Errorf("read the shallow border of %s: %w", in.Name, err)
	}
	tips := []history.Hash{r.tip}
	for _, t := range r.tags {
		if t.Kind == history.TargetCommit {
			tips = append(tips, t.Target)
		}
	}
	branches, err := in.Repo.Branches()
	if err != nil {
		return nil, fmt.Errorf("read branches of %s: %w", in.Name, err)
	}
	for _, b := range branches {
		r.heads = append(r.heads, b.Target)
	}
	tips = append(tips, r.heads...)
	commits, err := in.Repo.Commits(ctx, tips)
	if err != nil {
		return nil, fmt.Errorf("read commits of %s: %w", in.Name, err)
	}
	r.number(commits)
	r.readMailmap(ctx)
	return r, r.compare(ctx, r.line.mainline)
}

// number puts the commits into the order of their ids, which everything after
// relies on, and takes along what is known of those that were there before.
func (r *reading) number(commits []history.Commit) {
	order := make([]int32, len(commits))
	for i := range order {
		order[i] = int32(i)
	}
	compare := func(a, b int32) int { return bytes.Compare(commits[a].Hash[:], commits[b].Hash[:]) }
	slices.SortFunc(order, compare)
	order = slices.CompactFunc(order, func(a, b int32) bool { return compare(a, b) == 0 })
	sorted := make([]history.Commit, len(order))
	for n, i := range order {
		sorted[n] = commits[i]
	}
	old, messages, changes := r.line, r.messages, r.changes
	r.line = newLine(sorted, r.tip)
	r.messages, r.changes = make([]Message, len(sorted)), make([][]history.PathChange, len(sorted))
	known := make([]bool, len(sorted))
	if old != nil {
		for i := range old.commits {
			at := r.line.index[old.commits[i].Hash]
			r.messages[at], r.changes[at], known[at] = messages[i], changes[i], true
		}
	}
	r.parseMessages(known)
}

// extend adds commits that no name reaches.
func (r *reading) extend(more []history.Commit) {
	if len(more) > 0 {
		r.number(append(r.line.commits, more...))
	}
}

// compare reads what commits touched, compared with their first parents.
func (r *reading) compare(ctx context.Context, wanted []int32) error {
	commits := make([]history.Commit, len(wanted))
	failed := make([]error, len(wanted))
	for n, i := range wanted {
		commits[n] = r.line.commits[i]
	}
	err := r.in.Repo.Diffs(ctx, commits, func(n int, changes []history.PathChange, err error) {
		r.changes[wanted[n]], failed[n] = changes, err
	})
	if err != nil {
		return fmt.Errorf("compare the commits of %s with their parents: %w", r.in.Name, err)
	}
	for n, err := range failed {
		if err == nil {
			continue
		}
		h := commits[n].Hash
		r.unread[h] = err
		if slices.Contains(r.shallow, h) {
			continue // package ledger says once that the clone is shallow
		}
		r.problem(ledger.Problem{
			Origins: []ledger.Origin{{Repository: r.in.Name, Commit: ledger.Hash(h)}},
			Rule:    "missing-object", Level: ledger.LevelWarning,
			Message: "cannot tell what this commit touched: " + err.Error(),
			Hint:    "fetch the missing objects: git fetch --refetch",
		})
	}
	return nil
}

// unreadAt reports whether what commit i touched is unknown.
func (r *reading) unreadAt(i int32) bool {
	return len(r.unread) > 0 && r.unread[r.line.commits[i].Hash] != nil
}

// mainlineOf finds the configured branch, here or on a remote, or the one that
// is checked out.
func mainlineOf(in Repository) (name string, tip history.Hash, err error) {
	head, tip, err := in.Repo.Head()
	if err != nil {
		return "", tip, fmt.Errorf("read HEAD of %s: %w", in.Name, err)
	}
	if in.Branch == "" || in.Branch == head {
		return head, tip, nil
	}
	branches, err := in.Repo.Branches()
	if err != nil {
		return "", tip, fmt.Errorf("read branches of %s: %w", in.Name, err)
	}
	for _, full := range []string{in.Branch, "refs/heads/" + in.Branch, "refs/remotes/origin/" + in.Branch} {
		for _, b := range branches {
			if b.Name == full {
				return in.Branch, b.Target, nil
			}
		}
	}
	return "", tip, &BranchError{Repository: in.Name, Branch: in.Branch}
}

// BranchError says that the configured mainline is not there.
type BranchError struct {
	Repository ledger.RepositoryName
	Branch     string
}

func (e *BranchError) Error() string {
	return fmt.Sprintf("find branch %q in %s: no such branch, here or on the remote origin", e.Branch, e.Repository)
}

// Hint tells what to do about it.
func (e *BranchError) Hint() string {
	return "set repository.branch in site.toml, or fetch the branch"
}

// parseMessages understands all messages, on every core: each commit has its
// own place, so that the order does not matter. Those that are
// known are understood already.
func (r *reading) parseMessages(known []bool) {
	commits := r.line.commits
	var g errgroup.Group
	for _, part := range chunks(len(commits), runtime.GOMAXPROCS(0)) {
		g.Go(func() error {
			for i := part[0]; i < part[1]; i++ {
				if known[i] {
					continue
				}
				r.messages[i] = ParseMessage(commits[i].Message, len(commits[i].Parents) > 1)
			}
			return nil
		})
	}
	_ = g.Wait() // no part returns an error
}

// chunks cuts n items into at most parts ranges of about equal length.
func chunks(n, parts int) [][2]int {
	var out [][2]int
	for i := range parts {
		if from, to := n*i/parts, n*(i+1)/parts; from < to {
			out = append(out, [2]int{from, to})
		}
	}
	return out
}

// maxMailmap bounds the .mailmap; the largest known has some 500 kB.
const maxMailmap = 8 << 20

func (r *reading) readMailmap(ctx context.Context) {
	if r.tip.IsZero() {
		return
	}
	files, err := r.in.Repo.Files(ctx, r.tip, func(path string) bool { return path == ".mailmap" })
	if err != nil || len(files) == 0 {
		return
	}
	data, err := r.in.Repo.Blob(files[0].Blob, maxMailmap)
	if err != nil {
		r.problem(ledger.Problem{
			Origins: []ledger.Origin{{Repository: r.in.Name, File: ".mailmap"}}, Rule: "unreadable-file", Level: ledger.LevelWarning,
			Message: "cannot read .mailmap: " + err.Error(), Hint: "fetch the missing objects: git fetch --refetch",
		})
		return
	}
	r.mailmap = ParseMailmap(data)
}

func (r *reading) problem(p ...ledger.Problem) { r.problems = append(r.problems, p...) }

// settle decides which commits are facts, once the revisions that matter are
// known, and reads what those off the mainline touched.
func (r *reading) settle(ctx context.Context, revisions []history.Hash) error {
	r.keep = r.line.reachable(append([]history.Hash{r.tip}, revisions...))
	var wanted []int32
	for i := range r.line.commits {
		if r.keep[i] && r.line.landing[i] == offMainline {
			wanted = append(wanted, int32(i))
		}
	}
	return r.compare(ctx, wanted)
}
