package collect

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/history"
	"daylight/generator/ledger"
)

// noteBlock is the fenced block that projects of the Kubernetes family put into
// pull request texts.
var noteBlock = regexp.MustCompile("(?s)```release-notes?[ \t]*\n(.*?)```")

// changelogKinds are Keep a Changelog's types with the words that people write
// for them.
var changelogKinds = map[string]string{
	"added": "added", "add": "added", "feature": "added", "new": "added",
	"changed": "changed", "change": "changed", "performance": "changed",
	"deprecated": "deprecated", "removed": "removed", "remove": "removed",
	"fixed": "fixed", "fix": "fixed", "bugfix": "fixed", "security": "security",
}

// noteOfMessage finds a text for people in a message: Release-Note trailers
// first, then a release-note block. A trailer "Changelog: fixed" gives its kind.
// "none" in any of them means that there is nothing to say.
func noteOfMessage(m *Message, trailers []string, at ledger.Origin) *ledger.NoteText {
	if len(m.Trailers) == 0 && !strings.Contains(m.Body, "```release-note") {
		return nil // as with nearly all
	}
	kind := ""
	for _, t := range m.Trailer("Changelog") {
		kind = changelogKinds[strings.ToLower(t.Value)]
	}
	var lines []string
	origin := at
	for _, key := range trailers {
		for _, t := range m.Trailer(key) {
			if !isNone(t.Value) {
				lines = append(lines, t.Value)
				origin.Line = t.Line
			}
		}
	}
	if len(lines) == 0 && strings.Contains(m.Body, "```release-note") {
		if g := noteBlock.FindStringSubmatch(m.Body); g != nil && !isNone(g[1]) {
			lines = append(lines, strings.TrimSpace(g[1]))
		}
	}
	if len(lines) == 0 && kind == "" {
		return nil
	}
	return &ledger.NoteText{Text: strings.Join(lines, "\n\n"), Kind: kind, Origins: []ledger.Origin{origin}}
}

// saysNothing reports whether a message says that there is nothing to tell users:
// "Release-Note: none", "Changelog: none", "Skip-Changelog: true", or a
// release-note block with that word.
func saysNothing(m *Message, trailers []string) bool {
	for _, t := range m.Trailers {
		switch {
		case strings.EqualFold(t.Key, "Skip-Changelog"):
			return !strings.EqualFold(t.Value, "false")
		case strings.EqualFold(t.Key, "Changelog"), slices.ContainsFunc(trailers, func(key string) bool { return strings.EqualFold(key, t.Key) }):
			if t.Value != "" && (isNone(t.Value) || strings.EqualFold(t.Value, "skip")) {
				return true
			}
		}
	}
	if strings.Contains(m.Body, "```release-note") {
		g := noteBlock.FindStringSubmatch(m.Body)
		return g != nil && strings.TrimSpace(g[1]) != "" && isNone(g[1])
	}
	return false
}

func isNone(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "none", "n/a", "no":
		return true
	}
	return false
}

// noteFile is a note file's front matter and text: "key: value" lines between
// two lines of three dashes, then Markdown.
type noteFile struct {
	note        ledger.NoteText
	flag        ledger.FlagKey
	change      string // a commit id, full or short
	pullRequest int
}

// parseNoteFile reads a note file. Unknown keys are kept out and do no harm.
func parseNoteFile(f history.File, data []byte, at ledger.Origin) noteFile {
	text := strings.ReplaceAll(strings.ToValidUTF8(string(data), "\uFFFD"), "\r\n", "\n")
	base := path.Base(f.Path)
	out := noteFile{}
	if f.Path != "" {
		out.note.Name = strings.TrimSuffix(base, path.Ext(base))
	}
	at.File, at.Line = f.Path, 1
	if rest, ok := strings.CutPrefix(text, "---\n"); ok {
		head, body, found := strings.Cut(rest, "\n---")
		if found {
			out.header(head)
			_, text, _ = strings.Cut(body, "\n")
			at.Line = 3 + strings.Count(head, "\n") + 1
		}
	}
	text = strings.TrimSpace(text)
	if title, rest, _ := strings.Cut(text, "\n"); out.note.Title == "" && strings.HasPrefix(title, "# ") {
		out.note.Title, text = strings.TrimSpace(title[2:]), strings.TrimSpace(rest)
	}
	out.note.Text, out.note.Origins = text, []ledger.Origin{at}
	return out
}

func (n *noteFile) header(head string) {
	for _, line := range strings.Split(head, "\n") {
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "title":
			n.note.Title = value
		case "kind", "type":
			n.note.Kind = changelogKinds[strings.ToLower(value)]
		case "flag":
			n.flag = ledger.FlagKey(value)
		case "change", "commit":
			n.change = strings.ToLower(value)
		case "pull_request", "pull-request", "pr":
			n.pullRequest = number(strings.TrimLeft(value, "#!"))
		}
	}
}

// byName completes a note that names nothing from the name of its file.
func (n *noteFile) byName(isFlag func(ledger.FlagKey) bool) {
	if n.flag != "" || n.change != "" || n.pullRequest > 0 {
		return
	}
	if isFlag(ledger.FlagKey(n.note.Name)) {
		n.flag = ledger.FlagKey(n.note.Name)
		return
	}
	first, kind, _ := strings.Cut(n.note.Name, ".") // 123.fixed.md
	if n.pullRequest = number(first); n.pullRequest > 0 && n.note.Kind == "" {
		n.note.Kind = changelogKinds[strings.ToLower(kind)]
	}
}
