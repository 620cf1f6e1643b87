package deploylog

import (
	"bytes"
	"path"
	"strings"

	"daylight/generator/decode"
)

// version is what one version of a file says.
type version struct {
	values []found
	held   []found // where the policy of the lane holds
	fault  *decode.Error
	faults []*decode.Error // of lines that do not hinder the others
	unread bool            // the object is not there
}

// maxDesired bounds a file of the desired state; rendered manifests are long.
const maxDesired = 8 << 20

// scanner finds values in versions of files. It may be used by several
// goroutines at once.
type scanner struct {
	values []valuePath // none: what the file's name tells
	hold   *valuePath
	is     string // the text of hold that holds
	// plain is the key of a path that is one key; then a file of lines "key: value"
	// needs no parser, and those are nearly all files of a history.
	plain     string
	holdPlain string
}

func newScanner(value, hold string) (*scanner, error) {
	s := &scanner{}
	var err error
	if s.values, err = parseValues(value); err != nil {
		return nil, err
	}
	if len(s.values) == 1 {
		s.plain, _ = s.values[0].plainKey()
	}
	if hold == "" {
		return s, nil
	}
	key, is, _ := strings.Cut(hold, "=")
	p, err := parseValue(strings.TrimSpace(key))
	if err != nil {
		return nil, err
	}
	s.hold, s.is = &p, strings.TrimSpace(is)
	if s.is == "" {
		s.is = "true"
	}
	s.holdPlain, _ = p.plainKey()
	return s, nil
}

// own reports that the value is the commit itself, or what a note on it says, and
// that nothing is to be read.
func (s *scanner) own() bool {
	return len(s.values) == 1 && (s.values[0].text == ownRevision || s.noted())
}

// noted reports that the value is what a note says.
func (s *scanner) noted() bool { return len(s.values) == 1 && s.values[0].text == NotedRevision }

// read finds the values in one version of a file.
func (s *scanner) read(name string, at placing, data []byte) version {
	if len(s.values) == 1 && s.values[0].text == wholeText {
		return wholeVersion(name, at, data)
	}
	if s.plain != "" && (s.hold == nil || s.holdPlain != "") && !isDotenv(name) && !otherSyntax(name) {
		if v, ok := s.quick(at, data); ok {
			return v
		}
	}
	var v version
	docs, fault, faults := decodeState(name, data)
	v.fault, v.faults = fault, faults
	if fault != nil {
		return v
	}
	if len(s.values) == 0 {
		v.values = conventional(name, at, docs, data)
	} else {
		v.values = s.firstOf(docs, at)
	}
	if s.hold != nil {
		for _, doc := range docs {
			for _, f := range s.hold.find(doc, at) {
				if strings.EqualFold(f.text, s.is) {
					v.held = append(v.held, f)
				}
			}
		}
	}
	return v
}

// firstOf gives, for each lane, what the first of the alternatives finds.
func (s *scanner) firstOf(docs []*decode.Node, at placing) []found {
	var out []found
	seen := map[placing]bool{}
	for _, p := range s.values {
		var here []placing
		for _, doc := range docs {
			for _, f := range p.find(doc, at) {
				if !seen[f.placing] {
					out, here = append(out, f), append(here, f.placing)
				}
			}
		}
		for _, h := range here {
			seen[h] = true
		}
	}
	return out
}

// wholeVersion takes the text of a file for its value.
func wholeVersion(name string, at placing, data []byte) version {
	text := string(bytes.TrimSpace(data))
	if text == "" {
		return version{}
	}
	if i := strings.IndexAny(text, "\r\n"); i >= 0 || len(text) > longestTag {
		return version{fault: &decode.Error{File: name, Line: 1, Col: 1, Message: "the file is no single line of text"}}
	}
	lead := len(data) - len(bytes.TrimLeft(data, " \t\r\n"))
	line := 1 + bytes.Count(data[:lead], []byte("\n"))
	return version{values: []found{{at, text, line, lead - bytes.LastIndexByte(data[:lead], '\n')}}}
}

// isDotenv reports a file of KEY=value by its name.
func isDotenv(name string) bool {
	base := path.Base(name)
	return strings.HasSuffix(base, ".env") || strings.HasPrefix(base, ".env") || strings.HasSuffix(base, ".properties")
}

// otherSyntax reports a file that is no YAML by its name.
func otherSyntax(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".json", ".jsonc", ".json5", ".toml":
		return true
	}
	return false
}

// decodeState decodes a file by its name; one that tells nothing is YAML, of
// which JSON is a part. A fault means that nothing can be told of the file;
// faults are of lines.
func decodeState(name string, data []byte) (docs []*decode.Node, fault *decode.Error, faults []*decode.Error) {
	r := decode.Reader{MaxBytes: maxDesired}
	if isDotenv(name) {
		n, faults := r.Dotenv(name, data)
		return []*decode.Node{n}, nil, faults
	}
	as := name
	if strings.EqualFold(path.Base(name), HydratorNotes) {
		as = name + ".json" // by its name YAML, which would place a fault elsewhere
	}
	docs, err := r.ByName(as, data)
	if err != nil {
		fault, ok := decode.AsError(err)
		if !ok {
			fault = &decode.Error{File: name, Line: 1, Col: 1, Message: err.Error()}
		}
		return nil, fault, nil
	}
	return docs, nil, nil
}

// quick reads a file of lines "key: value", each a plain or simply quoted text,
// as the parser would. ok is false for anything else, which is left to it.
func (s *scanner) quick(at placing, data []byte) (v version, ok bool) {
	var seen [2]bool
	line := 0
	for rest := data; len(rest) > 0; {
		text := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			text, rest = rest[:i], rest[i+1:]
		} else {
			rest = nil
		}
		line++
		text = bytes.TrimSuffix(text, []byte("\r"))
		if len(bytes.TrimSpace(text)) == 0 || text[0] == '#' {
			if bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
				return version{}, false
			}
			continue
		}
		key, value, col, plain := plainLine(text)
		if !plain {
			return version{}, false
		}
		switch {
		case string(key) == s.plain:
			if seen[0] {
				return version{}, false
			}
			seen[0] = true
			v.values = []found{{at, string(value), line, col}}
		case s.hold != nil && string(key) == s.holdPlain:
			if seen[1] {
				return version{}, false
			}
			seen[1] = true
			if strings.EqualFold(string(value), s.is) {
				v.held = []found{{at, string(value), line, col}}
			}
		}
	}
	return v, true
}

// plainLine reads "key: value" where both are what they look like.
func plainLine(text []byte) (key, value []byte, col int, ok bool) {
	end := 0
	for end < len(text) && isPlain(text[end]) {
		end++
	}
	if end == 0 || end+2 > len(text) || text[end] != ':' || text[end+1] != ' ' || !isLetter(text[0]) {
		return nil, nil, 0, false
	}
	start := end + 1
	for start < len(text) && text[start] == ' ' {
		start++
	}
	value = bytes.TrimRight(text[start:], " ")
	if n := len(value); n > 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		value = value[1 : n-1]
		if len(bytes.TrimSpace(value)) != len(value) {
			return nil, nil, 0, false
		}
	} else if n == 0 || !isLetter(value[0]) && (value[0] < '0' || value[0] > '9') || isNull(value) {
		return nil, nil, 0, false
	}
	for _, c := range value {
		if !isPlain(c) && c != '/' && c != '@' && c != '+' {
			return nil, nil, 0, false
		}
	}
	return text[:end], value, start + 1, true
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// isPlain reports a letter, a digit, or a mark that means nothing in YAML inside
// a word.
func isPlain(c byte) bool {
	return isLetter(c) || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

func isNull(value []byte) bool { return len(value) == 4 && strings.EqualFold(string(value), "null") }
