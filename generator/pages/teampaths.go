package pages

import "daylight/generator/ledger"

// TeamPaths gives the addresses of the team's pages to what is made beside them:
// feeds, and what a build says that it published. Two repositories may have a
// version, or an abbreviated id, of one name.
type TeamPaths struct {
	changes, versions map[key]string
}

// NewTeamPaths works the addresses out as [Team] does.
func NewTeamPaths(l *ledger.Ledger) *TeamPaths {
	p := &TeamPaths{changes: map[key]string{}}
	for i, path := range changePaths(l) {
		p.changes[key{l.Changes[i].Repository, string(l.Changes[i].ID)}] = path
	}
	_, p.versions = versionPaths(l)
	return p
}

// Change gives the address of a change's page.
func (p *TeamPaths) Change(c *ledger.Change) string {
	return p.changes[key{c.Repository, string(c.ID)}]
}

// Version gives the address of a version's page.
func (p *TeamPaths) Version(v *ledger.Version) string {
	return p.versions[key{v.Repository, string(v.Name)}]
}

// changePaths gives each change of the ledger its address.
func changePaths(l *ledger.Ledger) []string {
	claims := taken{"/changes/pr/": true, "/changes/status/": true, "/changes/component/": true, "/changes/type/": true}
	out := make([]string, len(l.Changes))
	for i := range l.Changes {
		c := &l.Changes[i]
		out[i] = claims.claim("/changes/", string(c.ID), string(c.ID)+"-"+string(c.Repository))
	}
	return out
}

// versionPaths gives each version its place in the ledger, the first of several
// lines, and its address.
func versionPaths(l *ledger.Ledger) (at map[key]int, paths map[key]string) {
	versions := taken{}
	at, paths = map[key]int{}, map[key]string{}
	for i, v := range l.Versions {
		k := key{v.Repository, string(v.Name)}
		if paths[k] == "" {
			at[k] = i
			paths[k] = versions.claim("/versions/", string(v.Name), string(v.Repository)+"/"+string(v.Name))
		}
	}
	return at, paths
}
