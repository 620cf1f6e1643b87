package collect

import (
	"regexp"
	"strings"
)

// Undo is what a message says that its commit reverts, before anybody looked
// for those commits.
type Undo struct {
	Commits      []string // full or short ids, lower case
	Subject      string   // of the commit that is undone, as written in Revert "..."
	Reapplies    string   // the subject in Reapply "...": undoes its revert
	PullRequests []int
	Rule         string // which form was found
}

var (
	revertsCommit  = regexp.MustCompile(`(?i)This reverts commits? ([0-9a-f]{7,40}(?:(?:,\s*|\s+and\s+|,\s*and\s+|\s+)[0-9a-f]{7,40})*)`)
	hexWord        = regexp.MustCompile(`\b[0-9a-f]{7,40}\b`)
	revertSubject  = regexp.MustCompile(`^[Rr]evert(?::)? ["“'](.+?)["”']?\s*(?:\([#!]\d+\))*\s*$`)
	reapplySubject = regexp.MustCompile(`^[Rr]eapply ["“'](.+?)["”']?\s*(?:\([#!]\d+\))*\s*$`)
	revertsNumber  = regexp.MustCompile(`(?mi)^Reverts (?:[\w.-]+/[\w.-]+)?[#!](\d+)\b`)
	cherryPick     = regexp.MustCompile(`\(cherry picked from commit ([0-9a-f]{7,40})\)`)
	// backportNumber finds "Backport #12", "Backport of lumen/shop#12",
	// "backport-of: #12", "[Backport 1.2] … (#12)" and the like.
	backportNumber = regexp.MustCompile(`(?mi)^(?:\[?backports?(?:[ -]of)?\]?|(?:automated )?cherry[ -]pick(?:ed)?(?: of| from)?):?\s+(?:pull request |PR )?(?:[\w.-]+/[\w.-]+)?[#!](\d+)\b`)
	backportBranch = regexp.MustCompile(`(?i)^\[?backport[^\]#]*\][^#]*#(\d+)\b`)
)

// revertWord is the rule of a message that says "revert: subject" and no more.
const revertWord = "revert: subject"

// ParseUndo finds what a message says that it reverts. ok is false when it says
// nothing of the kind.
func ParseUndo(m Message) (u Undo, ok bool) {
	whole := m.Text
	if !strings.Contains(whole, "evert") && !strings.Contains(whole, "eapply") && !strings.Contains(whole, "EVERT") {
		return u, false // as nearly all are
	}
	for _, g := range revertsCommit.FindAllStringSubmatch(whole, -1) {
		u.Commits = append(u.Commits, hexWord.FindAllString(strings.ToLower(g[1]), -1)...)
		u.Rule = "This reverts commit"
	}
	if len(u.Commits) == 0 && m.Type == "revert" {
		for _, t := range m.Trailer("Refs") {
			u.Commits = append(u.Commits, hexWord.FindAllString(strings.ToLower(t.Value), -1)...)
		}
		if len(u.Commits) > 0 {
			u.Rule = "revert: with Refs"
		} else {
			u.Subject, u.Rule = m.Title, revertWord
		}
	}
	for _, g := range revertsNumber.FindAllStringSubmatch(whole, -1) {
		u.PullRequests = append(u.PullRequests, number(g[1]))
		if u.Rule == "" {
			u.Rule = "Reverts #N"
		}
	}
	for _, s := range []string{m.Subject, mergedTitle(&m)} {
		if g := reapplySubject.FindStringSubmatch(s); g != nil {
			u.Reapplies = g[1]
		} else if g := revertSubject.FindStringSubmatch(s); g != nil {
			u.Subject = unquoteRevert(g[1])
		}
	}
	if u.Rule == "" && u.Subject != "" {
		u.Rule = `Revert "subject"`
	}
	if u.Rule == "" && u.Reapplies != "" {
		u.Rule = `Reapply "subject"`
	}
	return u, u.Rule != ""
}

// mergedTitle is the title that a forge's merge carries, with its type if it had
// one: the second place where a revert's subject can stand. "" for other
// commits.
func mergedTitle(m *Message) string {
	if !strings.HasPrefix(m.Subject, "Merge") || !strings.Contains(m.Text, "\n") {
		return ""
	}
	if strings.HasPrefix(m.Subject, "Merge pull request #") || mergeBitbucket.MatchString(m.Subject) || mergeBranch.MatchString(m.Subject) {
		_, rest, _ := strings.Cut(m.Text, "\n")
		line, _, _ := strings.Cut(strings.TrimLeft(rest, "\n"), "\n")
		return strings.TrimSpace(line)
	}
	return ""
}

// unquoteRevert puts back the closing quote of a nested Revert "Revert "x"",
// which the outer pattern may have eaten.
func unquoteRevert(s string) string {
	if strings.Count(s, `"`)%2 == 1 {
		return s + `"`
	}
	return s
}
