package collect

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/generator/deploylog"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// maxLog bounds a file of deployment records.
const maxLog = 64 << 20

// readDeployments asks every source, in the order of the configuration, and
// joins what they say: one event from two sources is one record.
func (c *collector) readDeployments(ctx context.Context) error {
	var all []ledger.Record
	for n, s := range inOrder(c.opt.Deployments) {
		r, of := c.of(s.Repository), c.of(s.Of)
		if r == nil || of == nil || r.in.Elsewhere {
			continue
		}
		reader, ok := deploylog.ByName(s.From)
		if !ok {
			return fmt.Errorf("read deployments: no reader %q", s.From)
		}
		in, err := c.deploymentInput(ctx, s, r, of)
		if err != nil {
			return err
		}
		in.Moving.Others = all
		if c.opt.Part { // whoever joins the parts has the other sources
			in.Moving.Defer = func(p deploylog.Pointer) bool { return c.deferPointer(p, n) }
		}
		records, releases, problems := deploylog.ReadAll(reader, in)
		c.problems = append(c.problems, problems...)
		c.declare(releases)
		for i := range records {
			record := &records[i]
			c.settle(record)
			if !c.names.hidden[record.Environment] {
				record.Order += n << sourceShift
				all = append(all, *record)
			}
		}
	}
	if c.records = all; !c.opt.Part { // else whoever joins the parts merges
		c.records = deploylog.Merge(all)
	}
	return c.fetchRevisions(ctx)
}

// sourceShift makes room for the records of one source (at most a million), so
// that the place of a record does not depend on how many the sources before it
// have.
const sourceShift = 20

// inOrder puts the refs that move behind the sources that have dates of their
// own: they are compared with them.
func inOrder(list []DeploymentSource) []DeploymentSource {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b DeploymentSource) int { return rankOf(a) - rankOf(b) })
	return list
}

func rankOf(s DeploymentSource) int {
	if s.From == "branch" || s.From == "tag" {
		return 1
	}
	return 0
}

// settle gives a record the names of the configuration, and one that names no
// component the first: another source may name it.
func (c *collector) settle(record *ledger.Record) {
	record.Environment = c.names.canonical(record.Environment)
	of := c.of(record.Repository)
	switch {
	case of == nil:
	case record.Component != "":
		record.Component = of.component(string(record.Component))
	case len(of.in.Components) > 0:
		record.Component = of.in.Components[0].Name
	default:
		record.Component = ledger.ComponentName(of.in.Name)
	}
}

// declare keeps the releases that a source declares.
func (c *collector) declare(releases []ledger.DeclaredRelease) {
	for _, d := range releases {
		d.Environment = c.names.canonical(d.Environment)
		if !c.names.hidden[d.Environment] {
			c.releases = append(c.releases, d)
		}
	}
}

func (c *collector) deploymentInput(ctx context.Context, s DeploymentSource, r, of *reading) (deploylog.Input, error) {
	in := deploylog.Input{
		Repository: r.in.Name, Of: of.in.Name, Resolve: of.resolver(),
		CommitDate: func(h history.Hash) time.Time {
			if i, ok := of.line.index[h]; ok {
				return of.line.commits[i].Committer.When
			}
			return time.Time{}
		},
		Pattern: s.Pattern, Environment: s.Environment, Component: s.Component, Environments: s.Environments,
		Zone: s.Zone, Since: s.Since, Until: s.Until, Guessed: s.Guessed, Elsewhere: c.elsewhere, Defer: c.deferred,
	}
	var err error
	switch s.From {
	case "tags":
		moves := c.movingTags(r)
		in.Tags = slices.DeleteFunc(slices.Clone(r.tags), func(t history.Tag) bool { return moves(t.Name) })
	case "notes":
		if in.Notes, err = r.in.Repo.Notes(ctx, s.Ref); err != nil {
			return in, fmt.Errorf("read notes %q of %s: %w", s.Ref, r.in.Name, err)
		}
	case "files":
		in.Format, in.Query = s.Format, s.Query
		in.Files, err = r.logFiles(ctx, s.Files)
	case "gitops":
		if s.Value == deploylog.NotedRevision {
			ref := cmp.Or(s.Ref, deploylog.HydratorNotes)
			if in.Notes, err = r.in.Repo.Notes(ctx, ref); err != nil {
				return in, fmt.Errorf("read notes %q of %s: %w", ref, r.in.Name, err)
			}
		}
		in.Desired, err = c.desired(ctx, s, r, of)
	case "branch", "tag":
		in.Moving, err = c.moving(s, r)
	case "trailers":
		in.Messages = r.deploymentMessages()
	}
	return in, err
}

// deploymentTags reports which tags a configured or guessed source takes for
// deployments, so that they are not taken for versions too.
func (c *collector) deploymentTags(r *reading) func(tag string) bool {
	var claims []func(string) bool
	for _, s := range c.opt.Deployments {
		if s.From != "tags" || c.of(s.Repository) != r {
			continue
		}
		in := deploylog.Input{Pattern: s.Pattern, Environments: s.Environments, Zone: s.Zone, Guessed: s.Guessed}
		if claim, err := in.Claims(); err == nil { // the reader itself reports a pattern that cannot be used
			claims = append(claims, claim)
		}
	}
	claims = append(claims, c.movingTags(r))
	return func(tag string) bool {
		return slices.ContainsFunc(claims, func(claim func(string) bool) bool { return claim(tag) })
	}
}

// logFiles reads the files of records at the tip, with the date at which history
// first held each of their lines.
func (r *reading) logFiles(ctx context.Context, globs []string) ([]deploylog.File, error) {
	if r.tip.IsZero() {
		return nil, nil
	}
	files, err := r.in.Repo.Files(ctx, r.tip, func(path string) bool { return matchAny(globs, path) })
	if err != nil {
		return nil, fmt.Errorf("list files of %s: %w", r.in.Name, err)
	}
	old := r.versionsOf(files)
	var out []deploylog.File
	for _, f := range files {
		data, err := r.in.Repo.Blob(f.Blob, maxLog)
		if err != nil {
			r.problem(ledger.Problem{
				Origins: []ledger.Origin{{Repository: r.in.Name, File: f.Path}}, Rule: "unreadable-file", Level: ledger.LevelWarning,
				Message: "cannot read these deployment records: " + err.Error(), Hint: "a file of records has at most 64 MB",
			})
			continue
		}
		file := deploylog.File{Path: f.Path, Commit: ledger.Hash(r.tip), Data: data}
		file.FirstSeen = r.firstSeen(f.Path, old[f.Path], data)
		out = append(out, file)
	}
	return out, nil
}

// fileVersion is a file as a mainline commit left it.
type fileVersion struct {
	place int32
	blob  history.Hash
}

// versionsOf lists what each of the files was on the mainline, oldest first.
func (r *reading) versionsOf(files []history.File) map[string][]fileVersion {
	out := make(map[string][]fileVersion, len(files))
	for _, f := range files {
		out[f.Path] = nil
	}
	for place, i := range r.line.mainline {
		for _, c := range r.changes[i] {
			if list, wanted := out[c.Path]; wanted && !c.New.IsZero() {
				out[c.Path] = append(list, fileVersion{int32(place), c.New})
			}
		}
	}
	return out
}

// maxSeenBytes bounds what is read to date the lines of one file: an append-only
// log is read once for each commit that added to it.
const maxSeenBytes = 512 << 20

// firstSeen dates each line of a file by the mainline commit that first had it.
func (r *reading) firstSeen(path string, versions []fileVersion, data []byte) []time.Time {
	missing := map[string]int{} // line -> its place in the result, while it is not dated
	var out []time.Time
	same := map[int]int{} // a line that occurs twice -> where it is dated
	for text := range strings.Lines(string(data)) {
		text = strings.TrimSpace(text)
		if first, twice := missing[text]; twice {
			same[len(out)] = first
		} else {
			missing[text] = len(out)
		}
		out = append(out, time.Time{})
	}
	budget := maxSeenBytes
	for _, v := range versions {
		if len(missing) == 0 {
			break
		}
		old, err := r.in.Repo.Blob(v.blob, maxLog)
		if err != nil {
			continue // what is missing dates nothing
		}
		if budget -= len(old); budget < 0 {
			r.problem(ledger.Problem{
				Origins: []ledger.Origin{{Repository: r.in.Name, File: path}}, Rule: "long-history", Level: ledger.LevelInfo,
				Message: "this file is too long, and has too many versions, to date its lines by them", Hint: `give each record its time: "at"`,
			})
			break
		}
		for text := range strings.Lines(string(old)) {
			text = strings.TrimSpace(text)
			if at, there := missing[text]; there {
				out[at] = r.line.commits[r.line.mainline[v.place]].Committer.When
				delete(missing, text)
			}
		}
	}
	for at, first := range same {
		out[at] = out[first]
	}
	return out
}

// resolver finds the commit that a record's ref means: a full id, a tag, a
// version without its prefix, or the first digits of an id.
func (r *reading) resolver() func(ref string) deploylog.Resolution {
	tags := map[string]ledger.Hash{}
	for _, t := range r.tags {
		if t.Kind == history.TargetCommit {
			tags[t.Name] = ledger.Hash(t.Target)
		}
	}
	l := r.line // later commits are not what a record could have meant
	return deploylog.Resolver(tags, r.facts.Versions, func(digits string) deploylog.Resolution { return shortID(l, digits) })
}

// shortID finds a commit by at least the four digits that git asks for.
func shortID(l *line, digits string) deploylog.Resolution {
	if len(digits) < 4 {
		return deploylog.Resolution{}
	}
	i, found, several := l.withPrefix(digits, nil)
	switch {
	case several:
		return deploylog.Resolution{State: deploylog.Ambiguous}
	case !found:
		return deploylog.Resolution{}
	}
	return deploylog.Resolution{State: deploylog.Resolved, Hash: ledger.Hash(l.commits[i].Hash)}
}

// fetchRevisions reads the deployed commits that no branch and no tag reaches
// any more; what is not in the clone stays unresolved.
func (c *collector) fetchRevisions(ctx context.Context) error {
	missing := map[*reading][]history.Hash{}
	for _, d := range c.records {
		r := c.of(d.Repository)
		if r == nil || d.Revision.IsZero() || r.in.Elsewhere {
			continue
		}
		if _, ok := r.line.index[history.Hash(d.Revision)]; !ok {
			missing[r] = append(missing[r], history.Hash(d.Revision))
		}
	}
	for _, r := range c.readings {
		if len(missing[r]) == 0 {
			continue
		}
		more, err := r.in.Repo.Commits(ctx, missing[r])
		if err != nil {
			return fmt.Errorf("read deployed commits of %s: %w", r.in.Name, err)
		}
		r.extend(more)
	}
	return nil
}
