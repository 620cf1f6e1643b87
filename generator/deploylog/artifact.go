package deploylog

import (
	"net/url"
	"regexp"
	"strings"
)

// An artifact says which code it is made of in several ways, none of them
// required: its version, a qualifier with the address of the source, or, of an
// image, the tag. A digest is hexadecimal, and no commit.

// artifactRefs reads a package URL (pkg:oci/shop@sha256%3A…?tag=v1.4.0), or the
// name of an image (registry.example/shop:v1.4.0@sha256:…). version is what
// names the code; where nothing does, it is the artifact as written. revision is
// a commit that the artifact names besides, or "".
func artifactRefs(text string) (version, revision string) {
	text = strings.TrimSpace(text)
	rest, isPURL := strings.CutPrefix(text, "pkg:")
	if !isPURL {
		if v := imageTag(text); v != "" {
			return v, ""
		}
		return text, ""
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	_, version, _ = strings.Cut(rest, "@")
	version = unescape(version)
	qualifiers, _ := url.ParseQuery(strings.ReplaceAll(query, "+", "%2B"))
	if source := qualifiers.Get("vcs_url"); source != "" {
		if at := strings.LastIndexByte(source, '@'); at >= 0 && looksLikeCommit(source[at+1:]) {
			revision = source[at+1:]
		}
	}
	if tag := qualifiers.Get("tag"); isDigest(version) && tag != "" {
		version = tag
	}
	if version == "" || isDigest(version) {
		version = text
	}
	return version, revision
}

// imageTag gives the tag of an image's name: what follows the last colon, unless
// that is the port of the registry.
func imageTag(image string) string {
	image, _, _ = strings.Cut(image, "@")
	colon := strings.LastIndexByte(image, ':')
	if colon < 0 || strings.Contains(image[colon:], "/") {
		return ""
	}
	return image[colon+1:]
}

func unescape(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

var digest = regexp.MustCompile(`^(?:sha256|sha384|sha512|blake3)[:-][0-9a-fA-F]{16,}$|^[0-9a-f]{64}$`)

// isDigest reports whether a version is the hash of an artifact.
func isDigest(version string) bool { return digest.MatchString(version) }

var (
	commitID = regexp.MustCompile(`^[0-9a-f]{7,40}$`)
	// commitInText wants a letter and a digit, which a number or a word lacks.
	wordsOfText   = regexp.MustCompile(`[0-9A-Za-z][0-9A-Za-z._+-]*`)
	versionInText = regexp.MustCompile(`^v?\d+\.\d+(?:\.\d+)*(?:[-+][0-9A-Za-z.-]+)?$|^v\d+$`)
)

// looksLikeCommit reports whether a text is the id of a commit, full or short.
func looksLikeCommit(s string) bool {
	return commitID.MatchString(s)
}

// refInText finds what names the code in words that were written for people:
// the first id of a commit, else the first version; and where in the text.
func refInText(text string) (ref string, commit bool) {
	for _, word := range wordsOfText.FindAllString(text, 200) {
		word = strings.TrimRight(word, ".-+_")
		if looksLikeCommit(word) && strings.ContainsAny(word, "abcdef") && strings.ContainsAny(word, "0123456789") {
			return word, true
		}
		if ref == "" && versionInText.MatchString(word) {
			ref = word
		}
	}
	return ref, false
}

// lastPart is the end of an address or a path: "https://git.example/ann/shop.git"
// is "shop".
func lastPart(address string) string {
	address, _, _ = strings.Cut(address, "?")
	address = strings.TrimSuffix(strings.TrimRight(address, "/"), ".git")
	return address[strings.LastIndexAny(address, "/:")+1:]
}
