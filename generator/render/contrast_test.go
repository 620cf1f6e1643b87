package render_test

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"daylight/generator/render"
	"daylight/templates"
	"daylight/themes"
)

// What WCAG 2.2 asks at least of text against what is behind it (1.4.3), and of
// what shows where the focus is (1.4.11).
const (
	textContrast  = 4.5
	focusContrast = 3.0
)

// pair is two colours that meet: a token such as "--ink", or a colour as it is
// written.
type pair struct{ front, back string }

// Every colour of text against every ground on which its rule can put it, in
// light and in dark. The pairs are read from the style sheet, so a new rule is
// tested with its first build. What has a colour and no words (the edge of a
// tally, the shape in a story) repeats a word beside it, and is left out.
func TestColoursThatMeetCanBeToldApart(t *testing.T) {
	for _, theme := range themeNames(t) {
		css := styleSheet(t, theme)
		light, dark := tokens(css)
		pairs := pairsOf(css)
		if len(pairs) < 30 {
			t.Errorf("%s: only %d pairs were found", theme, len(pairs))
		}
		for scheme, colours := range map[string]map[string]string{theme + ", light": light, theme + ", dark": dark} {
			for _, p := range pairs {
				checkContrast(t, scheme, colours, p, textContrast)
			}
			for _, ground := range grounds() {
				checkContrast(t, scheme, colours, pair{"--focus", ground}, focusContrast)
			}
		}
	}
}

// themeNames lists the built-in themes.
func themeNames(t *testing.T) []string {
	t.Helper()
	entries, err := themes.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	if len(out) < 3 {
		t.Errorf("only %q are built in", out)
	}
	return out
}

// grounds are what text without a background of its own stands on.
func grounds() []string { return []string{"--paper", "--surface", "--sunken"} }

// styleSheet gives the one sheet of a site with this theme, without comments.
func styleSheet(t *testing.T, theme string) string {
	t.Helper()
	r, err := render.New(templates.Files, render.Layers(render.Sub(themes.Files, theme), render.Sub(themes.Files, "default")), plainMarkdown)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Assets() {
		if f.Path == "assets/style.css" {
			return regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(f.Data), "")
		}
	}
	t.Fatalf("%s has no style sheet", theme)
	return ""
}

// tokens finds the custom properties that are colours, as they are in light and
// in the dark. One without two values is the same in both.
func tokens(css string) (light, dark map[string]string) {
	light, dark = map[string]string{}, map[string]string{}
	for _, m := range regexp.MustCompile(`(--[a-z-]+): (?:light-dark\()?(#[0-9a-f]{6})(?:, (#[0-9a-f]{6})\))?\s*;`).FindAllStringSubmatch(css, -1) {
		light[m[1]], dark[m[1]] = m[2], m[2]
		if m[3] != "" {
			dark[m[1]] = m[3]
		}
	}
	return light, dark
}

// pairsOf finds which colours of text a sheet puts on which grounds, each once,
// in its order. The rules for printing are another matter.
func pairsOf(css string) []pair {
	css, _, _ = strings.Cut(css, "@media print")
	var out []pair
	add := func(p pair) {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	for _, m := range regexp.MustCompile(`([^{}]+)\{([^{}]*)\}`).FindAllStringSubmatch(css, -1) {
		front := declared(m[2], "color", "--tone")
		back := declared(m[2], "background", "--fill")
		switch {
		case strings.HasSuffix(strings.TrimSpace(m[1]), " text"):
			// The words in a picture have a rim, which is what is behind them.
			if front, back = declared(m[2], "fill"), declared(m[2], "stroke"); front != "" && back != "" {
				add(pair{front, back})
			}
		case front == "":
		case back != "":
			add(pair{front, back})
		default:
			for _, ground := range grounds() {
				add(pair{front, ground})
			}
		}
	}
	return out
}

// declared gives the token or the colour that one of these properties has, ""
// when it has another value or none.
func declared(declarations string, properties ...string) string {
	for d := range strings.SplitSeq(declarations, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(d), ": ")
		if !slices.Contains(properties, name) {
			continue
		}
		if token, ok := strings.CutPrefix(value, "var("); ok {
			value = strings.TrimSuffix(token, ")")
		}
		if strings.HasPrefix(value, "#") || strings.HasPrefix(value, "--") && value != "--tone" && value != "--fill" {
			return value
		}
	}
	return ""
}

func checkContrast(t *testing.T, scheme string, colours map[string]string, p pair, least float64) {
	t.Helper()
	value := func(name string) string {
		if strings.HasPrefix(name, "#") {
			return name
		}
		return colours[name]
	}
	front, back := value(p.front), value(p.back)
	if front == "" || back == "" {
		t.Errorf("%s: %s on %s: a token is not defined", scheme, p.front, p.back)
		return
	}
	if got := contrast(front, back); math.IsNaN(got) || got < least {
		t.Errorf("%s: %s %s on %s %s has a contrast of %.2f, want %.1f", scheme, p.front, front, p.back, back, got, least)
	}
}

// contrast is that of WCAG 2: from 1 to 21.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance of a colour "#rrggbb", relative to white.
func luminance(colour string) float64 {
	n, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		return math.NaN()
	}
	linear := func(shift uint) float64 {
		c := float64(n>>shift&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}

func TestContrastOfKnownColours(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want string
	}{{"#000000", "#ffffff", "21.00"}, {"#ffffff", "#ffffff", "1.00"}, {"#777777", "#ffffff", "4.48"}, {"#767676", "#ffffff", "4.54"}} {
		if got := strconv.FormatFloat(contrast(c.a, c.b), 'f', 2, 64); got != c.want {
			t.Errorf("%s on %s: %s, want %s", c.a, c.b, got, c.want)
		}
	}
}
