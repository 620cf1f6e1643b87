package flagfile

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"daylight/generator/decode"
)

// takeMeta reads one entry of a manifest's free metadata, and reports whether
// the key is one that we know. Spelling of keys is that of any case, with or
// without - and _.
func (m *Meta) takeMeta(e decode.Entry) bool {
	key := strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(e.Key))
	switch key {
	case "description", "desc", "title":
		setText(&m.Description, e.Value)
	case "owner", "owners", "team", "maintainer", "codeowner":
		setText(&m.Owner, e.Value)
	case "kind", "type", "flagtype":
		setText(&m.Kind, e.Value)
		m.Kind = kindOf(m.Kind)
	case "expires", "expiry", "expireson", "expirydate", "expiration", "expirationdate", "removeby":
		if s, ok := e.Value.Scalar(); ok {
			m.Expires, _ = parseTime(s)
		}
	case "permanent":
		m.Permanent, _ = e.Value.Bool()
	case "pr", "prs", "prlink", "pullrequest", "pullrequests", "mergerequest", "mergerequests", "introducedby", "introducedbyurl":
		for _, s := range texts(e.Value) {
			m.takePullRequest(s)
			m.takeLink(s)
		}
	case "link", "links", "url", "issue", "issuelink", "issues", "ticket", "featureissueurl", "rolloutissueurl":
		for _, s := range texts(e.Value) {
			m.takeLink(s)
		}
	default:
		return false
	}
	return true
}

// takeAll reads a map of free metadata.
func (m *Meta) takeAll(n *decode.Node) {
	if n == nil {
		return
	}
	for _, e := range n.Entries {
		m.takeMeta(e)
	}
}

func setText(to *string, n *decode.Node) {
	if t := texts(n); len(t) > 0 {
		*to = strings.Join(t, ", ")
	}
}

// texts gives the scalars of a value or of a list.
func texts(n *decode.Node) []string {
	if s, ok := n.Scalar(); ok {
		return []string{s}
	}
	var out []string
	if n != nil {
		for _, item := range n.Items {
			if s, ok := item.Scalar(); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// kindOf gives the common word for a kind of flag.
func kindOf(s string) string {
	switch strings.ToLower(s) {
	case "release", "experiment", "ops", "permission":
		return strings.ToLower(s)
	case "operational", "kill-switch", "killswitch", "operations":
		return "ops"
	}
	return s
}

var pullRequest = regexp.MustCompile(`^(?:[#!]?(\d{1,9})|https?://\S*/(?:pull|pulls|pull-requests|merge_requests)/(\d{1,9})\b\S*)$`)

func (m *Meta) takePullRequest(s string) {
	found := pullRequest.FindStringSubmatch(strings.TrimSpace(s))
	if found == nil {
		return
	}
	n, err := strconv.Atoi(found[1] + found[2])
	if i, there := slices.BinarySearch(m.PullRequests, n); err == nil && !there {
		m.PullRequests = slices.Insert(m.PullRequests, i, n)
	}
}

func (m *Meta) takeLink(s string) {
	s = strings.TrimSpace(s)
	if (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) && !strings.ContainsAny(s, " \t\n\"<>") && !slices.Contains(m.Links, s) {
		m.Links = append(m.Links, s)
	}
}
