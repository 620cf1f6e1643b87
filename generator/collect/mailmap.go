package collect

import (
	"regexp"
	"strings"

	"daylight/generator/history"
)

// Mailmap gives people one name, as git's .mailmap does (gitmailmap(5)). The
// zero Mailmap changes nothing.
type Mailmap struct {
	byMail     map[string]person // key: mail, lower case
	byNameMail map[string]person // key: name and mail, lower case
}

type person struct{ name, mail string }

var mailmapLine = regexp.MustCompile(`^([^<#]*)<([^<>]*)>\s*(?:([^<#]*)<([^<>]*)>)?\s*(?:#.*)?$`)

// ParseMailmap reads a .mailmap file; lines that it cannot read are passed over
// as git does.
func ParseMailmap(data []byte) Mailmap {
	m := Mailmap{byMail: map[string]person{}, byNameMail: map[string]person{}}
	for _, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		g := mailmapLine.FindStringSubmatch(line)
		if line == "" || strings.HasPrefix(line, "#") || g == nil {
			continue
		}
		name, mail := strings.TrimSpace(g[1]), strings.TrimSpace(g[2])
		oldName, oldMail := strings.TrimSpace(g[3]), strings.TrimSpace(g[4])
		switch {
		case oldMail == "": // Proper Name <commit@mail>
			m.byMail[strings.ToLower(mail)] = person{name: name}
		case oldName == "": // [Proper Name] <proper@mail> <commit@mail>
			m.byMail[strings.ToLower(oldMail)] = person{name, mail}
		default: // [Proper Name] <proper@mail> Commit Name <commit@mail>
			m.byNameMail[strings.ToLower(oldName+"\x00"+oldMail)] = person{name, mail}
		}
	}
	return m
}

// Name gives the name of who signed, after the map.
func (m Mailmap) Name(s history.Signature) string {
	if len(m.byMail)+len(m.byNameMail) == 0 {
		return s.Name
	}
	mail := strings.ToLower(s.Email)
	p, ok := m.byNameMail[strings.ToLower(s.Name)+"\x00"+mail]
	if !ok {
		p, ok = m.byMail[mail]
	}
	if ok && p.name != "" {
		return p.name
	}
	return s.Name
}
