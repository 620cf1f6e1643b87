package markdown

import (
	"strings"

	"github.com/yuin/goldmark/util"
)

type linkKind int

const (
	linkRefused linkKind = iota
	linkRelative
	linkWeb
	linkMail
)

// maxAddress bounds addresses, in bytes; browsers cut longer ones too.
const maxAddress = 4096

// classify gives an address ready for an attribute (still to be escaped for
// HTML), and what kind it is. References such as &#106; are resolved first, and
// control characters are percent-encoded, so that no browser sees a scheme where
// this function sees none.
func classify(destination []byte) (string, linkKind) {
	address := strings.TrimSpace(string(util.URLEscape(destination, true)))
	if address == "" || len(address) > maxAddress || strings.ContainsAny(address, "\\\x00") {
		return "", linkRefused
	}
	// An address that names a host without a scheme leads off the site and looks
	// as if it did not.
	if strings.HasPrefix(address, "//") {
		return "", linkRefused
	}
	colon := strings.IndexAny(address, ":/?#")
	if colon < 0 || address[colon] != ':' {
		return address, linkRelative
	}
	switch strings.ToLower(address[:colon]) {
	case "http", "https":
		if !strings.HasPrefix(address[colon:], "://") {
			return "", linkRefused
		}
		return address, linkWeb
	case "mailto":
		return address, linkMail
	}
	return "", linkRefused
}

// resolve classifies an address and asks the options about relative ones.
func (o *Options) resolve(destination []byte) (string, linkKind) {
	address, kind := classify(destination)
	if kind != linkRelative || o.Resolve == nil || strings.HasPrefix(address, "#") {
		return address, kind
	}
	resolved, ok := o.Resolve(address)
	if !ok {
		return "", linkRefused
	}
	// The site may answer with an address of any allowed kind.
	return classify([]byte(resolved))
}
