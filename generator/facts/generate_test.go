package facts_test

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"testing"
	"time"

	"daylight/generator/facts"
	"daylight/generator/ledger"
)

// idOf is the commit number n of a repository.
func idOf(repository string, n int) ledger.Hash {
	return sha1.Sum(fmt.Appendf(nil, "%s %d", repository, n))
}

// organization is one repository of code of many: n changes on its mainline, a
// version every fifty, each deployed to two environments, and twenty flags with
// ten steps.
func organization(number, n int) *facts.Part {
	name := fmt.Sprintf("service-%03d", number)
	begin := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	repository := ledger.RepositoryName(name)
	p := &facts.Part{Sources: []facts.Source{{Name: repository}}}
	r := ledger.Repository{Name: repository, Branch: "main", Mainline: idOf(name, n-1)}
	for i := range n {
		c := ledger.Commit{Hash: idOf(name, i), Committed: begin.Add(time.Duration(i) * time.Hour), Authored: begin.Add(time.Duration(i) * time.Hour),
			Author: fmt.Sprintf("Person %d", i%40), Title: fmt.Sprintf("part %d: does what was asked for in the meeting of the week", i%17),
			Body: "It did something else before, which surprised those who used it.\n", Type: "feat", PullRequest: i + 1}
		if i > 0 {
			c.Parents = []ledger.Hash{idOf(name, i-1)}
		}
		r.Commits = append(r.Commits, c)
		if i%50 == 49 {
			v := ledger.VersionName(fmt.Sprintf("v%d", i/50))
			at := c.Committed.Add(time.Hour)
			r.Versions = append(r.Versions, ledger.VersionFact{Name: v, Commit: c.Hash, Order: i, When: ledger.When{At: at, Basis: ledger.BasisTaggerDate}})
			p.Sources[0].Tags = append(p.Sources[0].Tags, facts.Tag{Name: string(v), Commit: c.Hash})
			for k, env := range []ledger.EnvironmentName{"staging", "production"} {
				p.Deployments = append(p.Deployments, ledger.Record{ID: fmt.Sprintf("%s:%s:%d", name, env, i), Repository: repository,
					Component: ledger.ComponentName(name), Environment: env, Ref: string(v), Revision: c.Hash, Status: ledger.RecordSucceeded,
					FinishedAt: at.Add(time.Duration(k+1) * time.Hour), TimeBasis: ledger.BasisDeclared, Order: len(p.Deployments),
					Origins: []ledger.Origin{{Repository: repository, File: "deployments.jsonl", Line: len(p.Deployments) + 1}}})
			}
		}
		if i%5 == 0 {
			p.Links = append(p.Links, ledger.FlagLink{Repository: repository, Commit: c.Hash, Key: flagOf(name, i/5%20), By: ledger.LinkTrailer, Role: ledger.RoleBehind})
		}
	}
	for k := range 20 {
		h := ledger.FlagHistory{Key: flagOf(name, k), Repository: repository, Source: "flags.yaml", Effect: ledger.EffectMerge,
			Origins: []ledger.Origin{{Repository: repository, File: "flags.yaml", Line: k + 1}}}
		for s := range 10 {
			h.Steps = append(h.Steps, ledger.FlagStep{Commit: idOf(name, min(n-1, n*s/10+k)), Environment: "production",
				Setting: ledger.Setting{State: ledger.FlagPartial, Percent: ledger.Exactly(ledger.Hundred * ledger.Percent(s+1) / 10)}})
		}
		p.Flags = append(p.Flags, h)
		p.Lives = append(p.Lives, facts.Life{Key: h.Key, Base: h.Key, Order: k, Alive: true})
	}
	p.Repositories = []ledger.Repository{r}
	return p
}

func flagOf(name string, k int) ledger.FlagKey {
	return ledger.FlagKey(fmt.Sprintf("%s-flag-%d", name, k))
}

func encode(t testing.TB, p *facts.Part) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := facts.Encode(&b, p, "test"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decode(t testing.TB, data []byte, name string) *facts.Part {
	t.Helper()
	p, err := facts.Decode(bytes.NewReader(data), name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
