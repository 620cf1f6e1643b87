package collect

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Message is what a commit message says, once the habits of the forges are
// understood: which pull request it closes, what the change is called, which
// kind it is of. The forms are those of GitHub, GitLab, Bitbucket, Azure,
// Gerrit, Phabricator, Bors and merge queues, and Conventional Commits 1.0.0.
//
// Expressions are tried only behind a cheap look at the text: a history has a
// hundred thousand messages, and most say nothing of what an expression finds.
type Message struct {
	Subject     string // the first line, as written
	Title       string // the subject or a merge's own title, without number and type
	Body        string // what follows, without trailers and without the title
	Type        string // "feat", lower case; "" when the subject has no known type
	Scope       string
	Breaking    bool
	PullRequest int // 0 when none is named
	Trailers    []Trailer
	Text        string // the whole message, with plain line ends and none at its end
}

var (
	mergeGitHub    = regexp.MustCompile(`^Merge pull request #(\d+) from (\S+)`)
	mergeGitLab    = regexp.MustCompile(`(?m)^See merge request (?:\S*)!(\d+)\s*$`)
	mergeBitbucket = regexp.MustCompile(`^Merged in (\S+) \(pull request #(\d+)\)`)
	mergeAzure     = regexp.MustCompile(`^Merged PR (\d+): (.+)`)
	mergeBors      = regexp.MustCompile(`^(?:Auto merge of|Merge|Merge of) #(\d+)\b`)
	mergeBranch    = regexp.MustCompile(`^Merge (?:remote-tracking )?(?:branch|branches|commit|tag) `)
	borsTitle      = regexp.MustCompile(`^\d+: (.+?)(?: r=\S+)?(?: a=\S+)?$`)
	conventional   = regexp.MustCompile(`^([A-Za-z][A-Za-z-]*)(?:\(([^()\n]*)\))?(!)?: +(\S.*)$`)
	scopePrefix    = regexp.MustCompile(`^([a-z0-9][a-z0-9_./-]*): +(\S.*)$`)
	breakingFooter = regexp.MustCompile(`(?m)^BREAKING[ -]CHANGE(?:: | #)`)
	differential   = regexp.MustCompile(`^(?:\S*/)?D(\d+)$`)
)

// ParseMessage understands a commit message. merge says that the commit has
// several parents; some forms mean something only there.
func ParseMessage(text string, merge bool) Message {
	if strings.Contains(text, "\r") {
		text = strings.ReplaceAll(text, "\r\n", "\n")
	}
	text = strings.TrimRight(text, "\n ")
	subject, rest, _ := strings.Cut(text, "\n")
	m := Message{Subject: strings.TrimSpace(subject), Text: text}
	var body string
	if rest != "" {
		blank := len(rest) - len(strings.TrimLeft(rest, "\n"))
		body, m.Trailers = splitTrailers(rest[blank:], 2+blank)
		m.Breaking = strings.Contains(rest, "BREAKING") && breakingFooter.MatchString(rest)
	}
	title, body := m.mergeTitle(m.Subject, body, merge)
	title = m.stripNumbers(title)
	m.Title, m.Body = m.parseHeader(title), strings.TrimSpace(body)
	m.keepTickets()
	if m.PullRequest == 0 && len(m.Trailers) > 0 {
		m.PullRequest = m.numberFromTrailers()
	}
	if !merge && m.Body != "" {
		m.readBullets()
	}
	return m
}

// mergeTitle finds the title of what a merge brought in, where a forge put its
// own words into the subject.
func (m *Message) mergeTitle(subject, body string, merge bool) (title, rest string) {
	if strings.HasPrefix(subject, "Merge") || strings.HasPrefix(subject, "Auto merge") {
		if title, rest, ok := m.forgeTitle(subject, body, merge); ok {
			return title, rest
		}
	}
	if !strings.Contains(body, "See merge request ") {
		return subject, body
	}
	g := mergeGitLab.FindStringSubmatch(body)
	if g == nil {
		return subject, body
	}
	m.PullRequest = number(g[1])
	body = strings.TrimSpace(mergeGitLab.ReplaceAllString(body, ""))
	if merge || mergeBranch.MatchString(subject) {
		return takeFirstLine(body, subject)
	}
	return subject, body
}

// forgeTitle knows the subjects of GitHub, Bitbucket, Azure and Bors.
func (m *Message) forgeTitle(subject, body string, merge bool) (title, rest string, ok bool) {
	if g := mergeAzure.FindStringSubmatch(subject); g != nil {
		m.PullRequest = number(g[1])
		return g[2], body, true
	}
	if g := mergeGitHub.FindStringSubmatch(subject); g != nil {
		m.PullRequest = number(g[1])
		title, rest = takeFirstLine(body, branchTitle(g[2]))
		return title, rest, true
	}
	if g := mergeBitbucket.FindStringSubmatch(subject); g != nil {
		m.PullRequest = number(g[2])
		title, rest = takeFirstLine(body, branchTitle(g[1]))
		return title, rest, true
	}
	if g := mergeBors.FindStringSubmatch(subject); g != nil && merge {
		m.PullRequest = number(g[1])
		title, rest = takeFirstLine(body, subject)
		if g := borsTitle.FindStringSubmatch(title); g != nil {
			title = g[1]
		}
		return title, rest, true
	}
	return "", "", false
}

// takeFirstLine cuts the first line that is not blank off a body.
func takeFirstLine(body, otherwise string) (line, rest string) {
	first, rest, _ := strings.Cut(strings.TrimLeft(body, "\n"), "\n")
	if first = strings.TrimSpace(first); first == "" {
		return otherwise, body
	}
	return first, rest
}

// branchTitle makes a title of a branch's name: "ann/basket-layout" is "basket
// layout".
func branchTitle(branch string) string {
	if i := strings.LastIndexByte(branch, '/'); i >= 0 && i+1 < len(branch) {
		branch = branch[i+1:]
	}
	return strings.NewReplacer("-", " ", "_", " ").Replace(branch)
}

// stripNumbers takes pull request numbers off the end, as GitHub ("(#12)"),
// GitLab ("(!12)") and Bitbucket ("(pull request #12)") write them; the last one
// wins, since in "fix: x (#100) (#123)" the first is what was backported.
func (m *Message) stripNumbers(title string) string {
	for {
		rest, n := cutNumber(title)
		if n < 0 || rest == "" {
			return title
		}
		if m.PullRequest == 0 {
			m.PullRequest = n
		}
		title = rest
	}
}

// cutNumber takes one number in brackets off the end of a title; n is -1 where
// there is none.
func cutNumber(title string) (rest string, n int) {
	text := strings.TrimRight(title, " \t")
	if !strings.HasSuffix(text, ")") {
		return title, -1
	}
	open := strings.LastIndexByte(text, '(')
	if open < 0 {
		return title, -1
	}
	inner := strings.TrimPrefix(text[open+1:len(text)-1], "pull request ")
	if len(inner) < 2 || inner[0] != '#' && inner[0] != '!' || strings.Trim(inner[1:], "0123456789") != "" {
		return title, -1
	}
	return strings.TrimRight(text[:open], " \t"), number(inner[1:])
}

// parseHeader takes a Conventional Commits header apart. A word that is no
// type of that convention is a scope when it is in lower case, as in the
// subjects of Go and the Linux kernel ("basket: new layout").
func (m *Message) parseHeader(title string) string {
	if !strings.Contains(title, ": ") {
		return title
	}
	if kind, scope, breaking, rest, ok := conventionalHeader(title); ok {
		m.Type, m.Scope, m.Breaking = kind, scope, m.Breaking || breaking
		return rest
	}
	if g := scopePrefix.FindStringSubmatch(title); g != nil {
		m.Scope = g[1]
		return g[2]
	}
	return title
}

// conventionalHeader reads "type(scope)!: title". A word that the convention
// does not know is a type only with a scope or an exclamation mark.
func conventionalHeader(title string) (kind, scope string, breaking bool, rest string, ok bool) {
	g := conventional.FindStringSubmatch(title)
	if g == nil {
		return "", "", false, "", false
	}
	word := strings.ToLower(g[1])
	kind, known := commitTypes[word]
	if !known {
		kind = word
	}
	if !known && g[2] == "" && g[3] == "" {
		return "", "", false, "", false
	}
	return kind, strings.TrimSpace(g[2]), g[3] != "", g[4], true
}

// keepTickets leaves footers that name tickets in the body, where readers and
// links look for them: "Fixes #12", "Closes: SHOP-7".
func (m *Message) keepTickets() {
	var lines, kept []string
	for _, t := range m.Trailers {
		switch strings.ToLower(t.Key) {
		case "fixes", "fix", "closes", "close", "resolves", "refs", "ref", "see", "issue", "issues", "ticket", "bug", "related", "jira", "updates":
			if lines == nil {
				lines = strings.Split(m.Text, "\n")
			}
			kept = append(kept, lines[t.Line-1])
		}
	}
	if len(kept) > 0 {
		m.Body = strings.TrimSpace(m.Body + "\n\n" + strings.Join(kept, "\n"))
	}
}

// readBullets reads what a squash lists of the commits that it hides, one
// "* subject" each, with their messages below: a type where the squash's own
// title has none, a break, and trailers that did not stay at the end. Of several
// types the one that users notice most counts, and where a bullet has no type,
// none but such.
func (m *Message) readBullets() {
	if !strings.HasPrefix(m.Body, "* ") && !strings.Contains(m.Body, "\n* ") {
		return
	}
	best, untyped := -1, false
	for line := range strings.Lines(m.Body) {
		subject, ok := strings.CutPrefix(line, "* ")
		if !ok {
			continue
		}
		kind, _, breaking, _, typed := conventionalHeader(strings.TrimSpace(subject))
		m.Breaking = m.Breaking || breaking
		if rank := slices.Index(bulletTypes[:], kind); typed && rank >= 0 {
			best = max(best, rank)
		} else {
			untyped = true
		}
	}
	if m.Type == "" && best >= 0 && (!untyped || best >= quietTypes) {
		m.Type = bulletTypes[best]
	}
	if m.PullRequest > 0 {
		m.Trailers = append(m.innerTrailers(), m.Trailers...)
	}
}

// bulletTypes are types in the order in which they outweigh each other; those
// before quietTypes are nothing that users notice.
var bulletTypes = [...]string{"style", "ci", "test", "build", "deps", "docs", "chore", "refactor", "perf", "change", "fix", "deprecate", "remove", "feat", "security"}

const quietTypes = 8

// innerTrailers finds the paragraphs of trailers that the commits of a squash
// ended with. Only a squash is searched: elsewhere such a paragraph is prose.
func (m *Message) innerTrailers() []Trailer {
	var out []Trailer
	line := 1
	for paragraph := range strings.SplitSeq(m.Text, "\n\n") {
		if found, ok := pureTrailers(paragraph, line); ok && line > 1 && !slices.ContainsFunc(m.Trailers, func(t Trailer) bool { return t.Line == found[0].Line }) {
			out = append(out, found...)
		}
		line += strings.Count(paragraph, "\n") + 2
	}
	return out
}

// commitTypes are the words that count as a type even without scope or "!",
// with the spelling that we use.
var commitTypes = map[string]string{
	"feat": "feat", "feature": "feat", "fix": "fix", "bugfix": "fix", "hotfix": "fix",
	"perf": "perf", "security": "security", "refactor": "refactor", "revert": "revert",
	"docs": "docs", "doc": "docs", "style": "style", "test": "test", "tests": "test",
	"build": "build", "ci": "ci", "chore": "chore", "deps": "deps", "release": "release",
	"deprecate": "deprecate", "deprecated": "deprecate", "remove": "remove", "removed": "remove",
	"added": "feat", "add": "feat", "changed": "change", "change": "change",
}

// numberFromTrailers knows the forges that write the number into a footer.
func (m *Message) numberFromTrailers() int {
	for _, t := range m.Trailers {
		switch strings.ToLower(t.Key) {
		case "pull-request", "pull-request-id", "pr", "merge-request":
			if n := number(strings.TrimLeft(lastSegment(t.Value), "#!")); n > 0 {
				return n
			}
		case "reviewed-on": // Gerrit: …/c/shop/+/1234
			if n := number(lastSegment(t.Value)); n > 0 {
				return n
			}
		case "differential revision":
			if g := differential.FindStringSubmatch(t.Value); g != nil {
				return number(g[1])
			}
		}
	}
	return 0
}

// Trailer gives the values of a trailer, whatever the case of its key.
func (m *Message) Trailer(key string) []Trailer {
	var out []Trailer
	for _, t := range m.Trailers {
		if strings.EqualFold(t.Key, key) {
			out = append(out, t)
		}
	}
	return out
}

func lastSegment(s string) string {
	s = strings.TrimRight(s, "/")
	return s[strings.LastIndexByte(s, '/')+1:]
}

// number reads a small decimal number; what is none, or too large, is 0.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1<<31-1 {
		return 0
	}
	return n
}
