package generator

import (
	"fmt"
	"strings"
	"time"

	"daylight/generator/collect"
	"daylight/generator/config"
	"daylight/generator/flagfile"
	"daylight/generator/ledger"
	"daylight/generator/versions"
)

// policy is the part of the configuration that decides dates.
func policy(c config.Config) (ledger.Policy, error) {
	threshold, err := ledger.ParsePercent(string(c.Releases.Threshold))
	if err != nil {
		return ledger.Policy{}, fmt.Errorf("read releases.threshold: %w", err)
	}
	p := ledger.Policy{
		Threshold:     threshold,
		ReleaseGroups: c.Releases.Groups,
		ReleasesBy:    ledger.ReleasesBy(c.Releases.By),
		Tiers:         map[ledger.EnvironmentName]ledger.Tier{},
	}
	for _, e := range c.Environments {
		name := ledger.EnvironmentName(e.Name)
		p.Environments = append(p.Environments, name)
		if e.Tier != "" {
			p.Tiers[name] = ledger.Tier(e.Tier)
		}
	}
	return p, nil
}

// collectOptions says what to read. open gives the repository that an entry of
// the configuration names.
func (p *Project) collectOptions() (collect.Options, error) {
	c := p.Config
	opt := collect.Options{Progress: p.Progress, Changes: changeRules(c), Cache: p.Cache,
		Usages: collect.UsageRules{Patterns: c.Stale.UsagePatterns(), Ignore: c.Stale.Ignore}}
	for i, r := range c.AllRepositories() {
		if i >= len(p.Repositories) {
			return opt, fmt.Errorf("read repository %q: not opened", r.Name)
		}
		opened := p.Repositories[i]
		in := collect.Repository{
			Name: opened.Name, Repo: opened.Repo, Elsewhere: opened.Elsewhere, Branch: r.Branch, SharedPaths: r.SharedPaths, SourcesOnly: r.SourcesOnly,
			Versions: versions.Options{Scheme: c.Versions.Scheme, Pattern: c.Versions.Pattern,
				Prerelease: c.Versions.Prerelease, Ignore: c.Versions.Ignore},
		}
		for _, k := range c.Components {
			if k.Repository == string(opened.Name) || k.Repository == "" && i == 0 {
				in.Components = append(in.Components, collect.Component{
					Name: ledger.ComponentName(k.Name), Paths: k.Paths, Scopes: k.Scopes, Aliases: k.Aliases,
				})
			}
		}
		opt.Repositories = append(opt.Repositories, in)
	}
	for _, e := range c.Environments {
		opt.Environments = append(opt.Environments, collect.Environment{
			Name: ledger.EnvironmentName(e.Name), Aliases: e.Aliases, Hidden: e.Hidden,
		})
	}
	var err error
	if opt.Deployments, err = deploymentSources(c); err != nil {
		return opt, err
	}
	opt.Flags = flagSources(c)
	opt.Incidents, opt.Repairs, err = incidentSources(c)
	return opt, err
}

func deploymentSources(c config.Config) ([]collect.DeploymentSource, error) {
	var out []collect.DeploymentSource
	for _, d := range c.Deployments {
		zone, err := time.LoadLocation(d.Zone)
		if err != nil {
			return nil, fmt.Errorf("read zone of a deployment source: %w", err)
		}
		s := collect.DeploymentSource{
			From: d.From, Pattern: d.Pattern, Ref: d.Ref, Files: d.Files, Format: d.Format, Query: d.JQ,
			Environment: ledger.EnvironmentName(d.Environment), Component: ledger.ComponentName(d.Component),
			Zone: zone, Since: d.Since.Start(), Until: d.Until.Start(),
			Repository: ledger.RepositoryName(d.Repository), Of: ledger.RepositoryName(d.Of),
			Value: d.Value, Gate: d.Gate, Hold: d.Hold, Branch: d.Branch, Keep: d.Removal == "keep", History: d.History,
			Guessed: d.Place == config.Place{},
		}
		for _, e := range d.Environments {
			s.Environments = append(s.Environments, ledger.EnvironmentName(e))
		}
		for _, k := range d.Components {
			s.Components = append(s.Components, ledger.ComponentName(k))
		}
		out = append(out, s)
	}
	return out, nil
}

func flagSources(c config.Config) []collect.FlagSource {
	var out []collect.FlagSource
	for _, f := range c.Flags {
		out = append(out, collect.FlagSource{
			Format: f.Format, Files: f.Files, Environment: ledger.EnvironmentName(f.Environment),
			EnvironmentFrom: f.EnvironmentFrom, Attribute: f.Attribute,
			Effect: ledger.Effect(f.Effect), Delay: time.Duration(f.Delay), DeployedWith: ledger.ComponentName(f.DeployedWith),
			Branch: f.Branch, Ref: f.Ref, Treatment: f.Treatment, Repository: ledger.RepositoryName(f.Repository),
			Shape: flagfile.Shape{
				Layout: f.Shape, Root: f.Root, Key: f.Key, State: f.State, Percent: f.Percent, Groups: f.Groups, Scale: f.Scale,
				Environments: f.Environments, Values: f.Values, Inverse: f.Inverse, Prefix: f.Prefix, Default: f.Default, Overlay: f.Overlay, JQ: f.JQ,
			},
		})
	}
	return out
}

func changeRules(c config.Config) collect.ChangeRules {
	rules := collect.ChangeRules{FlagTrailers: c.Changes.FlagTrailers, NoteTrailers: c.Changes.NoteTrailers, NoteFiles: c.Changes.Notes,
		InternalPaths: c.Changes.InternalPaths, Occurrences: c.Changes.Occurrences}
	for _, p := range c.Changes.FlagPaths {
		rules.FlagPaths = append(rules.FlagPaths, collect.FlagPath{Flag: ledger.FlagKey(p.Flag), Paths: p.Paths})
	}
	return rules
}

// RepositoryName makes a short name of a remote's address, or else of a folder:
// "git@host:lumen/shop.git" is "shop". A folder called repo tells less than the
// one around it.
func RepositoryName(remote, folder string) ledger.RepositoryName {
	for _, s := range []string{remote, folder} {
		s = strings.TrimRight(strings.ReplaceAll(s, `\`, "/"), "/")
		s = strings.TrimSuffix(strings.TrimSuffix(s, "/.git"), ".git")
		s = strings.TrimSuffix(s, "/repo")
		if s = s[strings.LastIndexAny(s, "/:")+1:]; s != "" && s != "." {
			return ledger.RepositoryName(s)
		}
	}
	return "repository"
}
