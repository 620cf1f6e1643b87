package deploylog

import (
	"cmp"
	"slices"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// A declared release is a line among the deployments whose key "release" is an
// object. It names what people can see from then on, and says who they are:
//
//	{"release": {"version": "v1.4.0"}, "environment": "production", "percent": 25, "at": "2026-03-03T09:00:00Z"}
//
// The object has one of the keys "change" (a commit), "version" and "flag"; in a
// note it may be empty, and the change is then the one that the note hangs on.
// Without "percent" and "groups" everybody sees it; "groups" is a list of names,
// or a map from names to percentages. A text under "release" is a version that
// was deployed, as other systems write it, and no declared release.

// ReadAll asks a reader for all that its source says: deployments, and the
// releases that are declared among them. Releases are sorted by instant,
// environment, what they name, and place.
func ReadAll(reader Reader, in Input) ([]ledger.Record, []ledger.DeclaredRelease, []ledger.Problem) {
	var declared []ledger.DeclaredRelease
	in.declared = &declared
	records, problems := reader.Read(in)
	return records, MergeReleases(declared), problems
}

// MergeReleases makes one of the releases that several lines declare in the same
// way, with all their origins, and sorts them by instant, repository,
// environment, what they name, and share.
func MergeReleases(list []ledger.DeclaredRelease) []ledger.DeclaredRelease {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b ledger.DeclaredRelease) int {
		return cmp.Or(compareReleases(a, b), ledger.CompareOrigins(a.Origins[0], b.Origins[0]))
	})
	merged := out[:0]
	for _, d := range out {
		if n := len(merged); n > 0 && compareReleases(merged[n-1], d) == 0 {
			origins := append(slices.Clone(merged[n-1].Origins), d.Origins...)
			slices.SortFunc(origins, ledger.CompareOrigins)
			merged[n-1].Origins = slices.Compact(origins)
			continue
		}
		merged = append(merged, d)
	}
	return merged
}

// compareReleases orders by all that a release says; places do not count.
func compareReleases(a, b ledger.DeclaredRelease) int {
	return cmp.Or(
		a.At.At.Compare(b.At.At), cmp.Compare(a.Repository, b.Repository), cmp.Compare(a.Environment, b.Environment),
		ledger.CompareHashes(a.Commit, b.Commit), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Flag, b.Flag),
		cmp.Compare(a.Percent.Lo, b.Percent.Lo), cmp.Compare(a.Percent.Hi, b.Percent.Hi),
		slices.CompareFunc(a.Groups, b.Groups, func(x, y ledger.GroupShare) int {
			return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Percent.Lo, y.Percent.Lo))
		}),
		cmp.Compare(a.At.Basis, b.At.Basis),
	)
}

// releaseKey is the object that makes a line a declared release, nil without.
func (e event) releaseKey() *decode.Node {
	if n := e.fields["release"]; n.Is(decode.Map) {
		return n
	}
	return nil
}

// release takes a line that declares a release, and reports whether it is one.
func (r *reading) release(e event) bool {
	named := e.releaseKey()
	if named == nil {
		return false
	}
	if r.declared == nil {
		return true // the caller wants deployments only
	}
	env, _ := e.fields.text("environment")
	env = cmp.Or(env, string(r.Environment))
	if env == "" {
		r.report(ledger.LevelWarning, "no-environment", &e.origin, `add "environment" to the record`, "a declared release names no environment")
		return true
	}
	if !r.allowed(ledger.EnvironmentName(env)) || r.Guessed && !knownEnvironment(env) {
		return true
	}
	d := ledger.DeclaredRelease{Repository: r.of(), Environment: ledger.EnvironmentName(env), Origins: []ledger.Origin{e.origin}}
	var ok bool
	if d.At, ok = r.releaseTime(e); !ok || !r.within(d.At.At) {
		return true
	}
	if r.releaseNames(&d, e, named) && r.releaseShare(&d, e) {
		*r.declared = append(*r.declared, d)
	}
	return true
}

// releaseTime is the instant that the line states, else when it was first seen.
func (r *reading) releaseTime(e event) (ledger.When, bool) {
	for _, key := range []string{"at", "finished_at", "started_at"} {
		if t := r.time(e, key); !t.IsZero() {
			return ledger.When{At: t, Basis: ledger.BasisDeclared}, true
		}
	}
	if !e.firstSeen.IsZero() {
		return ledger.When{At: e.firstSeen.UTC(), Basis: ledger.BasisFirstSeen}, true
	}
	r.report(ledger.LevelWarning, "release-without-time", &e.origin, `add "at" to the record`, "nothing tells when a release was")
	return ledger.When{}, false
}

// releaseNames finds what is released; false when nothing is.
func (r *reading) releaseNames(d *ledger.DeclaredRelease, e event, named *decode.Node) bool {
	const hint = `write {"release": {"version": "v1.4.0"}}, or "change" or "flag" in place of "version"`
	value := map[string]string{}
	for _, entry := range named.Entries {
		key := fold(entry.Key)
		text, ok := entry.Value.Scalar()
		text = strings.TrimSpace(text)
		if key != "change" && key != "version" && key != "flag" {
			more := hint
			if near := decode.Nearest(key, []string{"change", "version", "flag"}); near != "" {
				more = "did you mean " + near + "?"
			}
			r.report(ledger.LevelWarning, "unknown-key", e.at(entry.Value), more, "unknown key %s in a declared release", short(entry.Key))
			continue
		}
		if !ok || text == "" {
			r.report(ledger.LevelWarning, "unreadable", e.at(entry.Value), hint, "the %s of a declared release is no text", key)
			return false
		}
		value[key] = text
	}
	switch {
	case len(value) > 1:
		r.report(ledger.LevelWarning, "unclear-release", &e.origin, "write a line for each", "a declared release names more than one thing")
		return false
	case value["version"] != "":
		d.Version = ledger.VersionName(value["version"])
	case value["flag"] != "":
		d.Flag = ledger.FlagKey(value["flag"])
	case value["change"] != "":
		return r.releaseChange(d, e, value["change"], named.Get("change"))
	case !e.target.IsZero() && len(named.Entries) == 0:
		d.Commit = e.target
	default:
		r.report(ledger.LevelWarning, "unclear-release", &e.origin, hint, "a declared release names nothing")
		return false
	}
	return true
}

func (r *reading) releaseChange(d *ledger.DeclaredRelease, e event, ref string, n *decode.Node) bool {
	found, waits := r.defers(Pending{Repository: r.of(), Refs: []string{ref}, Kind: PendingRelease, Ref: ref, Origin: *e.at(n)})
	if !waits {
		found = r.resolve(ref)
	}
	switch found.State {
	case Resolved:
		d.Commit = found.Hash
		return true
	case Ambiguous:
		r.report(ledger.LevelWarning, "ambiguous-revision", e.at(n), "write more digits of the commit", "%s means more than one commit", short(ref))
	default:
		r.report(ledger.LevelWarning, "unresolved-revision", e.at(n), "fetch all branches and tags: git fetch --unshallow --tags", "%s is no commit of the repository", short(ref))
	}
	return false
}

// releaseShare reads who sees it: everybody, unless the line says otherwise. A
// line that cannot be read in this releases nothing.
func (r *reading) releaseShare(d *ledger.DeclaredRelease, e event) bool {
	share, groups := e.fields["percent"], e.fields["groups"]
	if groups.IsNull() {
		groups = e.fields["group"]
	}
	d.Percent = ledger.Everybody()
	if !groups.IsNull() {
		d.Percent = ledger.Share{}
		for _, g := range groupShares(groups) {
			if g.Name == "" {
				r.report(ledger.LevelWarning, "bad-groups", e.at(groups), `write "groups": ["beta"], or {"beta": 50}`, "the groups of a declared release cannot be read")
				return false
			}
			d.Groups = append(d.Groups, g)
		}
	}
	if share.IsNull() {
		return true
	}
	text, _ := share.Scalar()
	p, err := ledger.ParsePercent(text)
	if err != nil {
		r.report(ledger.LevelWarning, "bad-percent", e.at(share), "write a number from 0 to 100", "the share of a declared release is no percentage")
		return false
	}
	d.Percent = ledger.Exactly(p)
	return true
}

// groupShares reads a name, a list of names, or a map from names to percentages,
// sorted by name. What cannot be read is a group without a name.
func groupShares(n *decode.Node) []ledger.GroupShare {
	var out []ledger.GroupShare
	switch {
	case n.Is(decode.Map):
		for _, e := range n.Entries {
			text, _ := e.Value.Scalar()
			p, err := ledger.ParsePercent(text)
			if err != nil {
				return []ledger.GroupShare{{}}
			}
			out = append(out, ledger.GroupShare{Name: strings.TrimSpace(e.Key), Percent: ledger.Exactly(p)})
		}
	case n.Is(decode.List):
		for _, item := range n.Items {
			text, _ := item.Scalar()
			out = append(out, ledger.GroupShare{Name: strings.TrimSpace(text), Percent: ledger.Everybody()})
		}
	default:
		text, _ := n.Scalar()
		out = append(out, ledger.GroupShare{Name: strings.TrimSpace(text), Percent: ledger.Everybody()})
	}
	slices.SortStableFunc(out, func(a, b ledger.GroupShare) int { return cmp.Compare(a.Name, b.Name) })
	return slices.CompactFunc(out, func(a, b ledger.GroupShare) bool { return a.Name == b.Name })
}
