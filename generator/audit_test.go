package generator_test

import (
	"context"
	"errors"
	"html/template"
	"io/fs"
	"strings"
	"testing"
	"time"

	"daylight/content"
	"daylight/generator"
	"daylight/generator/config"
	"daylight/generator/ledger"
	"daylight/generator/publish"
	"daylight/templates"
	"daylight/themes"
)

// leaky makes HTML of Markdown, and of one note more than it should.
type leaky struct{ more string }

func (l leaky) HTML(md []byte) (template.HTML, error) {
	text := template.HTMLEscapeString(string(md))
	if strings.Contains(text, "Prices are round") {
		text += l.more
	}
	return template.HTML("<p>" + text + "</p>"), nil
}

// twoChanges is a ledger with a change that customers see, and one that is dark.
func twoChanges() *ledger.Ledger {
	at := func(day int) time.Time { return time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC) }
	on := func(day int) ledger.Date {
		return ledger.Date{When: ledger.When{At: at(day), Basis: ledger.BasisTagName}}
	}
	seen := ledger.State{
		Status: ledger.StatusReleased, Percent: ledger.Everybody(), Deployed: on(3), FirstExposed: on(3), Released: on(3),
		Moves: []ledger.Move{{At: at(3), Kind: ledger.MoveReleased, Percent: ledger.Everybody(), Cause: ledger.CauseDeployment}},
	}
	dark := ledger.State{Status: ledger.StatusDark, Deployed: on(3), Moves: []ledger.Move{{At: at(3), Kind: ledger.MoveDeployed, Cause: ledger.CauseDeployment}}}
	lanes := func(s ledger.State) ledger.InEnvironments {
		return ledger.InEnvironments{{Environment: "production", State: s, Components: []ledger.InComponent{{Component: "shop", State: s}}}}
	}
	return &ledger.Ledger{
		AsOf:         at(20),
		Environments: []ledger.Environment{{Name: "production", Tier: ledger.TierProduction}},
		Flags:        []ledger.Flag{{Key: "titan-v2"}},
		Changes: []ledger.Change{
			{Repository: "shop", ID: "00000000000a", Title: "fix: rounding", Type: "fix", Components: []ledger.ComponentName{"shop"},
				Note: &ledger.NoteText{Title: "Prices", Text: "Prices are round."}, Environments: lanes(seen)},
			{Repository: "shop", ID: "00000000000b", Title: "feat: baskets on credit", Type: "feat", Components: []ledger.ComponentName{"shop"},
				Flags: []ledger.ChangeFlag{{Key: "titan-v2", Role: ledger.RoleBehind, Known: true}}, Environments: lanes(dark)},
		},
	}
}

// TestBuildIsAudited: a page that tells what its audience must not know refuses
// to be published, and the site that was there stays.
func TestBuildIsAudited(t *testing.T) {
	customers := config.Audience{Name: "customers", Sees: "released", Output: "customers"}
	project := func(more string) *generator.Project {
		return &generator.Project{
			Config: config.Default(), Markdown: leaky{more},
			Templates: []fs.FS{templates.Files}, Themes: []fs.FS{themes.Files}, Content: []fs.FS{content.Files},
		}
	}
	sink := publish.NewMemory()
	result := &generator.Result{Ledger: twoChanges()}
	sum, err := project("").Build(context.Background(), result, customers, sink)
	if err != nil {
		t.Fatal(err)
	}
	if sum.Audited == nil || sum.Audited.Files != len(sink.Files()) || sum.Audited.Secrets == 0 {
		t.Errorf("audited %+v, and the site has %d files", sum.Audited, len(sink.Files()))
	}
	before := len(sink.Files())
	for _, leak := range []string{"Soon: baskets <b>on</b> credit.", "<a href='#titan-v2'>more</a>"} {
		_, err = project(leak).Build(context.Background(), result, customers, sink)
		var audit *generator.AuditError
		if !errors.As(err, &audit) || len(audit.Report.Findings) == 0 {
			t.Fatalf("%s: the build gave %v", leak, err)
		}
		if !strings.Contains(err.Error(), "the old site stays") || !strings.Contains(err.Error(), "[withheld-text]") || audit.Hint() == "" {
			t.Errorf("unclear message: %v", err)
		}
		if len(sink.Files()) != before {
			t.Errorf("%s: the old site has %d files of %d", leak, len(sink.Files()), before)
		}
	}
	team := config.Audience{Name: "team", Sees: "everything", Output: "team"}
	if sum, err = project("titan-v2").Build(context.Background(), result, team, publish.NewMemory()); err != nil || sum.Audited != nil {
		t.Errorf("the team's site was audited: %v, %v", sum.Audited, err)
	}
}
