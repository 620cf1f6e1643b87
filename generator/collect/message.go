package collect

import (
	"regexp"
	"strconv"
	"strings"
)

// Message is what a commit message says, once the habits of the forges are
// understood: which pull request it closes, what the change is called, which
// kind it is of. The forms are those of GitHub, GitLab, Bitbucket, Azure,
// Gerrit, Phabricator, Bors and merge queues, and Conventional Commits 1.0.0.
type Message struct {
	Subject     string // the first line, as written
	Title       string // the subject or a merge's own title, without number and type
	Body        string // what follows, without trailers and without the title
	Type        string // "feat", lower case; "" when the subject has no known type
	Scope       string
	Breaking    bool
	PullRequest int // 0 when none is named
	Trailers    []Trailer
	Lines       []string // the whole message, for those who give places
}

var (
	mergeGitHub     = regexp.MustCompile(`^Merge pull request #(\d+) from (\S+)`)
	mergeGitLab     = regexp.MustCompile(`(?m)^See merge request (?:\S*)!(\d+)\s*$`)
	mergeBitbucket  = regexp.MustCompile(`^Merged in (\S+) \(pull request #(\d+)\)`)
	mergeAzure      = regexp.MustCompile(`^Merged PR (\d+): (.+)`)
	mergeBors       = regexp.MustCompile(`^(?:Auto merge of|Merge|Merge of) #(\d+)\b`)
	mergeBranch     = regexp.MustCompile(`^Merge (?:remote-tracking )?(?:branch|branches|commit|tag) `)
	borsTitle       = regexp.MustCompile(`^\d+: (.+?)(?: r=\S+)?(?: a=\S+)?$`)
	squashNumber    = regexp.MustCompile(`\s*\(#(\d+)\)\s*$`)
	gitlabNumber    = regexp.MustCompile(`\s*\(!(\d+)\)\s*$`)
	bitbucketNumber = regexp.MustCompile(`\s*\(pull request #(\d+)\)\s*$`)
	conventional    = regexp.MustCompile(`^([A-Za-z][A-Za-z-]*)(?:\(([^()\n]*)\))?(!)?: +(\S.*)$`)
	scopePrefix     = regexp.MustCompile(`^([a-z0-9][a-z0-9_./-]*): +(\S.*)$`)
	breakingFooter  = regexp.MustCompile(`(?m)^BREAKING[ -]CHANGE(?:: | #)`)
	differential    = regexp.MustCompile(`^(?:\S*/)?D(\d+)$`)
)

// ParseMessage understands a commit message. merge says that the commit has
// several parents; some forms mean something only there.
func ParseMessage(text string, merge bool) Message {
	text = strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n ")
	subject, rest, _ := strings.Cut(text, "\n")
	m := Message{Subject: strings.TrimSpace(subject), Lines: strings.Split(text, "\n")}
	blank := len(rest) - len(strings.TrimLeft(rest, "\n"))
	body, trailers := splitTrailers(rest[blank:], 2+blank)
	m.Trailers = trailers
	m.Breaking = breakingFooter.MatchString(rest)

	title, body := m.mergeTitle(m.Subject, body, merge)
	title = m.stripNumbers(title)
	m.Title, m.Body = m.parseHeader(title), strings.TrimSpace(body)
	if m.PullRequest == 0 {
		m.PullRequest = m.numberFromTrailers()
	}
	return m
}

// mergeTitle finds the title of what a merge brought in, where a forge put its
// own words into the subject.
func (m *Message) mergeTitle(subject, body string, merge bool) (title, rest string) {
	if g := mergeAzure.FindStringSubmatch(subject); g != nil {
		m.PullRequest = number(g[1])
		return g[2], body
	}
	takeFirstLine := func(fallback string) (string, string) {
		first, rest, _ := strings.Cut(strings.TrimLeft(body, "\n"), "\n")
		if first = strings.TrimSpace(first); first == "" {
			return fallback, body
		}
		return first, rest
	}
	if g := mergeGitHub.FindStringSubmatch(subject); g != nil {
		m.PullRequest = number(g[1])
		return takeFirstLine(branchTitle(g[2]))
	}
	if g := mergeBitbucket.FindStringSubmatch(subject); g != nil {
		m.PullRequest = number(g[2])
		return takeFirstLine(branchTitle(g[1]))
	}
	if g := mergeGitLab.FindStringSubmatch(body); g != nil {
		m.PullRequest = number(g[1])
		body = strings.TrimSpace(mergeGitLab.ReplaceAllString(body, ""))
		if merge || mergeBranch.MatchString(subject) {
			return takeFirstLine(subject)
		}
		return subject, body
	}
	if g := mergeBors.FindStringSubmatch(subject); g != nil && merge {
		m.PullRequest = number(g[1])
		title, rest := takeFirstLine(subject)
		if g := borsTitle.FindStringSubmatch(title); g != nil {
			title = g[1]
		}
		return title, rest
	}
	return subject, body
}

// branchTitle makes a title of a branch's name: "ann/basket-layout" is "basket
// layout".
func branchTitle(branch string) string {
	if i := strings.LastIndexByte(branch, '/'); i >= 0 && i+1 < len(branch) {
		branch = branch[i+1:]
	}
	return strings.NewReplacer("-", " ", "_", " ").Replace(branch)
}

// stripNumbers takes pull request numbers off the end; the last one wins, since
// in "fix: x (#100) (#123)" the first is the change that was backported.
func (m *Message) stripNumbers(title string) string {
	for _, re := range []*regexp.Regexp{squashNumber, gitlabNumber, bitbucketNumber} {
		for {
			g := re.FindStringSubmatchIndex(title)
			if g == nil || g[0] == 0 {
				break
			}
			if m.PullRequest == 0 {
				m.PullRequest = number(title[g[2]:g[3]])
			}
			title = title[:g[0]]
		}
	}
	return title
}

// parseHeader takes a Conventional Commits header apart. A word that is no
// type of that convention is a scope when it is in lower case, as in the
// subjects of Go and the Linux kernel ("basket: new layout").
func (m *Message) parseHeader(title string) string {
	if g := conventional.FindStringSubmatch(title); g != nil {
		kind := strings.ToLower(g[1])
		known, ok := commitTypes[kind]
		if ok || g[2] != "" || g[3] != "" {
			if !ok {
				known = kind
			}
			m.Type, m.Scope, m.Breaking = known, strings.TrimSpace(g[2]), m.Breaking || g[3] != ""
			return g[4]
		}
	}
	if g := scopePrefix.FindStringSubmatch(title); g != nil {
		m.Scope = g[1]
		return g[2]
	}
	return title
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
		case "differential revision":
			if g := differential.FindStringSubmatch(t.Value); g != nil {
				return number(g[1])
			}
		}
	}
	return 0
}

// Trailer gives the values of a trailer, whatever the case of its key.
func (m Message) Trailer(key string) []Trailer {
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
