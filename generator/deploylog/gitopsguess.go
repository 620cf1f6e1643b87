package deploylog

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/decode"
)

// Guess is how a file seems to say what is to run.
type Guess struct {
	// Value leads to it, as Desired.Value; "" is what a tool writes, and needs
	// no path.
	Value string
	// Hold is what seems to hold a lane, as Desired.Hold; "" is nothing.
	Hold  string
	Text  string // the first value, as it stands: "v1.4.0"
	Count int    // of values
}

// guessedKeys are the keys, inside others, under which an image's tag is kept by
// habit, in the order in which they are tried.
func guessedKeys() []string {
	return []string{
		"image.tag", "image_tag", "imageTag", "image.digest", "spec.values.image.tag",
		"{component}.image.tag", "{component}.image_tag", "{component}.imageTag",
		"spec.template.spec.containers[name={component}].image", "image",
	}
}

// guessedHolds are settings that keep what runs from following, as teams and
// tools name them, with what they say then.
func guessedHolds() []string {
	return []string{
		"automatic_deploys_enabled=false", "auto_deploy=false", "autoDeploy=false", "auto_deploy_enabled=false",
		"frozen=true", "freeze=true", "hold=true", "held=true", "paused=true", "suspend=true", "spec.suspend=true",
	}
}

// taggedVariable is a variable that holds the tag of an image, by its name.
var taggedVariable = regexp.MustCompile(`^[A-Za-z0-9_]*[A-Za-z0-9](_(?:DOCKER|IMAGE|CONTAINER)_(?:TAG|VERSION|DIGEST|SHA)|_(?:docker|image|container)_(?:tag|version|digest|sha))$`)

// GuessDesired looks at a file and tells how [GitOps] could read it; false when
// nothing in it looks like the tag of an image. What tools write is known by the
// file's name; for the rest the keys are tried that are usual.
func GuessDesired(name string, data []byte) (Guess, bool) {
	docs, fault, _ := decodeState(name, data)
	if fault != nil {
		return Guess{}, false
	}
	if values := toolValues(name, docs, data); len(values) > 0 {
		return guessOf("", values, docs)
	}
	if isDotenv(name) {
		return guessVariables(docs)
	}
	if strings.EqualFold(path.Base(name), "chart.yaml") {
		return Guess{}, false // the version of a chart is no version of what runs
	}
	for _, key := range guessedKeys() {
		if values := firstValue(docs, placing{}, key); len(values) > 0 {
			if g, ok := guessOf(key, values, docs); ok {
				return g, true
			}
		}
	}
	return Guess{}, false
}

// toolValues finds what a tool wrote by the name of the file, and by its marks.
func toolValues(name string, docs []*decode.Node, data []byte) []found {
	base := strings.ToLower(path.Base(name))
	switch {
	case bytes.Contains(data, []byte(`"$imagepolicy"`)),
		strings.HasPrefix(base, "kustomization"),
		strings.HasPrefix(base, ".argocd-source-"),
		base == "hydrator.metadata",
		base == "metadata.yaml":
		return conventional(name, placing{}, docs, data)
	}
	return nil
}

// guessOf takes values of which one at least looks like a version or a commit: a
// template's placeholder and "latest" tell nothing.
func guessOf(value string, values []found, docs []*decode.Node) (Guess, bool) {
	values = slices.DeleteFunc(values, func(f found) bool { return !versioned(taggedAs(f.text)) })
	if len(values) == 0 {
		return Guess{}, false
	}
	g := Guess{Value: value, Text: values[0].text, Count: len(values)}
	for _, hold := range guessedHolds() {
		key, is, _ := strings.Cut(hold, "=")
		for _, f := range firstValue(docs, placing{}, key) {
			if g.Hold == "" && (f.text == "true" || f.text == "false" || f.text == is) {
				g.Hold = hold
			}
		}
	}
	return g, true
}

// versioned reports a text with a digit in it that is no placeholder.
func versioned(text string) bool {
	return strings.ContainsAny(text, "0123456789") && !strings.ContainsAny(text, "{}$<> \t") && len(text) <= longestTag
}

// guessVariables takes the ending that most variables of an env file have.
func guessVariables(docs []*decode.Node) (Guess, bool) {
	counts := map[string]int{}
	best := Guess{}
	for _, doc := range docs {
		for _, e := range doc.Entries {
			m := taggedVariable.FindStringSubmatch(e.Key)
			text, _ := e.Value.Scalar()
			if m == nil || !versioned(text) {
				continue
			}
			if counts[m[1]]++; counts[m[1]] > best.Count { // the first of equal ones
				if best.Value != "{component}"+m[1] {
					best.Text = text
				}
				best.Value, best.Count = "{component}"+m[1], counts[m[1]]
			}
		}
	}
	return best, best.Count > 0
}
