package generator

import (
	"daylight/generator/audience"
	"daylight/generator/config"
	"daylight/generator/ledger"
	"daylight/generator/notes"
)

// ChangelogOptions say what a changelog holds; see notes.Changelog.
type ChangelogOptions struct {
	Audience    string // its name, for who asks
	Environment string // for who sees everything; "" is the first of tier production
	Version     string // this one alone
	Links       func(ledger.VersionName) string
}

// Changelog writes what is new for an audience. For everybody but the team it is
// made of the reduced ledger.
func (p *Project) Changelog(res *Result, a config.Audience, o ChangelogOptions) string {
	to := notes.ChangelogOptions{Version: ledger.VersionName(o.Version), Links: o.Links}
	if a.Sees == string(audience.SeesEverything) {
		to.Environment = ledger.EnvironmentName(o.Environment)
		return notes.Changelog(res.Ledger, to)
	}
	public := audience.Reduce(res.Ledger, p.rules(a))
	to.Environment = public.Environment()
	if !a.Shows("commits") {
		to.Links = nil // they lead to the repository's host
	}
	return notes.Changelog(public.Ledger(), to)
}

// VersionLinks is the template of a version's address at the repository's host,
// with {version} in it, or "".
func (p *Project) VersionLinks() string {
	links := p.Config.Links
	if len(p.Repositories) > 0 {
		links = links.Or(config.LinksFromRemote(p.Repositories[0].Remote))
	}
	return links.Version
}
