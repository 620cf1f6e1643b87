package generator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"daylight/generator/audience"
	"daylight/generator/collect"
	"daylight/generator/facts"
	"daylight/generator/ledger"
)

// WriteFacts writes what is read of the repositories that are not Elsewhere, for
// the build that joins it with the facts of the others. flags are parts whose
// flags are looked for in the code here.
func (p *Project) WriteFacts(ctx context.Context, w io.Writer, flags []*facts.Part) error {
	opt, err := p.collectOptions()
	if err != nil {
		return err
	}
	for _, part := range flags {
		for _, l := range part.Lives {
			opt.KnownFlags = append(opt.KnownFlags, collect.KnownFlag{Key: l.Base, Alive: l.Alive})
		}
	}
	part, err := collect.CollectPart(ctx, opt)
	if err != nil {
		return err
	}
	byName := map[ledger.RepositoryName]Opened{}
	for _, o := range p.Repositories {
		byName[o.Name] = o
	}
	for i := range part.Sources {
		s := &part.Sources[i]
		opened := byName[s.Name]
		s.Remote = opened.Remote
		secrets, err := secretsOf(ctx, opened)
		if err != nil {
			return err
		}
		for _, secret := range secrets {
			s.Withheld = append(s.Withheld, facts.Withheld{Kind: secret.Kind, Text: secret.Text})
		}
	}
	return facts.Encode(w, &part, p.Version)
}

// Join makes the project one of facts that were read elsewhere: Ledger then reads
// no repository. Repositories come in the order of the configuration, the others
// after them by name.
func (p *Project) Join(parts []*facts.Part) error {
	if len(parts) == 0 {
		return errors.New("join facts: no file of facts")
	}
	var order []ledger.RepositoryName
	for _, r := range p.Config.AllRepositories() {
		order = append(order, ledger.RepositoryName(r.Name))
	}
	joined, err := facts.Join(parts, order)
	if err != nil {
		return err
	}
	p.Repositories = nil
	for i, r := range joined.Facts.Repositories {
		o := Opened{Name: r.Name, Remote: joined.Sources[i].Remote, branch: r.Branch}
		for _, w := range joined.Sources[i].Withheld {
			o.withheld = append(o.withheld, audience.Secret{Kind: w.Kind, Text: w.Text})
		}
		p.Repositories = append(p.Repositories, o)
	}
	p.joined = joined
	return nil
}

// joinedLedger computes what follows from joined facts.
func (p *Project) joinedLedger(asOf time.Time) (*Result, error) {
	rules, err := policy(p.Config)
	if err != nil {
		return nil, fmt.Errorf("join facts: %w", err)
	}
	p.progress("computing the ledger")
	return &Result{Facts: p.joined.Facts, Ledger: ledger.Compute(p.joined.Facts, rules, asOf)}, nil
}
