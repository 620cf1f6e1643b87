package gitrepo

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	format "github.com/go-git/go-git/v5/plumbing/format/config"

	"daylight/generator/history"
)

// maxConfig bounds the configuration file; submodules by the hundred fit.
const maxConfig = 4 << 20

// config is what we need of a repository's configuration.
type config struct {
	raw *format.Config
}

// readConfig reads a configuration; a missing file is an empty one.
func readConfig(file string) (*config, error) {
	raw := format.New()
	data, err := os.ReadFile(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return &config{raw}, nil
	case err != nil:
		return nil, err
	case len(data) > maxConfig:
		return nil, fmt.Errorf("read %s: %w", file, ErrTooLarge)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if err := format.NewDecoder(bytes.NewReader(data)).Decode(raw); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return &config{raw}, nil
}

// option gives the last value of a key, as git does, "" when it is not set.
func (c *config) option(section, key string) string {
	return strings.TrimSpace(c.raw.Section(section).Option(key))
}

// harmless lists extensions that mean nothing to who only reads objects and
// refs. go-git refuses all of them but noop; sparse checkouts set the first,
// and so does every pipeline that uses one.
func harmless(key string) bool {
	switch key {
	case "worktreeconfig", "preciousobjects", "partialclone", "noop", "noop-v1",
		"relativeworktrees", "compatobjectformat", "submodulepathconfig":
		return true
	}
	return false
}

// supported reports what stands in the way of reading the repository.
func (c *config) supported() error {
	version := c.option("core", "repositoryformatversion")
	if version != "" && version != "0" && version != "1" {
		return fmt.Errorf("format version %q: %w", version, ErrUnsupported)
	}
	for _, o := range c.raw.Section("extensions").Options {
		key, value := strings.ToLower(o.Key), strings.ToLower(strings.TrimSpace(o.Value))
		switch {
		case harmless(key):
		case key == "objectformat" && value == "sha1":
		case key == "refstorage" && value == "files":
		case key == "objectformat" || key == "refstorage":
			return fmt.Errorf("extension %s = %s: %w", key, value, ErrUnsupported)
		case version == "1": // git itself ignores unknown keys in version 0
			return fmt.Errorf("unknown extension %s: %w", key, ErrUnsupported)
		}
	}
	return nil
}

// advice says what to do about an unsupported repository.
func (c *config) advice() string {
	for _, o := range c.raw.Section("extensions").Options {
		switch strings.ToLower(o.Key) + "=" + strings.ToLower(strings.TrimSpace(o.Value)) {
		case "objectformat=sha256":
			return "only SHA-1 repositories can be read; use a SHA-1 clone of the same history"
		case "refstorage=reftable":
			return "run git refs migrate --ref-format=files in a clone, and use that"
		}
	}
	return "a plain clone of the repository can be read"
}

// Remotes lists the configured remotes that have an address, sorted by name.
// The first address of a remote counts. Passwords and tokens in an address are
// left out, since addresses end up on pages.
func (r *Repo) Remotes() ([]history.Remote, error) {
	var remotes []history.Remote
	for _, s := range r.config.raw.Section("remote").Subsections {
		addresses := s.OptionAll("url")
		if len(addresses) == 0 || addresses[0] == "" {
			continue
		}
		remotes = append(remotes, history.Remote{Name: clean(s.Name), URL: clean(withoutSecret(addresses[0]))})
	}
	slices.SortStableFunc(remotes, func(a, b history.Remote) int { return strings.Compare(a.Name, b.Name) })
	return slices.CompactFunc(remotes, func(a, b history.Remote) bool { return a.Name == b.Name }), nil
}

// withoutSecret drops the user information of a web address. The user of an ssh
// address ("git@") is part of it and stays, its password does not.
func withoutSecret(address string) string {
	if !strings.Contains(address, "://") {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		// Not an address that a browser would take; cut by hand, so that no
		// secret gets through because something else was wrong.
		scheme, rest, _ := strings.Cut(address, "://")
		if at := strings.LastIndex(rest, "@"); at >= 0 {
			rest = rest[at+1:]
		}
		return scheme + "://" + rest
	}
	switch {
	case u.User == nil:
		return address
	case u.Scheme == "http" || u.Scheme == "https":
		u.User = nil
	default:
		u.User = url.User(u.User.Username())
	}
	return u.String()
}
