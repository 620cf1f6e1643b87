package config

import (
	"strings"
	"testing"
)

func TestLinksFromRemote(t *testing.T) {
	const hash = "3fa9c1e2b4d53fa9c1e2b4d53fa9c1e2b4d5aaaa"
	for _, tt := range []struct{ remote, commit, pull, compare string }{
		{
			"https://github.com/lumen/shop.git", "https://github.com/lumen/shop/commit/" + hash,
			"https://github.com/lumen/shop/pull/12", "https://github.com/lumen/shop/compare/a...b",
		},
		{"git@github.com:lumen/shop.git", "https://github.com/lumen/shop/commit/" + hash, "https://github.com/lumen/shop/pull/12", ""},
		{"ssh://git@github.com:22/lumen/shop", "https://github.com/lumen/shop/commit/" + hash, "", ""},
		{"https://ann:secret@github.com/lumen/shop/", "https://github.com/lumen/shop/commit/" + hash, "", ""},
		{"https://x-access-token:abc@git.github.lumen.example/lumen/shop", "https://git.github.lumen.example/lumen/shop/commit/" + hash, "", ""},
		{
			"git@gitlab.lumen.example:web/store/shop.git", "https://gitlab.lumen.example/web/store/shop/-/commit/" + hash,
			"https://gitlab.lumen.example/web/store/shop/-/merge_requests/12", "https://gitlab.lumen.example/web/store/shop/-/compare/a...b",
		},
		{"http://gitlab.lumen.example:8080/web/shop.git", "http://gitlab.lumen.example:8080/web/shop/-/commit/" + hash, "", ""},
		{
			"git@bitbucket.org:lumen/shop.git", "https://bitbucket.org/lumen/shop/commits/" + hash,
			"https://bitbucket.org/lumen/shop/pull-requests/12", "https://bitbucket.org/lumen/shop/branches/compare/b%0Da",
		},
		{
			"ssh://git@bitbucket.lumen.example:7999/web/shop.git", "https://bitbucket.lumen.example/projects/web/repos/shop/commits/" + hash,
			"https://bitbucket.lumen.example/projects/web/repos/shop/pull-requests/12", "",
		},
		{"https://bitbucket.lumen.example/scm/~ann/shop.git", "https://bitbucket.lumen.example/users/ann/repos/shop/commits/" + hash, "", ""},
		{
			"git@ssh.dev.azure.com:v3/lumen/web/shop", "https://dev.azure.com/lumen/web/_git/shop/commit/" + hash,
			"https://dev.azure.com/lumen/web/_git/shop/pullrequest/12", "https://dev.azure.com/lumen/web/_git/shop/branchCompare?baseVersion=GCa&targetVersion=GCb",
		},
		{"https://lumen@dev.azure.com/lumen/web%20shop/_git/shop", "https://dev.azure.com/lumen/web%20shop/_git/shop/commit/" + hash, "", ""},
		{"https://lumen.visualstudio.com/web/_git/shop", "https://lumen.visualstudio.com/web/_git/shop/commit/" + hash, "", ""},
		{
			"https://codeberg.org/lumen/shop", "https://codeberg.org/lumen/shop/commit/" + hash,
			"https://codeberg.org/lumen/shop/pulls/12", "https://codeberg.org/lumen/shop/compare/a...b",
		},
		{"git@git.sr.ht:~lumen/shop", "https://git.sr.ht/~lumen/shop/commit/" + hash, "", ""},
		{"git+ssh://git@codeberg.org/lumen/{x}.git", "https://codeberg.org/lumen/%7Bx%7D/commit/" + hash, "", ""},
	} {
		l := LinksFromRemote(tt.remote)
		if got := l.CommitURL(hash); got != tt.commit {
			t.Errorf("%s: commit %s, want %s", tt.remote, got, tt.commit)
		}
		if got := l.PullRequestURL(12); tt.pull != "" && got != tt.pull {
			t.Errorf("%s: pull request %s, want %s", tt.remote, got, tt.pull)
		}
		if got := l.CompareURL("a", "b"); tt.compare != "" && got != tt.compare {
			t.Errorf("%s: compare %s, want %s", tt.remote, got, tt.compare)
		}
	}
}

func TestNoLinks(t *testing.T) {
	for _, remote := range []string{
		"", "../shop", "/srv/git/shop.git", `C:\git\shop`, "file:///srv/github.com/shop", "https://git.lumen.example/shop",
		"https://github.com/", "javascript://github.com/%0aalert(1)", "https://github.com\"><script>/x", "git@:x", "https://dev.azure.com/x",
	} {
		if l := LinksFromRemote(remote); l != (Links{}) {
			t.Errorf("%q: got links %+v", remote, l)
		}
	}
}

func TestLinkValuesAreEscaped(t *testing.T) {
	l := LinksFromRemote("git@github.com:lumen/shop.git")
	for got, want := range map[string]string{
		l.VersionURL("shop/v1.0+é"):                `https://github.com/lumen/shop/releases/tag/shop/v1.0%2B%C3%A9`,
		l.VersionURL(`"><script>`):                 `https://github.com/lumen/shop/releases/tag/%22%3E%3Cscript%3E`,
		l.FileURL("3fa9c1e2", "flags/a b.yaml", 3): `https://github.com/lumen/shop/blob/3fa9c1e2/flags/a%20b.yaml#L3`,
		l.VersionURL(""):                           "",
		l.TicketURL("SHOP-1"):                      "",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	own := Links{Commit: "https://git.lumen.example/{commit}"}
	if got := own.Or(l); !strings.HasPrefix(got.Commit, "https://git.lumen") || got.Compare != l.Compare {
		t.Errorf("Or: %+v", got)
	}
}

func FuzzLinksFromRemote(f *testing.F) {
	for _, s := range []string{"git@github.com:a/b.git", "https://u:p@gitlab.com/a/b", "ssh://git@ssh.dev.azure.com:22/v3/a/b/c", "github.com:{commit}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, remote string) {
		got := LinksFromRemote(remote).CommitURL("0123456789")
		if got != "" && (!strings.HasPrefix(got, "http") || strings.ContainsAny(got, "\"<>{} \n@")) {
			t.Errorf("%q gives %q", remote, got)
		}
	})
}
