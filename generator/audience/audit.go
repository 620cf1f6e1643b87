package audience

import (
	"cmp"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"sync"

	"daylight/generator/ledger"
)

// Secret is a string that a site must not hold.
type Secret struct {
	Kind string `json:"kind"` // title, body, flag, commit, author, branch, ...
	Text string `json:"text"`
}

// AuditInput is what an audit compares a site with.
type AuditInput struct {
	Full   *ledger.Ledger // required: what there is
	Public Public         // what the audience may see of it
	// Facts are what the ledger was made of; nil is none. Incidents, holds and what
	// flags are used for are in no ledger, and pages of the team have them.
	Facts *ledger.Facts
	// Extra are more secrets, which no ledger holds: branches, mail addresses,
	// docs of the team.
	Extra []Secret
	// Allowed are texts that the audience may have besides: its docs and terms.
	Allowed []string
	// Baseline is a site made of an empty ledger with the same theme and
	// configuration: what it says is no secret. Nil is none.
	Baseline fs.FS
	// Ignore are secrets that are words of everyday language in this project.
	// They are listed as not checked.
	Ignore []string
}

// Finding is an occurrence of a withheld string.
type Finding struct {
	Path string `json:"path"`
	Line int    `json:"line"` // counted from 1; 0 in a file's name and in encoded text
	Kind string `json:"kind"` // of the secret
	Text string `json:"text"` // the secret; of a body the words that were found
	// Form is how it is written: plain, file name, without tags, entities, percent,
	// backslash, base64, hex, UTF-16, compressed, picture; of several the outermost.
	Form string `json:"form"`
}

// String gives "path:line: kind "text" (form)".
func (f Finding) String() string {
	place := f.Path
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d", f.Path, f.Line)
	}
	return fmt.Sprintf("%s: %s %q (%s)", place, f.Kind, f.Text, f.Form)
}

// Unchecked is a secret that no audit can look for, and why.
type Unchecked struct {
	Secret
	Why string `json:"why"`
}

// Doubtful reports whether a secret that was not looked for might be in the site
// all the same: it is too short or too common to tell, or was to be ignored.
// What is public too is no secret.
func (u Unchecked) Doubtful() bool { return u.Why != whyPublic }

// The reasons why a secret is not looked for.
const (
	whyShort   = "too short"
	whyCommon  = "too common"
	whyPublic  = "public too"
	whyIgnored = "ignored by the configuration"
)

// Report is the outcome of an audit.
type Report struct {
	Findings []Finding `json:"findings"` // by path, kind, text and form; each secret once in a file
	// Unchecked is sorted by kind and text.
	Unchecked []Unchecked `json:"unchecked"`
	// Unread are the files that hide their text from the audit, since they are
	// compressed in a way that it cannot undo, such as PDF; sorted.
	Unread  []string `json:"unread"`
	Files   int      `json:"files"`
	Bytes   int64    `json:"bytes"`
	Secrets int      `json:"secrets"` // that were looked for, parts of bodies apart
}

// Auditor finds withheld strings in the files of a site, one file after the
// other: what it keeps does not grow with the site. It is safe for use by many
// goroutines.
type Auditor struct {
	matcher *matcher

	mu       sync.Mutex
	findings []Finding
	unread   []string
	files    int
	bytes    int64
}

// NewAuditor works out what must not be found: each string and commit of the
// full ledger that names something, and that is not in the reduced ledger, the
// allowed texts or the baseline. An error says that the baseline could not be
// read.
func NewAuditor(in AuditInput) (*Auditor, error) {
	public, err := publicTexts(in)
	if err != nil {
		return nil, err
	}
	m := newMatcher(collect(in), public)
	m.forgive(public, in.Ignore)
	return &Auditor{matcher: m}, nil
}

// File audits one file of the site: its path and its bytes, which are not kept.
//
// A string counts where it stands between delimiters (no letter or digit before
// or after it), whatever its case and its white space, from four characters on;
// a title also as the slug of an address; a commit from seven hex digits on; a
// body by any six words in a row. Looked at are the name of the file, its bytes,
// and these without tags and with HTML entities, percent escapes, backslash
// escapes of JSON, script and style, base64, hex digits and UTF-16 resolved, and
// with what is compressed opened, also one within the other. Composed and joined
// letters are what they stand for, and what has no shape is left out.
func (a *Auditor) File(path string, data []byte) {
	found, readable := a.matcher.file(path, data)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.files++
	a.bytes += int64(len(data))
	a.findings = append(a.findings, found...)
	if !readable || opaque(path) {
		a.unread = append(a.unread, path)
	}
}

// Report tells what was found in the files so far.
func (a *Auditor) Report() Report {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := Report{Secrets: a.matcher.active(), Files: a.files, Bytes: a.bytes}
	r.Findings = slices.Clone(a.findings)
	slices.SortFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Form, b.Form))
	})
	r.Unchecked = slices.Clone(a.matcher.unchecked)
	slices.SortFunc(r.Unchecked, func(a, b Unchecked) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Why, b.Why))
	})
	r.Unchecked = slices.Compact(r.Unchecked)
	r.Unread = slices.Clone(a.unread)
	slices.Sort(r.Unread)
	return r
}

// Audit reads every byte of a finished site and finds what its audience must not
// have. An error says that a file could not be read: the audit has failed then.
func Audit(site fs.FS, in AuditInput) (Report, error) {
	a, err := NewAuditor(in)
	if err != nil {
		return Report{}, err
	}
	paths, err := filesOf(site)
	if err != nil {
		return Report{}, err
	}
	errs := make([]error, len(paths))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				data, err := fs.ReadFile(site, paths[i])
				if err != nil {
					errs[i] = fmt.Errorf("audit %s: %w", paths[i], err)
					continue
				}
				a.File(paths[i], data)
			}
		})
	}
	for i := range paths {
		next <- i
	}
	close(next)
	workers.Wait()
	for _, err := range errs { // the first in the order of the names
		if err != nil {
			return Report{}, err
		}
	}
	return a.Report(), nil
}

// filesOf lists all files of a site in the order of their names.
func filesOf(site fs.FS) ([]string, error) {
	var paths []string
	err := fs.WalkDir(site, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("audit %s: %w", path, err)
		}
		if !d.IsDir() {
			paths = append(paths, path)
		}
		return nil
	})
	return paths, err
}

// file finds the secrets of one file, each once, and reports whether all of the
// file could be read.
func (m *matcher) file(path string, data []byte) ([]Finding, bool) {
	found := map[Secret]Finding{}
	add := func(form string, withLines bool) func(hit) {
		covered := 0 // where the last words of a body ended: the next ones overlap
		return func(h hit) {
			if h.secret.Kind == "body" {
				if h.from < covered {
					return
				}
				covered = h.end
			}
			f := Finding{Path: path, Kind: h.secret.Kind, Text: h.secret.Text, Form: form}
			if withLines {
				f.Line = h.line
			}
			if old, ok := found[h.secret]; !ok || old.Form != "plain" && old.Form != "file name" && form == "plain" {
				found[h.secret] = f
			}
		}
	}
	names, _ := views([]byte(path))
	for _, v := range names {
		m.scan(v.text, add("file name", false))
	}
	inside, readable := views(data)
	for _, v := range inside {
		m.scan(v.text, add(v.form, v.lined))
	}
	out := make([]Finding, 0, len(found))
	for _, f := range found {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Form, b.Form))
	})
	return out, readable
}
