package config

import (
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// Links are templates of addresses on the repository's host, with placeholders
// in braces. An empty template makes no links.
type Links struct {
	Commit      string `toml:"commit"`       // {commit}, 40 hex digits
	PullRequest string `toml:"pull_request"` // {number}
	// Ticket has {ticket}, whatever TicketPattern finds in a commit message: a
	// regular expression, whose first group counts where it has one.
	Ticket        string `toml:"ticket"`
	TicketPattern string `toml:"ticket_pattern"`
	Compare       string `toml:"compare"` // {from} and {to}, both commits
	Version       string `toml:"version"` // {version}, a tag
	File          string `toml:"file"`    // {commit}, {path}, and {line} from 1
}

// CommitURL gives the address of a commit, "" without a template.
func (l Links) CommitURL(commit string) string { return expand(l.Commit, "{commit}", commit) }

// PullRequestURL gives the address of a pull or merge request.
func (l Links) PullRequestURL(number int) string {
	return expand(l.PullRequest, "{number}", strconv.Itoa(number))
}

// TicketURL gives the address of a ticket.
func (l Links) TicketURL(ticket string) string { return expand(l.Ticket, "{ticket}", ticket) }

// CompareURL gives the address of what lies between two commits.
func (l Links) CompareURL(from, to string) string {
	return expand(l.Compare, "{from}", from, "{to}", to)
}

// VersionURL gives the address of a tag.
func (l Links) VersionURL(version string) string { return expand(l.Version, "{version}", version) }

// FileURL gives the address of a line of a file as of a commit; line 0 is the
// first.
func (l Links) FileURL(commit, file string, line int) string {
	return expand(l.File, "{commit}", commit, "{path}", file, "{line}", strconv.Itoa(max(1, line)))
}

// Or fills the templates that l lacks from other.
func (l Links) Or(other Links) Links {
	or(&l.Commit, other.Commit)
	or(&l.PullRequest, other.PullRequest)
	or(&l.Ticket, other.Ticket)
	or(&l.TicketPattern, other.TicketPattern)
	or(&l.Compare, other.Compare)
	or(&l.Version, other.Version)
	or(&l.File, other.File)
	return l
}

// expand replaces placeholders by escaped values, in pairs. Slashes in values
// stay, since tags and paths have them.
func expand(template string, pairs ...string) string {
	if template == "" {
		return ""
	}
	for i := 1; i < len(pairs); i += 2 {
		if pairs[i] == "" {
			return ""
		}
		parts := strings.Split(pairs[i], "/")
		for j := range parts {
			parts[j] = url.QueryEscape(parts[j])
			parts[j] = strings.ReplaceAll(parts[j], "+", "%20")
		}
		pairs[i] = strings.Join(parts, "/")
	}
	return strings.NewReplacer(pairs...).Replace(template)
}

var (
	scpForm  = regexp.MustCompile(`^(?:[^@/\s]+@)?([A-Za-z0-9][A-Za-z0-9.-]*):([^:\s\\].*)$`)
	hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
)

// LinksFromRemote makes links from the address of a remote, in the https, ssh
// or scp form. It knows GitHub, GitLab, Bitbucket, Gitea and its kin, Azure
// DevOps and sourcehut, each also where its name is part of the host's: a
// GitLab of one's own is found at gitlab.example.org. User names, passwords and
// tokens in the address are dropped. A folder, or a host that it does not know,
// gives no links.
func LinksFromRemote(remote string) Links {
	base, host, repo := splitRemote(remote)
	if repo == "" {
		return Links{}
	}
	is := func(name string) bool { return strings.Contains(host, name) }
	switch {
	case host == "dev.azure.com" || host == "ssh.dev.azure.com" || strings.HasSuffix(host, ".visualstudio.com"):
		return azureLinks(base, host, repo)
	case host == "bitbucket.org":
		return bitbucketLinks(base + repo)
	case is("bitbucket"):
		return bitbucketServerLinks(base, repo)
	case is("gitlab") || host == "salsa.debian.org":
		return gitLabLinks(base + repo)
	case host == "git.sr.ht":
		return sourcehutLinks(base + repo)
	case is("codeberg") || is("gitea") || is("forgejo"):
		return giteaLinks(base + repo)
	case is("github"):
		return gitHubLinks(base + repo)
	}
	return Links{}
}

// splitRemote gives the address of the host, its name, and the escaped path of
// the repository without ".git"; all "" for what is no remote repository.
func splitRemote(remote string) (base, host, repo string) {
	remote = strings.TrimSpace(remote)
	scheme, port := "https", ""
	var dir string
	if u, err := url.Parse(remote); err == nil && u.Host != "" {
		host, dir = strings.ToLower(u.Hostname()), u.Path
		switch u.Scheme {
		case "http", "https":
			// A port of http is the site's own; one of ssh says nothing of it.
			if u.Port() != "" {
				port = ":" + u.Port()
			}
			scheme = u.Scheme
		case "ssh", "git", "git+ssh":
		default:
			return "", "", ""
		}
	} else if m := scpForm.FindStringSubmatch(remote); m != nil && !strings.Contains(remote, "://") {
		host, dir = strings.ToLower(m[1]), "/"+m[2]
	}
	if !hostName.MatchString(host) || len(dir) > 1000 {
		return "", "", ""
	}
	dir = strings.TrimSuffix(strings.TrimRight(path.Clean("/"+dir), "/"), ".git")
	if dir == "" {
		return "", "", ""
	}
	repo = (&url.URL{Path: dir}).EscapedPath()
	// A path must not look like a placeholder.
	repo = strings.ReplaceAll(strings.ReplaceAll(repo, "{", "%7B"), "}", "%7D")
	return scheme + "://" + host + port, host, repo
}

func gitHubLinks(repo string) Links {
	return Links{
		Commit:      repo + "/commit/{commit}",
		PullRequest: repo + "/pull/{number}",
		Compare:     repo + "/compare/{from}...{to}",
		Version:     repo + "/releases/tag/{version}",
		File:        repo + "/blob/{commit}/{path}#L{line}",
	}
}

func gitLabLinks(repo string) Links {
	return Links{
		Commit:      repo + "/-/commit/{commit}",
		PullRequest: repo + "/-/merge_requests/{number}",
		Compare:     repo + "/-/compare/{from}...{to}",
		Version:     repo + "/-/tags/{version}",
		File:        repo + "/-/blob/{commit}/{path}#L{line}",
	}
}

func giteaLinks(repo string) Links {
	return Links{
		Commit:      repo + "/commit/{commit}",
		PullRequest: repo + "/pulls/{number}",
		Compare:     repo + "/compare/{from}...{to}",
		Version:     repo + "/releases/tag/{version}",
		File:        repo + "/src/commit/{commit}/{path}#L{line}",
	}
}

func bitbucketLinks(repo string) Links {
	return Links{
		Commit:      repo + "/commits/{commit}",
		PullRequest: repo + "/pull-requests/{number}",
		Compare:     repo + "/branches/compare/{to}%0D{from}",
		Version:     repo + "/commits/tag/{version}",
		File:        repo + "/src/{commit}/{path}#lines-{line}",
	}
}

// bitbucketServerLinks handles "/scm/KEY/name" (https) and "/KEY/name" (ssh).
func bitbucketServerLinks(base, repo string) Links {
	parts := strings.Split(strings.TrimPrefix(strings.TrimPrefix(repo, "/scm"), "/"), "/")
	if len(parts) != 2 {
		return Links{}
	}
	owner := "/projects/" + parts[0]
	if user, ok := strings.CutPrefix(parts[0], "~"); ok {
		owner = "/users/" + user
	}
	repo = base + owner + "/repos/" + parts[1]
	return Links{
		Commit:      repo + "/commits/{commit}",
		PullRequest: repo + "/pull-requests/{number}",
		Compare:     repo + "/compare/commits?sourceBranch={to}&targetBranch={from}",
		File:        repo + "/browse/{path}?at={commit}#{line}",
	}
}

// azureLinks handles "/org/project/_git/name" (https) and "/v3/org/project/name"
// (ssh). The host of an organization of old holds it in its first label.
func azureLinks(base, host, repo string) Links {
	if rest, ok := strings.CutPrefix(repo, "/v3/"); ok {
		parts := strings.Split(rest, "/")
		if len(parts) != 3 {
			return Links{}
		}
		base, repo = "https://dev.azure.com", "/"+parts[0]+"/"+parts[1]+"/_git/"+parts[2]
	} else if !strings.Contains(repo, "/_git/") || host == "ssh.dev.azure.com" {
		return Links{}
	}
	repo = base + repo
	return Links{
		Commit:      repo + "/commit/{commit}",
		PullRequest: repo + "/pullrequest/{number}",
		Compare:     repo + "/branchCompare?baseVersion=GC{from}&targetVersion=GC{to}",
		Version:     repo + "?version=GT{version}",
		File:        repo + "?path=/{path}&version=GC{commit}&line={line}",
	}
}

// sourcehutLinks has no pull requests and no comparison: its patches are mails.
func sourcehutLinks(repo string) Links {
	return Links{
		Commit:  repo + "/commit/{commit}",
		Version: repo + "/refs/{version}",
		File:    repo + "/tree/{commit}/item/{path}#L{line}",
	}
}

// links checks the templates that a file gives.
func (k *checker) links() {
	l := k.c.Links
	for _, t := range []struct{ key, value, needs string }{
		{"commit", l.Commit, "{commit}"},
		{"pull_request", l.PullRequest, "{number}"},
		{"ticket", l.Ticket, "{ticket}"},
		{"compare", l.Compare, "{from} {to}"},
		{"version", l.Version, "{version}"},
		{"file", l.File, "{path}"},
	} {
		if t.value == "" {
			continue
		}
		key := "links." + t.key
		if !strings.HasPrefix(t.value, "https://") && !strings.HasPrefix(t.value, "http://") {
			k.fault(key, "links begin with https://", "%s: %q is no address", key, clip(t.value))
		}
		for _, need := range strings.Fields(t.needs) {
			if !strings.Contains(t.value, need) {
				k.fault(key, "", "%s: the address lacks %s", key, need)
			}
		}
	}
	if l.TicketPattern != "" {
		if _, err := regexp.Compile(l.TicketPattern); err != nil {
			k.fault("links.ticket_pattern", "", "links.ticket_pattern: %v", err)
		}
	}
	if l.Ticket != "" && l.TicketPattern == "" {
		k.fault("links.ticket", "add ticket_pattern = '[A-Z]+-[0-9]+'", "links.ticket needs a ticket_pattern")
	}
}
