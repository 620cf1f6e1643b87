package ledger_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"testing"

	"daylight/generator/ledger"
)

// TestTierOf holds one name for each way in which a name says its tier.
func TestTierOf(t *testing.T) {
	for _, test := range []struct {
		name ledger.EnvironmentName
		want ledger.Tier
		why  string
	}{
		{"production", ledger.TierProduction, "the word"},
		{"PROD-east", ledger.TierProduction, "a part, in capitals"},
		{"prd (eu-central)", ledger.TierProduction, "a part before a space"},
		{"live", ledger.TierProduction, "the word"},
		{ledger.Published, ledger.TierProduction, "where libraries are released"},
		{"staging", ledger.TierStaging, "the word"},
		{"stàging", ledger.TierStaging, "an accented letter"},
		{"sta\u0300ging", ledger.TierStaging, "a letter and a combining accent"},
		{"demo", ledger.TierStaging, "the word"},
		{"qa:1", ledger.TierTesting, "a part before a colon"},
		{"mary-dev:1", ledger.TierDevelopment, "a part in the middle"},
		{"review/42-basket", ledger.TierDevelopment, "review apps"},
		{"prod-test", ledger.TierTesting, "testing comes before production"},

		{"preprod", ledger.TierStaging, "before production, in one part"},
		{"preproduction", ledger.TierStaging, "before production, in one part"},
		{"pre_prod", ledger.TierStaging, "before production, in two parts"},
		{"Pre-Production (eu)", ledger.TierStaging, "before production, in two parts"},
		{"pre-live", ledger.TierStaging, "before production, in two parts"},
		{"dev-preprod", ledger.TierDevelopment, "development comes before staging"},
		{"non-prod", ledger.TierOther, "denies it, in two parts"},
		{"nonprod", ledger.TierOther, "denies it, in one part"},
		{"not-production", ledger.TierOther, "denies it"},
		{"non-prod-qa", ledger.TierTesting, "denies it, and says what it is"},
		{"prod-like", ledger.TierOther, "like production is not production"},

		{"prodtest", ledger.TierOther, "no separator"},
		{"internet", ledger.TierOther, "begins like a word"},
		{"製造", ledger.TierOther, "no Latin letter at all"},
		{"", ledger.TierOther, "no name"},
		{"pre", ledger.TierOther, "before nothing"},
	} {
		if got := ledger.TierOf(test.name); got != test.want {
			t.Errorf("TierOf(%q) = %s, want %s: %s", test.name, got, test.want, test.why)
		}
	}
}

// TestTierOfCorpus compares with the names that another tool's tests assert, and
// with the deviations from it that we chose.
func TestTierOfCorpus(t *testing.T) {
	const path = "../../../shared/corpora/deployments/tiers.json"
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no corpus at %s", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Name         ledger.EnvironmentName
		Tier         ledger.Tier // empty: any but those in Not
		Not          []ledger.Tier
		Environments map[string]any // globs of a user's configuration, which is not TierOf's business
	}
	var corpus struct{ Assertions, Deviations []row }
	if err := json.Unmarshal(data, &corpus); err != nil {
		t.Fatal(err)
	}
	rows := append(corpus.Assertions, corpus.Deviations...)
	if len(rows) == 0 {
		t.Fatal("the corpus holds no names")
	}
	for _, row := range rows {
		if row.Environments != nil {
			continue
		}
		got := ledger.TierOf(row.Name)
		if row.Tier != "" && got != row.Tier || slices.Contains(row.Not, got) {
			t.Errorf("TierOf(%q) = %s, want %q and none of %v", row.Name, got, row.Tier, row.Not)
		}
	}
}
