package collect_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"daylight/generator/collect"
	"daylight/generator/flagfile"
	"daylight/generator/gitrepo"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// ddgProgram reads both layers of a public configuration: a feature a file, and
// a file for each platform above them, with the features of its own.
const ddgProgram = `
def state: if . == "enabled" then "on" elif . then "off" else null end;
def flag($key): .state as $state | {key: $key, state: ($state | state), percent: (.rollout.steps // [] | last | .percent?),
  groups: (if $state == "internal" or $state == "preview" then [$state] elif $state then [] else null end)};
def below($key): flag($key), (.features // {} | to_entries[] | .key as $sub | .value | flag($key + "." + $sub));
if $file | startswith("features/")
  then below($file | split("/")[-1] | rtrimstr(".json") | split("-") | .[0] + ([.[1:][] | (.[0:1] | ascii_upcase) + .[1:]] | join("")))
  else .features | to_entries[] | .key as $key | .value | below($key)
end`

// TestOverlaysOfARealConfiguration compares, for the newest commit of a public
// configuration, what overlays make of each flag on each platform with what the
// project's own build does: the platform's state where it has one, else that of
// the feature.
func TestOverlaysOfARealConfiguration(t *testing.T) {
	repo, err := gitrepo.Open(filepath.Join(os.Getenv("MIRROR"), "duckduckgo+privacy-configuration", "repo"))
	if os.Getenv("MIRROR") == "" || err != nil {
		t.Skip("set MIRROR to the folder with the clones, <owner>+<name>/repo")
	}
	defer repo.Close()
	facts, err := collect.Collect(context.Background(), collect.Options{
		Repositories: []collect.Repository{{Name: "config", Repo: tipOnly{repo}}},
		Flags: []collect.FlagSource{{Format: "generic", Files: []string{"features/[a-z]*.json", "overrides/{environment}-override.json"},
			Shape: flagfile.Shape{JQ: ddgProgram}, Effect: ledger.EffectMerge}},
	})
	if err != nil {
		t.Fatal(err)
	}
	said := map[ledger.FlagKey]map[ledger.EnvironmentName]ledger.Setting{}
	for _, h := range facts.Flags {
		for _, s := range h.Steps {
			if said[h.Key] == nil {
				said[h.Key] = map[ledger.EnvironmentName]ledger.Setting{}
			}
			said[h.Key][s.Environment] = s.Setting
		}
	}
	compared, inherited := 0, 0
	for _, platform := range []string{"android", "extension", "ios", "macos", "windows"} {
		base, above := ddgLayers(t, repo, platform)
		for key, feature := range above {
			state := feature.State
			if state == "" {
				state, inherited = base[key].State, inherited+1
			}
			got, there := said[ledger.FlagKey(key)][ledger.EnvironmentName(platform)]
			if !there {
				t.Errorf("%s on %s: nothing is said", key, platform)
				continue
			}
			compared++
			want := map[string]ledger.FlagState{"enabled": ledger.FlagOn, "disabled": ledger.FlagOff, "internal": ledger.FlagTargeted, "preview": ledger.FlagTargeted, "": ledger.FlagUnknown}[state]
			if steps := feature.Rollout.Steps; want == ledger.FlagOn && len(steps) > 0 && steps[len(steps)-1].Percent < 100 {
				want = ledger.FlagPartial
			}
			if got.State != want {
				t.Errorf("%s on %s: got %s, want %s", key, platform, got.State, want)
			}
		}
	}
	t.Logf("%d flags on platforms compared, %d of them have their state from the layer below", compared, inherited)
	if compared < 400 || inherited < 3 {
		t.Errorf("%d compared, %d inherited: want at least 400 and 3", compared, inherited)
	}
}

// tipOnly is a repository without its past: of the mainline the newest commit
// alone, which then adds all that is there.
type tipOnly struct{ *gitrepo.Repo }

func (r tipOnly) Tags() ([]history.Tag, error) { return nil, nil }

func (r tipOnly) Branches() ([]history.Ref, error) { return nil, nil }

func (r tipOnly) Commits(ctx context.Context, tips []history.Hash) ([]history.Commit, error) {
	all, err := r.Repo.Commits(ctx, tips)
	for _, c := range all {
		for _, tip := range tips {
			if c.Hash == tip {
				c.Parents = nil
				return []history.Commit{c}, err
			}
		}
	}
	return nil, err
}

type ddgFeature struct {
	State   string
	Rollout struct {
		Steps []struct{ Percent float64 }
	}
	Features map[string]ddgFeature
}

var (
	lineComment = regexp.MustCompile(`(?m)^\s*//.*$`)
	ofFeature   = regexp.MustCompile(`^features/([a-z].*)\.json$`)
	afterDash   = regexp.MustCompile(`-(.)`)
)

// ddgLayers reads the features and the overrides of a platform, nested ones
// beside those that they are in.
func ddgLayers(t *testing.T, repo *gitrepo.Repo, platform string) (base, above map[string]ddgFeature) {
	t.Helper()
	base, above = map[string]ddgFeature{}, map[string]ddgFeature{}
	_, tip, err := repo.Head()
	if err != nil {
		t.Fatal(err)
	}
	files, err := repo.Files(context.Background(), tip, func(p string) bool {
		return ofFeature.MatchString(p) || p == "overrides/"+platform+"-override.json"
	})
	if err != nil {
		t.Fatal(err)
	}
	add := func(to map[string]ddgFeature, key string, f ddgFeature) {
		to[key] = f
		for name, sub := range f.Features {
			to[key+"."+name] = sub
		}
	}
	for _, f := range files {
		data, err := repo.Blob(f.Blob, 64<<20)
		if err != nil {
			t.Fatal(err)
		}
		var one ddgFeature
		if err := json.Unmarshal(lineComment.ReplaceAll(data, nil), &one); err != nil {
			t.Fatalf("%s: %v", f.Path, err)
		}
		if name := ofFeature.FindStringSubmatch(f.Path); name != nil {
			add(base, afterDash.ReplaceAllStringFunc(name[1], func(s string) string { return strings.ToUpper(s[1:]) }), one)
			continue
		}
		for key, feature := range one.Features {
			add(above, key, feature)
		}
	}
	return base, above
}
