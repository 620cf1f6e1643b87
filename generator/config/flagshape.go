package config

import (
	"fmt"
	"slices"
	"strings"

	"daylight/generator/decode"
)

// flagShape checks what is said of home-made manifests.
func (k *checker) flagShape(path string, f Flags) {
	shaped := []string{"generic", "dotenv", "catalogue"}
	for _, key := range []string{"shape", "root", "key", "state", "percent", "groups", "scale", "environments", "values", "inverse", "prefix", "default", "overlay", "jq"} {
		switch {
		case !k.at.Has(path + "." + key):
		case !slices.Contains(shaped, f.Format):
			k.fault(path+"."+key, `add format = "generic"`, "%s.%s is for the formats %s only", path, key, strings.Join(shaped, ", "))
			return
		case f.JQ != "" && key != "jq" && key != "inverse" && key != "overlay":
			k.fault(path+"."+key, "leave it out, or let the program do it", "%s.%s has no effect beside jq", path, key)
		}
	}
	k.choice(path+".shape", f.Shape)
	k.choice(path+".overlay", f.Overlay)
	if f.Scale < 0 || f.Scale > 1_000_000_000 || f.Scale == 0 && k.at.Has(path+".scale") {
		k.fault(path+".scale", "the number that stands for everybody, such as 1, 100 or 100000", "%s.scale %d is out of range", path, f.Scale)
	}
	words := map[string]bool{}
	for i, v := range f.Values {
		at := element(path+".values", i)
		word, meaning, ok := strings.Cut(v, "=")
		word = strings.TrimSpace(word)
		switch {
		case !ok:
			k.fault(at, "write it like \"enabled = on\"", "%s: %q has no meaning", at, clip(v))
		case words[word]:
			k.fault(at, "", "%s: %q is there twice", at, clip(word))
		default:
			k.meaning(at, strings.TrimSpace(meaning), true)
		}
		words[word] = true
	}
	if f.Default != "" {
		k.meaning(path+".default", f.Default, false)
	}
	if f.JQ != "" {
		if _, err := decode.CompileJQ(f.JQ); err != nil {
			k.fault(path+".jq", "", "%s.jq: %v", path, err)
		}
	}
}

// meaning checks what a word of a manifest stands for.
func (k *checker) meaning(path, meaning string, skip bool) {
	known := []string{"on", "off", "unknown"}
	if skip {
		known = append(known, "skip")
	}
	group, isGroup := strings.CutPrefix(meaning, groupPrefix)
	var p Percent
	if slices.Contains(known, meaning) || isGroup && group != "" || strings.HasSuffix(meaning, "%") && p.UnmarshalText([]byte(meaning)) == nil {
		return
	}
	hint := "one of " + strings.Join(known, ", ") + ", a percentage with its sign, or group:<name>"
	if near := decode.Nearest(meaning, known); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	k.fault(path, hint, "%s: unknown meaning %q", path, clip(meaning))
}
