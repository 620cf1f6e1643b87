package flagfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/generator/flagfile"
)

func TestGuessFlags(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		want             []flagfile.Guessed
	}{
		{"words below features", "conf/app.yml", "features:\n  basket: enabled\n  search: disabled\nport: 80\n",
			[]flagfile.Guessed{{Path: []string{"features"}, Flags: 2, Format: "generic", Values: []string{"enabled = on", "disabled = off"}}}},
		{"an environment each", "a.json", `{"environments": {"dev": {"application_flags": {"x": true}}, "prod": {"application_flags": {"x": false}}}}`,
			[]flagfile.Guessed{{Path: []string{"environments", "dev", "application_flags"}, Flags: 1, Format: "generic", Sure: true},
				{Path: []string{"environments", "prod", "application_flags"}, Flags: 1, Format: "generic", Sure: true}}},
		{"environments below a flag", "a.yaml", "feature_flags:\n  x: {staging: true, production: false}\n",
			[]flagfile.Guessed{{Path: []string{"feature_flags"}, Flags: 1, Format: "generic", Below: true, Sure: true}}},
		{"descriptions", "config/feature_flags.yml", "x: The new basket\ny: {description: Search as you type}\n",
			[]flagfile.Guessed{{Flags: 2, Format: "catalogue", Sure: true}}},
		{"in TOML", "settings.toml", "[feature-toggles]\nx = true\ny = \"25%\"\n",
			[]flagfile.Guessed{{Path: []string{"feature-toggles"}, Flags: 2, Format: "generic", Sure: true}}},
		{"one switch is no list of flags", "a.yaml", "features:\n  emoji: true\n", nil},
		{"settings", "a.yaml", "flags:\n  level: 3\n  name: shop\n  debug: true\n", nil},
		{"broken", "a.json", `{"feature_flags": {`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := flagfile.GuessFlags(c.file, []byte(c.text))
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// FuzzGuessFlags: what is guessed can be found again in the file.
func FuzzGuessFlags(f *testing.F) {
	f.Add("a.yaml", "features:\n  x: on\n  y: off\n")
	f.Add("feature_flags.json", `{"x": "a text of words"}`)
	f.Add("a.toml", "[a.b.flags]\nx = true\ny = false\n")
	f.Fuzz(func(t *testing.T, name, text string) {
		for _, g := range flagfile.GuessFlags(name, []byte(text)) {
			if g.Flags < 1 || g.Format != "generic" && g.Format != "catalogue" {
				t.Errorf("%+v", g)
			}
			if len(g.Values)%2 != 0 || g.Format == "catalogue" && len(g.Values) > 0 {
				t.Errorf("meanings %s", strings.Join(g.Values, ", "))
			}
		}
	})
}
