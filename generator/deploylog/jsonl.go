package deploylog

import (
	"cmp"
	"slices"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// JSONLines reads files in the tree with one JSON object a line:
//
//	{"environment": "production", "revision": "3fa9c1e2b4d5…", "version": "v1.4.0", "at": "2026-03-03T09:00:00Z"}
//
// with the keys that are listed at [Keys]. Lines that begin with # are comments.
type JSONLines struct{}

// Name is "jsonl".
func (JSONLines) Name() string { return "jsonl" }

// maxFile bounds a file of records: a line has some 200 bytes.
const maxFile = 64 << 20

// Read implements [Reader].
func (j JSONLines) Read(in Input) ([]ledger.Record, []ledger.Problem) {
	r := &reading{Input: in, source: j.Name()}
	files := slices.Clone(in.Files)
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	for _, f := range files {
		r.file(f)
	}
	return r.done()
}

func (r *reading) file(f File) {
	data := blankComments(f.Data)
	lines := strings.Split(string(data), "\n")
	for _, line := range (decode.Reader{MaxBytes: maxFile, MaxNodes: 20_000_000}).JSONLines(f.Path, data) {
		origin := ledger.Origin{Repository: r.Repository, File: f.Path, Commit: f.Commit, Line: line.Line, Col: 1}
		if line.Err != nil {
			origin.Col = line.Err.Col
			r.report(ledger.LevelWarning, "unreadable", &origin, "a record is one JSON object on one line", "this line is no JSON: %s", line.Err.Message)
			continue
		}
		if !line.Value.Is(decode.Map) {
			r.report(ledger.LevelWarning, "unreadable", &origin, "a record is one JSON object on one line", "this line is %s, and no object", line.Value.Kind)
			continue
		}
		e := event{fields: flatten(line.Value), origin: origin, key: f.Path + "\x00" + strings.TrimSpace(lines[line.Line-1])}
		if line.Line <= len(f.FirstSeen) {
			e.firstSeen = f.FirstSeen[line.Line-1]
		}
		r.record(e)
	}
}

// blankComments replaces lines that begin with # by empty ones, so that places
// stay.
func blankComments(data []byte) []byte {
	if !strings.Contains(string(data), "#") {
		return data
	}
	var b strings.Builder
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			line = line[len(strings.TrimRight(line, "\r\n")):]
		}
		b.WriteString(line)
	}
	return []byte(b.String())
}
