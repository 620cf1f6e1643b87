package audience

import (
	"cmp"
	"slices"

	"daylight/generator/ledger"
)

// versionsOf lists the versions that hold a change, by name. Components are
// withheld with the environments; what then looks the same is one version.
func (red *reduction) versionsOf(c *ledger.Change) (ledger.VersionName, []ledger.ChangeVersion) {
	var out []ledger.ChangeVersion
	for _, v := range c.Versions {
		p := ledger.ChangeVersion{Name: v.Name}
		if red.rules.Fields.Environments {
			p.Component = v.Component
		}
		if red.rules.Fields.Commits {
			p.Backport = v.Backport
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	if len(out) == 0 && c.Version != "" {
		out = []ledger.ChangeVersion{{Name: c.Version}}
	}
	return c.Version, out
}

// reducedVersions lists the versions that hold a change that is shown, in the
// order of the full ledger. Two that the audience cannot tell apart are one, at
// the place of the first and with the earlier date.
func (red *reduction) reducedVersions() []ledger.Version {
	var out []ledger.Version
	place := map[versionKey]int{}
	for i := range red.full.Versions {
		v := &red.full.Versions[i]
		k := versionKey{name: v.Name}
		if red.rules.Fields.Environments {
			k.repository, k.component = v.Repository, v.Component
		}
		ids := red.versions[k]
		if len(ids) == 0 {
			continue
		}
		if j, ok := place[k]; ok {
			if earlier(v.At, out[j].At) {
				out[j].At, out[j].Basis = v.At, v.Basis
			}
			continue
		}
		p := ledger.Version{
			Repository: k.repository, Component: k.component, Name: v.Name,
			At: v.At, Basis: v.Basis, Prerelease: v.Prerelease, Changes: ids,
		}
		if red.rules.Fields.Commits {
			p.Commit = v.Commit
		}
		if red.rules.Fields.Environments {
			p.Deployed = map[ledger.EnvironmentName]ledger.Date{}
			for _, name := range red.names {
				if d, ok := v.Deployed[name]; ok {
					p.Deployed[name] = ledger.Date{When: d.When}
				}
			}
		}
		place[k] = len(out)
		out = append(out, p)
	}
	return out
}

// reducedFlags lists the flags that brought something, sorted by key: what they
// are called, and what they brought.
func (red *reduction) reducedFlags(changes []ledger.Change) []ledger.Flag {
	brought := map[ledger.FlagKey][]ledger.ChangeID{}
	for _, c := range changes {
		for _, f := range c.Flags {
			brought[f.Key] = append(brought[f.Key], c.ID)
		}
	}
	var out []ledger.Flag
	for i := range red.full.Flags {
		f := &red.full.Flags[i]
		key := red.flagKey(f.Key)
		ids := brought[key]
		if len(ids) == 0 {
			continue
		}
		p := ledger.Flag{Key: key, Changes: ids, Description: f.Description, Kind: usualFlagKind(f.Kind), Note: publicNote(f.Note)}
		if p.Note != nil && (p.Note.Title != "" || p.Note.Text != "") {
			p.Description = "" // the note is what people are meant to read
		}
		if red.rules.Fields.Environments {
			p.Repository = f.Repository
		}
		if red.rules.Fields.Authors {
			p.Owner = f.Owner
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b ledger.Flag) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

// usualFlagKind lets through the kinds of flag that everybody has.
func usualFlagKind(kind string) string {
	switch kind {
	case "release", "experiment", "ops", "permission":
		return kind
	}
	return ""
}

// environments lists the audience's own name, then the real ones where they may
// be seen. What runs there is withheld: it tells of versions with nothing in
// them yet.
func (red *reduction) environments() []ledger.Environment {
	own := ledger.EnvironmentName(red.rules.Name)
	out := []ledger.Environment{{Name: own, Tier: ledger.TierProduction}}
	if !red.rules.Fields.Environments {
		return out
	}
	for _, e := range red.full.Environments {
		if e.Name != own && slices.Contains(red.names, e.Name) {
			out = append(out, ledger.Environment{Name: e.Name, Tier: e.Tier})
		}
	}
	return out
}

// deployments lists the succeeded deployments to the audience's environments, in
// the order of the full ledger, with those of their changes that are shown.
func (red *reduction) deployments() []ledger.Deployment {
	var out []ledger.Deployment
	for i := range red.full.Deployments {
		d := &red.full.Deployments[i]
		if d.Status != ledger.RecordSucceeded || !slices.Contains(red.names, d.Environment) {
			continue
		}
		p := ledger.Deployment{
			ID:          PublicID(red.rules.Salt, d.Repository, "deployment/"+d.ID),
			Environment: d.Environment, Repository: d.Repository, Component: d.Component, Version: d.Version,
			Kind: d.Kind, KindBasis: d.KindBasis, Status: d.Status, Weight: d.Weight, TimeBasis: d.TimeBasis,
			Gained: red.publicIDs(d.Repository, d.Gained), Lost: red.publicIDs(d.Repository, d.Lost),
		}
		if d.FinishedAt != nil {
			at := *d.FinishedAt
			p.FinishedAt = &at
		}
		if red.rules.Fields.Commits {
			p.Revision = d.Revision
		}
		if red.rules.Fields.Authors && d.Actor != nil {
			actor := *d.Actor
			p.Actor = &actor
		}
		out = append(out, p)
	}
	return out
}

func (red *reduction) publicIDs(repository ledger.RepositoryName, ids []ledger.ChangeID) []ledger.ChangeID {
	var out []ledger.ChangeID
	for _, id := range ids {
		if p, ok := red.shown[changeKey{repository, id}]; ok {
			out = append(out, p)
		}
	}
	return out
}
