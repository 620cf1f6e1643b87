package generator

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"daylight/generator/audience"
	"daylight/generator/config"
	"daylight/generator/history"
	"daylight/generator/pages"
)

// secrets lists what no ledger holds and what an audience must not see all the
// same: the names of branches, mail addresses of those who wrote commits, the
// texts of docs and the definitions of terms that are for others. What is public
// too is forgiven by the audit.
func (p *Project) secrets(ctx context.Context, res *Result, a config.Audience, allowed []string) ([]audience.Secret, error) {
	var out []audience.Secret
	for _, opened := range p.Repositories {
		of, err := secretsOf(ctx, opened)
		if err != nil {
			return nil, err
		}
		out = append(out, of...)
	}
	shown := map[string]bool{}
	for _, t := range p.shownTerms(a) {
		shown[t.Slug] = true
	}
	for _, t := range p.termsFor("") {
		if !shown[t.Slug] {
			out = append(out, audience.Secret{Kind: "body", Text: t.Definition})
		}
	}
	withheld, err := p.withheldDocs(res, a, allowed)
	return append(out, withheld...), err
}

// secretsOf lists the branches of a repository, and the mail addresses of its
// mainline's commits and of these branches', each once.
func secretsOf(ctx context.Context, opened Opened) ([]audience.Secret, error) {
	if opened.Repo == nil {
		return opened.withheld, nil
	}
	branches, err := opened.Repo.Branches()
	if err != nil {
		return nil, fmt.Errorf("list branches of %s: %w", opened.Name, err)
	}
	var out []audience.Secret
	var tips []history.Hash
	for _, b := range branches {
		tips = append(tips, b.Target)
		name := strings.TrimPrefix(b.Name, "refs/heads/")
		if rest, ok := strings.CutPrefix(b.Name, "refs/remotes/"); ok {
			_, name, _ = strings.Cut(rest, "/")
		}
		out = append(out, audience.Secret{Kind: "branch", Text: name})
	}
	commits, err := opened.Repo.Commits(ctx, tips)
	if err != nil {
		return nil, fmt.Errorf("read commits of %s: %w", opened.Name, err)
	}
	seen := map[string]bool{}
	for i := range commits {
		for _, mail := range []string{commits[i].Author.Email, commits[i].Committer.Email} {
			if mail = strings.ToLower(mail); !seen[mail] && strings.Contains(mail, "@") {
				seen[mail] = true
				out = append(out, audience.Secret{Kind: "mail", Text: mail})
			}
		}
	}
	slices.SortFunc(out, func(a, b audience.Secret) int {
		return strings.Compare(a.Kind+"\x00"+a.Text, b.Kind+"\x00"+b.Text)
	})
	return slices.Compact(out), nil
}

// withheldDocs lists the texts of docs that the team reads and that are not among
// those allowed.
func (p *Project) withheldDocs(res *Result, a config.Audience, allowed []string) ([]audience.Secret, error) {
	if res.docs == nil {
		return nil, nil
	}
	look, err := p.look(a)
	if err != nil {
		return nil, err
	}
	s := &site{}
	in := s.docsInput(res.docs.teamView(), true, noValue)
	if in == nil {
		return nil, nil
	}
	known := map[string]bool{}
	for _, t := range allowed {
		known[t] = true
	}
	var out []audience.Secret
	for _, t := range pages.DocsTexts(in, look) {
		if known[t] || t == "" {
			continue
		}
		known[t] = true
		kind := "doc"
		if t = audience.Text(t); len(strings.Fields(t)) >= 6 {
			kind = "body"
		}
		out = append(out, audience.Secret{Kind: kind, Text: t})
	}
	return out, s.failed()
}
