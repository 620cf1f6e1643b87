package gitrepo

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/text/encoding"

	"daylight/generator/history"
)

// parser takes commits and tags apart. It keeps what repeats: a history has few
// authors and fewer time zones, and a string each would cost more than the rest
// of the commit. It belongs to one goroutine.
type parser struct {
	people map[string]person
	zones  map[string]*time.Location
}

// person is a name and an address as they stand in an object.
type person struct{ name, email string }

// maxPeople bounds what is kept when a hostile history has an author a commit.
const maxPeople = 1 << 16

var errFormat = errors.New("malformed header")

// commit takes a commit apart. Only a commit without a tree or with a malformed
// id is an error; all other faults leave a field empty.
func (p *parser) commit(h hash, data []byte) (history.Commit, error) {
	c := history.Commit{Hash: h}
	var author, committer []byte
	var charset string
	rest := data
	for first := true; ; first = false {
		var line []byte
		line, rest = cutLine(rest)
		key, value, _ := bytes.Cut(line, []byte(" "))
		var err error
		switch {
		case len(line) == 0:
			c.Author, c.Committer, c.Message = p.text(charset, author, committer, rest)
			if c.Tree == (history.Hash{}) {
				return c, fmt.Errorf("commit %s: no tree: %w", c.Hash, errFormat)
			}
			return c, nil
		case first && string(key) == "tree":
			c.Tree, err = parseHash(value)
		case string(key) == "parent" && author == nil:
			var parent history.Hash
			parent, err = parseHash(value)
			c.Parents = append(c.Parents, parent)
		case string(key) == "author" && author == nil:
			author = value
		case string(key) == "committer" && committer == nil:
			committer = value
		case string(key) == "encoding":
			charset = string(value)
		}
		// Anything else is a signature, a merged tag or their continuation
		// lines, which begin with a space.
		if err != nil {
			return c, fmt.Errorf("commit %s: %w", c.Hash, err)
		}
	}
}

// text converts the parts of a commit that people wrote.
func (p *parser) text(charset string, author, committer, message []byte) (a, c history.Signature, m string) {
	d := decoderFor(charset)
	return p.signature(author, d), p.signature(committer, d), decode(d, string(message))
}

// tagObject is an annotated tag as it stands.
type tagObject struct {
	target  history.Hash
	kind    string
	tagger  history.Signature
	message string
}

// tag takes a tag object apart. Its message loses the signature at its end.
func (p *parser) tag(h hash, data []byte) (tagObject, error) {
	var t tagObject
	var tagger []byte
	var charset string
	rest := data
	for {
		var line []byte
		line, rest = cutLine(rest)
		key, value, _ := bytes.Cut(line, []byte(" "))
		var err error
		switch {
		case len(line) == 0:
			if t.target.IsZero() {
				return t, fmt.Errorf("tag object %s: no target: %w", history.Hash(h), errFormat)
			}
			d := decoderFor(charset)
			t.tagger, t.message = p.signature(tagger, d), decode(d, string(unsigned(rest)))
			return t, nil
		case string(key) == "object" && t.target.IsZero():
			t.target, err = parseHash(value)
		case string(key) == "type" && t.kind == "":
			t.kind = string(value)
		case string(key) == "tagger" && tagger == nil:
			tagger = value
		case string(key) == "encoding":
			charset = string(value)
		}
		if err != nil {
			return t, fmt.Errorf("tag object %s: %w", history.Hash(h), err)
		}
	}
}

// unsigned cuts the signature off a tag's message: git stores it there.
func unsigned(message []byte) []byte {
	for at := 0; at < len(message); {
		line, rest := cutLine(message[at:])
		if bytes.HasPrefix(line, []byte("-----BEGIN ")) &&
			(bytes.HasPrefix(line[11:], []byte("PGP SIGNATURE-----")) ||
				bytes.HasPrefix(line[11:], []byte("PGP MESSAGE-----")) ||
				bytes.HasPrefix(line[11:], []byte("SSH SIGNATURE-----")) ||
				bytes.HasPrefix(line[11:], []byte("SIGNED MESSAGE-----"))) {
			return message[:at]
		}
		at = len(message) - len(rest)
	}
	return message
}

// cutLine gives the first line and what follows it. At the end of the data the
// line is empty, as it is between head and message.
func cutLine(b []byte) (line, rest []byte) {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i], b[i+1:]
	}
	return b, nil
}

func parseHash(b []byte) (h history.Hash, err error) {
	if len(b) != 40 {
		return h, fmt.Errorf("object id %q: %w", b, errFormat)
	}
	if _, err := hex.Decode(h[:], b); err != nil {
		return history.Hash{}, fmt.Errorf("object id %q: %w", b, errFormat)
	}
	return h, nil
}

// signature reads "name <address> seconds offset". Like git it takes the
// address from the first "<" to the next ">", and the date after the last ">":
// names with brackets are common in imported histories.
func (p *parser) signature(b []byte, d *encoding.Decoder) history.Signature {
	who, date := b, []byte(nil)
	if i := bytes.LastIndexByte(b, '>'); i >= 0 {
		who, date = b[:i+1], b[i+1:]
	}
	human, ok := p.people[string(who)]
	if !ok || d != nil {
		human = splitPerson(who, d)
		if d == nil {
			if p.people == nil || len(p.people) >= maxPeople {
				p.people = make(map[string]person)
			}
			p.people[string(who)] = human
		}
	}
	return history.Signature{Name: human.name, Email: human.email, When: p.when(date)}
}

func splitPerson(who []byte, d *encoding.Decoder) person {
	name, rest, ok := bytes.Cut(who, []byte("<"))
	if !ok {
		return person{name: decode(d, string(bytes.TrimSpace(bytes.TrimRight(who, ">"))))}
	}
	email, _, _ := bytes.Cut(rest, []byte(">"))
	return person{
		name:  decode(d, string(bytes.TrimSpace(name))),
		email: decode(d, string(bytes.TrimSpace(email))),
	}
}

// The instants that RFC 3339 can write: years 1 to 9999. Others are unreadable.
const (
	firstSecond = -62135596800 + 86400 // a day's room for the offset
	lastSecond  = 253402300799 - 86400
)

// when reads "seconds offset".
func (p *parser) when(b []byte) time.Time {
	fields := bytes.Fields(b)
	if len(fields) == 0 {
		return time.Time{}
	}
	seconds, err := strconv.ParseInt(string(fields[0]), 10, 64)
	if err != nil || seconds < firstSecond || seconds > lastSecond {
		return time.Time{}
	}
	if len(fields) < 2 {
		return time.Unix(seconds, 0).UTC()
	}
	zone, ok := p.zones[string(fields[1])]
	if !ok {
		if p.zones == nil || len(p.zones) >= 1<<12 {
			p.zones = make(map[string]*time.Location)
		}
		zone = parseZone(string(fields[1]))
		p.zones[string(fields[1])] = zone
	}
	return time.Unix(seconds, 0).In(zone)
}

// parseZone reads "+0530": hours and minutes. What cannot be an offset, such as
// +9999, is UTC: the instant does not depend on it.
func parseZone(s string) *time.Location {
	n, err := strconv.Atoi(s)
	minutes := n/100*60 + n%100
	if err != nil || n%100 > 59 || n%100 < -59 || minutes <= -24*60 || minutes >= 24*60 || minutes == 0 {
		return time.UTC
	}
	return time.FixedZone("", minutes*60)
}
