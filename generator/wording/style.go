package wording

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"daylight/generator/ledger"
)

// maxRule bounds a rule's file, in bytes, and maxRules the rules of a style.
const (
	maxRule  = 512 << 10
	maxRules = 2000
)

// LoadStyle reads the rules at the top of a folder, which has the style's name.
// Files that end in .yml are rules; others are passed over. A folder that is not
// there has no rules. Rules come by name, problems by place; places begin with
// the folder's name.
func LoadStyle(fsys fs.FS, folder string) ([]Rule, []ledger.Problem) {
	entries, err := fs.ReadDir(fsys, folder)
	if err != nil {
		return nil, nil
	}
	var rules []Rule
	var problems []ledger.Problem
	tell := func(file, message string) {
		problems = append(problems, ledger.Problem{Origins: []ledger.Origin{{File: file}}, Message: message,
			Rule: "wording-rule", Level: ledger.LevelWarning})
	}
	style := path.Base(folder)
	for _, e := range entries {
		file := path.Join(folder, e.Name())
		if e.IsDir() || path.Ext(file) != ".yml" || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if len(rules) == maxRules {
			tell(folder, fmt.Sprintf("the style has more than %d rules; the others are left out", maxRules))
			break
		}
		if info, err := e.Info(); err == nil && info.Size() > maxRule {
			tell(file, fmt.Sprintf("the rule is larger than %d bytes", maxRule))
			continue
		}
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			tell(file, fmt.Sprintf("cannot be read: %v", err))
			continue
		}
		r, ok, bad := ParseRule(style, file, data)
		problems = append(problems, bad...)
		if ok {
			rules = append(rules, r)
		}
	}
	slices.SortFunc(rules, func(a, b Rule) int { return cmp.Compare(a.Name, b.Name) })
	return rules, problems
}

// LoadStyles reads every folder below dir as a style.
func LoadStyles(fsys fs.FS, dir string) ([]Rule, []ledger.Problem) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, nil
	}
	var rules []Rule
	var problems []ledger.Problem
	for _, e := range entries { // ReadDir sorts by name
		// config and the like hold a style's settings and no rules.
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") || e.Name() == "config" {
			continue
		}
		r, bad := LoadStyle(fsys, path.Join(dir, e.Name()))
		rules, problems = append(rules, r...), append(problems, bad...)
	}
	return rules, problems
}

// Layer lays lists of rules over each other, the first over the second and so
// on: a rule replaces those of its name below it. The result is by name.
func Layer(layers ...[]Rule) []Rule {
	seen := map[string]bool{}
	var out []Rule
	for _, layer := range layers {
		for _, r := range layer {
			if !seen[r.Name] {
				seen[r.Name] = true
				out = append(out, r)
			}
		}
	}
	slices.SortFunc(out, func(a, b Rule) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// Setting changes a rule, or all rules of a style.
type Setting struct {
	Rule  string // "Daylight.AmbiguousShipped" or "Daylight"
	Level string // suggestion, warning, error, or off
}

// Apply changes levels and takes out rules that are off. Later settings win. A
// setting that names no rule gives a problem without a place, which the caller
// knows.
func Apply(rules []Rule, settings []Setting) ([]Rule, []ledger.Problem) {
	var problems []ledger.Problem
	out := slices.Clone(rules)
	off := map[string]bool{}
	for _, s := range settings {
		matched := false
		for i := range out {
			if out[i].Name != s.Rule && !strings.HasPrefix(out[i].Name, s.Rule+".") {
				continue
			}
			matched = true
			off[out[i].Name] = s.Level == "off"
			if l, ok := ParseLevel(s.Level); ok {
				out[i].Level = l
			}
		}
		if !matched {
			problems = append(problems, ledger.Problem{Message: fmt.Sprintf("there is no rule %q", s.Rule),
				Hint: "daylight lint --rules lists them", Rule: "wording-rule", Level: ledger.LevelWarning})
		}
	}
	return slices.DeleteFunc(out, func(r Rule) bool { return off[r.Name] }), problems
}
