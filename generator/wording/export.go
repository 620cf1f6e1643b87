package wording

import (
	"cmp"
	"slices"
	"strings"

	"daylight/generator/decode"
)

// ExportedFile is a file of an exported style.
type ExportedFile struct {
	Path string // below the folder of the export
	Data []byte
}

// ExportVale writes rules for Vale: a folder styles with a folder for each style,
// and a .vale.ini that uses them, with the rules for what customers read on the
// public globs only. Rules of facts are left out, since they need the ledger.
// In Vale a blank does not stand for the end of a line, so blanks of patterns
// are written as \s+. The files come by path.
func ExportVale(rules []Rule, public []string) []ExportedFile {
	var out []ExportedFile
	var styles, narrow []string
	for _, r := range rules {
		if r.Facts() || r.root == nil {
			continue
		}
		style, name, _ := strings.Cut(r.Name, ".")
		if !slices.Contains(styles, style) {
			styles = append(styles, style)
		}
		if r.scope.names("public") {
			narrow = append(narrow, r.Name)
		}
		out = append(out, ExportedFile{"styles/" + style + "/" + name + ".yml", exportRule(r)})
	}
	out = append(out, ExportedFile{".vale.ini", valeSettings(styles, narrow, public)})
	slices.SortFunc(out, func(a, b ExportedFile) int { return cmp.Compare(a.Path, b.Path) })
	return out
}

func valeSettings(styles, narrow, public []string) []byte {
	var b strings.Builder
	b.WriteString("StylesPath = styles\nMinAlertLevel = suggestion\n\n[*.{md,txt}]\nBasedOnStyles = " + strings.Join(styles, ", ") + "\n")
	for _, r := range narrow {
		b.WriteString(r + " = NO\n")
	}
	for _, glob := range public {
		if len(narrow) == 0 {
			break
		}
		b.WriteString("\n[" + glob + "]\n")
		for _, r := range narrow {
			b.WriteString(r + " = YES\n")
		}
	}
	return []byte(b.String())
}

// exportRule writes a rule as YAML, key by key in its own order.
func exportRule(r Rule) []byte {
	var b strings.Builder
	for _, e := range r.root.Entries {
		key := strings.ToLower(e.Key)
		switch {
		case key == "level":
			continue
		case key == "scope" && r.scope.names("public"):
			continue // .vale.ini says where it is used
		case e.Value.Is(decode.List):
			b.WriteString(key + ":\n")
			if key == "tokens" {
				for _, w := range r.words {
					b.WriteString("  - " + yamlText(w) + "\n")
				}
			}
			for _, item := range e.Value.Items {
				s, _ := item.Scalar()
				if key == "tokens" || key == "raw" || key == "exceptions" {
					s = acrossLines(s)
				}
				b.WriteString("  - " + yamlText(s) + "\n")
			}
		case e.Value.Is(decode.Map):
			b.WriteString(key + ":\n")
			if key == "swap" {
				for _, pair := range r.swaps {
					b.WriteString("  " + yamlText(acrossLines(pair[0])) + ": " + yamlText(pair[1]) + "\n")
				}
			}
			for _, pair := range e.Value.Entries {
				s, _ := pair.Value.Scalar()
				k := pair.Key
				if key == "swap" || key == "either" {
					k = acrossLines(k)
				}
				b.WriteString("  " + yamlText(k) + ": " + yamlText(s) + "\n")
			}
		default:
			s, _ := e.Value.Scalar()
			if key == "token" || key == "first" || key == "second" {
				s = acrossLines(s)
			}
			if e.Value.Is(decode.String) {
				s = yamlText(s)
			}
			b.WriteString(key + ": " + s + "\n")
		}
	}
	b.WriteString("level: " + string(r.Level) + "\n")
	return []byte(b.String())
}

func yamlText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// acrossLines writes a pattern so that its blanks also match the end of a line.
func acrossLines(pattern string) string {
	var b strings.Builder
	class := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			b.WriteString(pattern[i : i+2])
			i++
		case c == '[' && !class:
			class = true
			b.WriteByte(c)
		case c == ']' && class:
			class = false
			b.WriteByte(c)
		case c == ' ' && (class || i+1 < len(pattern) && strings.IndexByte("?*+{", pattern[i+1]) >= 0):
			b.WriteString(`\s`)
		case c == ' ':
			b.WriteString(`\s+`)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
