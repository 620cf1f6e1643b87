package feed_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// The checker holds the rules for feeds that strict readers apply. Its findings
// have the names of the events of the public validator, so that a failure can be
// looked up. It knows what we write and what we could get wrong, and not more:
// of other formats it says nothing.

// finding is a broken rule. A warning is not an error for the format, and our
// feeds have neither.
type finding struct {
	Event   string
	Warning bool
	Where   string
}

func (f finding) String() string { return f.Event + " at " + f.Where }

// report collects findings.
type report struct {
	found []finding
	now   time.Time // the present, for dates in the future
}

func (r *report) fail(event, where string) { r.found = append(r.found, finding{event, false, where}) }
func (r *report) warn(event, where string) { r.found = append(r.found, finding{event, true, where}) }

// events gives the names of the errors and of the warnings, sorted, each once.
func (r *report) events() (failures, warnings []string) {
	for _, f := range r.found {
		if f.Warning {
			warnings = append(warnings, f.Event)
		} else {
			failures = append(failures, f.Event)
		}
	}
	slices.Sort(failures)
	slices.Sort(warnings)
	return slices.Compact(failures), slices.Compact(warnings)
}

// node is an element with its place among its siblings.
type node struct {
	foreign     bool // it has an attribute of a name space that is not its own
	space, name string
	attr        map[string]string // by local name, with "prefix:" for the xml: ones
	children    []*node
	text        string // all character data directly inside
	raw         string // the same as it is written, references and all
}

func (n *node) all(space, name string) []*node {
	var out []*node
	for _, c := range n.children {
		if c.space == space && c.name == name {
			out = append(out, c)
		}
	}
	return out
}

func (n *node) first(space, name string) *node {
	if l := n.all(space, name); len(l) > 0 {
		return l[0]
	}
	return nil
}

// checkXML checks RSS 2.0 or Atom 1.0.
func checkXML(data []byte, now time.Time) *report {
	r := &report{now: now}
	root, err := parse(data)
	if err != nil {
		r.fail("SAXError", err.Error())
		return r
	}
	switch {
	case root.name == "rss":
		r.rss(root)
	case root.name == "feed" && root.space == atomSpace:
		r.atom(root)
	case root.name == "feed" && root.space == "":
		r.fail("MissingNamespace", "feed")
	}
	return r
}

// parse reads a document. Declared encodings are taken for UTF-8: the cases of
// the corpus hold ASCII.
func parse(data []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	root := &node{}
	stack := []*node{root}
	for {
		start := d.InputOffset()
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &node{space: tok.Name.Space, name: tok.Name.Local, attr: map[string]string{}}
			for _, a := range tok.Attr {
				name := a.Name.Local
				n.foreign = n.foreign || a.Name.Space != "" && a.Name.Space != "xml" && a.Name.Space != "xmlns" && a.Name.Space != "http://www.w3.org/XML/1998/namespace"
				if a.Name.Space == "xml" || a.Name.Space == "http://www.w3.org/XML/1998/namespace" {
					name = "xml:" + name
				}
				if _, ok := n.attr[name]; ok && a.Name.Space == "" {
					return nil, fmt.Errorf("attribute %s twice", name)
				}
				n.attr[name] = a.Value
			}
			top.children = append(top.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(tok)
			top.raw += string(data[start:d.InputOffset()])
		}
	}
	if len(root.children) != 1 {
		return nil, errors.New("no root element")
	}
	return root.children[0], nil
}

// text checks character data of any element.
func (r *report) text(n *node, where string) {
	for _, c := range n.text {
		if c == '\uFFFD' || c >= 0x80 && c <= 0x9f {
			r.warn("BadCharacters", where)
			break
		}
	}
	if strings.TrimSpace(n.text) == "" && len(n.children) == 0 {
		r.warn("NotBlank", where)
	}
}

var (
	rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)
	rfc822  = regexp.MustCompile(`^(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d\d?) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) (\d\d:\d\d(?::\d\d)?) (GMT|UT|EST|EDT|CST|CDT|MST|MDT|PST|PDT|[+-]\d\d(?:00|30))$`)
	loose   = regexp.MustCompile(`^(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(\d\d?) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d\d|\d{4}) \d\d?:\d\d(:\d\d)? \S+$`)
)

// rfc3339Date checks a date of Atom or JSON Feed.
func (r *report) rfc3339Date(n string, where string) {
	if n != strings.TrimSpace(n) {
		r.fail("UnexpectedWhitespace", where)
		return
	}
	t, err := time.Parse(time.RFC3339, n)
	if err != nil || !rfc3339.MatchString(n) {
		r.fail("InvalidRFC3339Date", where)
		return
	}
	r.plausible(t, where)
}

func (r *report) plausible(t time.Time, where string) {
	if t.After(r.now.Add(25*time.Hour)) || t.Year() < 1990 {
		r.warn("ImplausibleDate", where)
	}
}

// rfc822Date checks a date of RSS.
func (r *report) rfc822Date(s, where string) {
	m := rfc822.FindStringSubmatch(s)
	if m == nil {
		if loose.MatchString(s) {
			r.warn("ProblematicalRFC822Date", where)
		} else {
			r.fail("InvalidRFC2822Date", where)
		}
		return
	}
	t, err := time.Parse("2 Jan 2006", m[2]+" "+m[3]+" "+m[4])
	if err != nil {
		r.fail("InvalidRFC2822Date", where)
		return
	}
	if m[1] != "" && t.Format("Mon") != m[1] {
		r.fail("IncorrectDOW", where)
	}
	r.plausible(t, where)
}

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)

func (r *report) language(s, where string) {
	if !languageTag.MatchString(s) || len(strings.SplitN(s, "-", 2)[0]) > 3 {
		r.fail("InvalidLanguage", where)
	}
}

// fullLink checks an absolute address that has its canonical form.
func (r *report) fullLink(s, where string) {
	u, err := url.Parse(s)
	if err != nil || !u.IsAbs() || strings.ContainsFunc(s, unicode.IsSpace) {
		r.fail("InvalidFullLink", where)
		return
	}
	if u.Scheme == "http" || u.Scheme == "https" {
		if u.Host == "" {
			r.fail("InvalidFullLink", where)
		} else if u.Host != strings.ToLower(u.Host) || u.Path == "" || u.Port() == "80" && u.Scheme == "http" || u.Port() == "443" && u.Scheme == "https" {
			r.warn("NonCanonicalURI", where)
		}
	}
}

var tagURI = regexp.MustCompile(`^tag:[a-z0-9][a-z0-9.-]*(@[a-z0-9.-]+)?,\d{4}(-\d\d(-\d\d)?)?:[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*$`)

// tag checks a tag: address.
func (r *report) tag(s, where string) {
	if strings.HasPrefix(s, "tag:") && !tagURI.MatchString(s) {
		r.fail("InvalidTAG", where)
	}
}

// shared reports ten or more entries that all have one id.
func (r *report) shared(ids []string) {
	const many = 10
	if len(ids) >= many && len(slices.Compact(slices.Sorted(slices.Values(ids)))) == 1 {
		r.fail("DuplicateIds", ids[0])
	}
}

// differ reports equal texts of siblings.
func (r *report) differ(list []string, event string) {
	seen := map[string]bool{}
	for _, s := range list {
		if seen[s] {
			r.warn(event, s)
		}
		seen[s] = true
	}
}

// only reports children in no name space that the format does not know.
func (r *report) only(n *node, space string, names string) {
	known := strings.Fields(names)
	for _, c := range n.children {
		if c.space == space && !slices.Contains(known, c.name) {
			r.fail("UndefinedElement", n.name+"/"+c.name)
		}
	}
}
