package wording

import "strings"

// scope is what a rule reads: any of the selections, each of which is a list of
// parts that must all hold.
type scope [][]part

type part struct {
	not      bool
	sections []string
}

// parseScope reads selections as they are written: "heading.h2", "text & ~list".
func parseScope(list []string) scope {
	var out scope
	for _, s := range list {
		var parts []part
		for _, p := range strings.Split(s, "&") {
			p = strings.TrimSpace(p)
			name, not := strings.CutPrefix(p, "~")
			parts = append(parts, part{not, strings.Split(strings.TrimSpace(name), ".")})
		}
		out = append(out, parts)
	}
	return out
}

// reads reports whether the scope selects a passage with these sections. What
// is cut otherwise than at blocks (sentences, the summary, the source) is read
// only by what asks for it by name.
func (s scope) reads(in map[string]bool) bool {
	for _, parts := range s {
		if s.selects(parts, in) {
			return true
		}
	}
	return false
}

func (s scope) selects(parts []part, in map[string]bool) bool {
	for _, apart := range []string{"sentence", "summary", "raw"} {
		if in[apart] && !asks(parts, apart) {
			return false
		}
	}
	for _, p := range parts {
		if p.within(in) == p.not {
			return false
		}
	}
	return true
}

func (p part) within(in map[string]bool) bool {
	for _, s := range p.sections {
		if !in[s] {
			return false
		}
	}
	return true
}

// asks reports whether one of the parts names a section.
func asks(parts []part, section string) bool {
	for _, p := range parts {
		for _, s := range p.sections {
			if s == section && !p.not {
				return true
			}
		}
	}
	return false
}

// names reports whether any selection names a section.
func (s scope) names(section string) bool {
	for _, parts := range s {
		if asks(parts, section) {
			return true
		}
	}
	return false
}
