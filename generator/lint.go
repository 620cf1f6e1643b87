package generator

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"daylight/generator/ledger"
	"daylight/generator/wording"
)

// Style is a folder of rules.
type Style struct {
	FS     fs.FS
	Folder string // in FS; its last part is the style's name
}

// LintOptions say what is read.
type LintOptions struct {
	// Tree holds the files as they are now. Nil reads those of the mainline's
	// tip.
	Tree fs.FS
	// Patterns are globs of the files to read. Empty: those of the configuration,
	// and the notes of the ledger.
	Patterns []string
	// Since, when set, limits all to what was added since that commit: files and
	// their sentences that differ from it, the messages of later commits, and of
	// tags on them.
	Since ledger.Hash
	// History reads the messages of all commits and tags of the mainline.
	History bool
	// Result is the ledger that facts are compared with. Nil: no facts.
	Result *Result
	// Styles beside those of the content folders.
	Styles []Style
}

// LintReport is what the linter found.
type LintReport struct {
	// Alerts in the order of the texts: files by path, notes, commits with the
	// newest first, tags by name; in a text by place.
	Alerts []wording.Alert
	// Problems with rules and texts themselves.
	Problems []ledger.Problem
	Files    int
	Messages int // of commits and tags
	Notes    int
}

// WordingRules gives the rules that apply, with the levels of the configuration:
// those that ship, those of the project's content, and of other styles.
func (p *Project) WordingRules(styles ...Style) ([]wording.Rule, []ledger.Problem) {
	var layers [][]wording.Rule
	var problems []ledger.Problem
	for i, content := range p.Content {
		rules, bad := wording.LoadStyles(content, "wording")
		for j := range bad {
			if i < len(p.Content)-1 { // the last layer is built in
				bad[j].Origins[0].File = path.Join(p.Config.Build.Content, bad[j].Origins[0].File)
			}
		}
		layers, problems = append(layers, rules), append(problems, bad...)
	}
	for _, s := range styles {
		rules, bad := wording.LoadStyle(s.FS, s.Folder)
		if len(rules)+len(bad) == 0 { // a folder of styles
			rules, bad = wording.LoadStyles(s.FS, s.Folder)
		}
		if len(rules)+len(bad) == 0 {
			bad = []ledger.Problem{{Origins: []ledger.Origin{{File: s.Folder}}, Message: "the style has no rules",
				Hint: "a rule is a file that ends in .yml", Rule: "wording-rule", Level: ledger.LevelWarning}}
		}
		layers, problems = append(layers, rules), append(problems, bad...)
	}
	rules := wording.Layer(layers...)
	terms, _ := p.glossaryTerms()
	swap := map[string]string{}
	for _, t := range terms {
		for _, word := range t.Avoid {
			swap[word] = t.Name
		}
	}
	rules = wording.WithSwaps(rules, undefinedTerm, swap)
	var settings []wording.Setting
	for _, r := range p.Config.Wording.Rules {
		settings = append(settings, wording.Setting{Rule: r.Name, Level: r.Level})
	}
	rules, bad := wording.Apply(rules, settings)
	return rules, append(problems, bad...)
}

// The rules that grow with the project's own data.
const (
	undefinedTerm = "Daylight.UndefinedTerm"
	internalTerm  = "Daylight.InternalTermForCustomers"
)

// Lint reads texts and lists where they are against the rules.
func (p *Project) Lint(ctx context.Context, o LintOptions) (LintReport, error) {
	rules, problems := p.WordingRules(o.Styles...)
	zone, err := time.LoadLocation(p.Config.TimeZone)
	if err != nil {
		return LintReport{}, fmt.Errorf("read time_zone: %w", err)
	}
	run := lintRun{p: p, o: o, report: LintReport{Problems: problems}}
	rules = p.fitting(rules, o.Result)
	if o.Result != nil {
		run.facts = wording.NewFacts(o.Result.Ledger, zone)
		rules = wording.WithWords(rules, internalTerm, internalNames(o.Result.Ledger))
	}
	run.linter = wording.New(rules)
	run.least, _ = wording.ParseLevel(p.Config.Wording.Level)
	if err := run.files(ctx); err != nil {
		return LintReport{}, err
	}
	if len(o.Patterns) == 0 {
		run.notes()
		if err := run.messages(ctx); err != nil {
			return LintReport{}, err
		}
	}
	return run.report, run.work(ctx)
}

// fitting leaves out the rules that do not fit the repository. Where no flag
// decides, a version may well be the release; where a branch has the name of an
// environment, people do merge to it.
func (p *Project) fitting(rules []wording.Rule, res *Result) []wording.Rule {
	var off []string
	if p.Config.Releases.By != "flags" && (res == nil || len(res.Ledger.Flags) == 0) {
		off = append(off, "Daylight.ReleasedInVersionOnly")
	}
	if len(p.Repositories) > 0 && slices.ContainsFunc(branchNames(p.Repositories[0]), func(name string) bool {
		return name == "production" || name == "staging" || name == "prod"
	}) {
		off = append(off, "Daylight.EnvironmentIsNotBranch")
	}
	return slices.DeleteFunc(slices.Clone(rules), func(r wording.Rule) bool { return slices.Contains(off, r.Name) })
}

// branchNames lists the short names of local and remote branches.
func branchNames(o Opened) []string {
	refs, err := o.Repo.Branches()
	if err != nil {
		return nil // the ledger says what is wrong with the repository
	}
	var out []string
	for _, ref := range refs {
		out = append(out, path.Base(ref.Name))
	}
	return out
}

// internalNames are the keys of flags and the names of environments that a
// customer's text cannot hold by accident. Production is a word like others.
func internalNames(l *ledger.Ledger) []string {
	var out []string
	for _, f := range l.Flags {
		if wording.Telling(string(f.Key)) {
			out = append(out, string(f.Key))
		}
	}
	for _, e := range l.Environments {
		if e.Tier != ledger.TierProduction && wording.Telling(string(e.Name)) {
			out = append(out, string(e.Name))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lintRun is one run over all texts.
type lintRun struct {
	p      *Project
	o      LintOptions
	linter *wording.Linter
	facts  *wording.Facts
	least  wording.Level
	todo   []lintText
	report LintReport
}

// lintText is a text to read, with the text that it replaces, if any.
type lintText struct {
	read   func() (now, before *wording.Text, err error)
	facts  bool
	origin ledger.Origin
}

// work reads the texts on every core, and keeps their order.
func (r *lintRun) work(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	found := make([][]wording.Alert, len(r.todo))
	failed := make([]error, len(r.todo))
	for i, t := range r.todo {
		g.Go(func() error {
			now, before, err := t.read()
			if err != nil {
				failed[i] = err
				return ctx.Err()
			}
			found[i] = r.check(now, t.facts)
			if before != nil {
				found[i] = added(found[i], r.check(before, t.facts))
			}
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i := range r.todo {
		if failed[i] != nil {
			r.report.Problems = append(r.report.Problems, ledger.Problem{Origins: []ledger.Origin{r.todo[i].origin},
				Message: failed[i].Error(), Rule: "unreadable-text", Level: ledger.LevelWarning})
		}
		r.report.Alerts = append(r.report.Alerts, found[i]...)
	}
	return nil
}

func (r *lintRun) check(t *wording.Text, facts bool) []wording.Alert {
	out := r.linter.Check(*t)
	if facts && r.facts != nil {
		out = append(out, r.linter.CheckFacts(*t, r.facts)...)
		slices.SortStableFunc(out, func(a, b wording.Alert) int { return ledger.CompareOrigins(a.Origin, b.Origin) })
	}
	return slices.DeleteFunc(out, func(a wording.Alert) bool { return !a.Level.AtLeast(r.least) })
}

// added leaves out the alerts that the text had before: the same rule about the
// same words in a line that reads the same, wherever it stands now.
func added(now, before []wording.Alert) []wording.Alert {
	type key struct{ check, match, line string }
	had := map[key]int{}
	for _, a := range before {
		had[key{a.Check, a.Match, strings.TrimSpace(a.Line)}]++
	}
	return slices.DeleteFunc(now, func(a wording.Alert) bool {
		k := key{a.Check, a.Match, strings.TrimSpace(a.Line)}
		had[k]--
		return had[k] >= 0
	})
}

// isMarkdown reports whether a file's name says so.
func isMarkdown(file string) bool {
	switch strings.ToLower(path.Ext(file)) {
	case ".md", ".markdown", ".mdown", ".mkd", ".mdx":
		return true
	}
	return false
}

// text cuts a file into passages. What customers read is marked.
func (r *lintRun) text(origin ledger.Origin, source []byte, markdown, public bool, scope string) *wording.Text {
	t := &wording.Text{Origin: origin, Source: string(source)}
	if markdown {
		t.Passages, t.Comments = r.p.Prose(source)
	} else {
		t.Passages = wording.Plain(t.Source, "txt")
		scope = strings.TrimPrefix(scope, "md")
	}
	if public {
		scope += ".public"
	}
	if scope = strings.Trim(scope, "."); scope != "" {
		for i := range t.Passages {
			t.Passages[i].Scope += "." + scope
		}
	}
	return t
}
