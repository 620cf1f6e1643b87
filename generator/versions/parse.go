package versions

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// key is what is compared.
type key struct {
	numbers []string // decimal, without leading zeros
	phase   int      // -1 before the version, 0 the version, 1 a patch of it
	suffix  []string // identifiers
}

func (k key) compare(o key) int {
	for i := range max(len(k.numbers), len(o.numbers)) {
		if c := compareNumbers(at(k.numbers, i), at(o.numbers, i)); c != 0 {
			return c
		}
	}
	if c := cmp.Compare(k.phase, o.phase); c != 0 {
		return c
	}
	for i := range min(len(k.suffix), len(o.suffix)) {
		if c := compareIdentifiers(k.suffix[i], o.suffix[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(k.suffix), len(o.suffix))
}

func at(numbers []string, i int) string {
	if i < len(numbers) {
		return numbers[i]
	}
	return "0"
}

// compareNumbers compares decimals of any length without leading zeros.
func compareNumbers(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }

// compareIdentifiers is the rule of semver.org: numbers by value and before
// texts, texts by their bytes.
func compareIdentifiers(a, b string) int {
	numA, numB := isNumber(a), isNumber(b)
	switch {
	case numA && numB:
		return compareNumbers(trimZeros(a), trimZeros(b))
	case numA:
		return -1
	case numB:
		return 1
	}
	return cmp.Compare(a, b)
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func trimZeros(s string) string {
	if t := strings.TrimLeft(s, "0"); t != "" {
		return t
	}
	return "0"
}

var (
	strict = regexp.MustCompile(`^[vV]?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$`)
	// loose is: a date with dashes, or numbers with underscores, or with dots;
	// then what follows them.
	loose  = regexp.MustCompile(`^[vV]?(?:(\d{4}-\d{1,2}-\d{1,2})|(\d+(?:_\d+)+)|(\d+(?:\.\d+)*))((?:[-._~]?[0-9A-Za-z]+)*)(?:\+[0-9A-Za-z.-]+)?$`)
	clock  = regexp.MustCompile(`(?i)(^|\D)(19|20)\d\d[-.]?[01]\d[-.]?[0-3]\d([-_.T ]|-at-)?[0-2]\d[-.:_]?[0-5]\d`)
	pieces = regexp.MustCompile(`[0-9]+|[A-Za-z]+`)
)

// longest bounds a tag's name: longer ones are no versions.
const longest = 200

// parse splits a tag into prefix and version. Of all places at which a version
// could begin, the first counts.
func parse(tag string) (Version, bool) {
	if len(tag) > longest || looksDeployed(tag) {
		return Version{}, false
	}
	for i := range len(tag) {
		if i > 0 && !begins(tag, i) {
			continue
		}
		v, ok := parseText(tag[i:])
		if !ok {
			continue
		}
		v.Tag, v.prefix = tag, tag[:i]
		// A single number is a version only where nothing else is meant by the
		// name before it: issue-42 and change-4711 are not.
		if v.Scheme == Counter && !neutral(v.prefix) && !strings.HasSuffix(v.prefix, "/") && !strings.HasSuffix(v.prefix, "@") {
			return Version{}, false
		}
		return v, true
	}
	return Version{}, false
}

// begins reports whether a version may begin at a place within a tag: after a
// separator, or where the letters of the prefix end.
func begins(tag string, i int) bool {
	if strings.IndexByte("/@-_.", tag[i-1]) >= 0 {
		return true
	}
	letter := func(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
	return letter(tag[i-1]) && tag[i] >= '0' && tag[i] <= '9' && !strings.ContainsAny(tag[:i], "0123456789")
}

// parseText reads a version without a prefix.
func parseText(text string) (Version, bool) {
	v := Version{Text: strings.TrimLeft(text, "vV")}
	if m := strict.FindStringSubmatch(text); m != nil {
		v.key.numbers = []string{trimZeros(m[1]), trimZeros(m[2]), trimZeros(m[3])}
		v.Scheme = schemeOf(m[1:4])
		if m[4] != "" {
			v.key.phase, v.key.suffix, v.Prerelease = -1, strings.Split(m[4], "."), true
		}
		return v, true
	}
	m := loose.FindStringSubmatch(text)
	if m == nil {
		return Version{}, false
	}
	raw := strings.FieldsFunc(m[1]+m[2]+m[3], func(r rune) bool { return strings.ContainsRune(".-_", r) })
	for _, n := range raw {
		if len(n) > 18 {
			return Version{}, false
		}
		v.key.numbers = append(v.key.numbers, trimZeros(n))
	}
	if v.Scheme = schemeOf(raw); v.Scheme == Calver && len(raw) == 1 {
		day := raw[0] // 20240305 is the same as 2024-03-05
		v.key.numbers = []string{day[:4], trimZeros(day[4:6]), trimZeros(day[6:])}
	}
	return v, v.readSuffix(m[4], m[1] != "" || len(raw) == 1 && v.Scheme == Calver)
}

// schemeOf tells the schemes apart by their numbers.
func schemeOf(numbers []string) string {
	year, _ := strconv.Atoi(numbers[0])
	switch {
	case len(numbers) == 1 && len(numbers[0]) == 8 && numbers[0] >= "19900101" && numbers[0] < "21000000":
		return Calver
	case len(numbers) > 1 && len(numbers[0]) == 4 && year >= 1990 && year < 2100:
		return Calver
	case len(numbers) == 1:
		return Counter
	}
	return Semver
}

// Words after the numbers that we understand.
const (
	wordsBefore = " a alpha b beta c rc cr pre preview dev develop snapshot nightly m milestone next canary ea eap test "
	wordsAfter  = " post patch p sp hotfix fix update u rev r "
	wordsSame   = " final ga release lts stable "
)

// readSuffix understands what follows the numbers of a version that is not
// strictly semantic. A date may be followed by the number or the letter of the
// version on that day.
func (v *Version) readSuffix(suffix string, date bool) bool {
	if suffix == "" {
		return true
	}
	ids := pieces.FindAllString(suffix, -1)
	if len(ids) == 0 || len(ids) > 12 {
		return false
	}
	word := strings.ToLower(ids[0])
	known := func(words string) bool { return strings.Contains(words, " "+word+" ") }
	switch {
	case date && (isNumber(word) && len(word) <= 3 || len(word) == 1) && len(ids) == 1:
		v.key.phase = 1
	case len(suffix) == 1:
		// 1.0.2k and v0.99.7d: a letter that is all counts patches, where 1.0b2
		// is a beta.
		v.key.phase = 1
	case known(wordsSame) && len(ids) == 1:
		return true
	case isNumber(word):
		return false
	case known(wordsAfter):
		v.key.phase = 1
	case known(wordsBefore) || suffix[0] == '-':
		v.key.phase, v.Prerelease = -1, true
	default:
		return false
	}
	v.key.suffix = ids
	return true
}

// neutral reports whether a prefix names no component.
func neutral(prefix string) bool { return componentName(prefix) == "" }

// componentName is the name in a prefix, "" when it says no more than "version".
func componentName(prefix string) string {
	name := strings.TrimRight(prefix, "/@-_.")
	for _, word := range []string{"v", "release", "releases", "rel", "r", "version", "versions", "ver", "tag", "tags"} {
		if strings.EqualFold(name, word) {
			return ""
		}
	}
	for _, word := range []string{"-v", "/v", "_v"} {
		name = strings.TrimSuffix(name, word)
	}
	return name
}

// places are first words of tags that tell of a deployment.
const places = " deploy deploys deployed deployment deployments production prod prd staging stage stg preprod preproduction uat qa dev development testing test training sandbox canary live next_release "

// looksDeployed reports whether a tag tells of a deployment by its name alone.
func looksDeployed(tag string) bool {
	i := strings.IndexAny(tag, "/-")
	if i < 0 {
		i = strings.LastIndexByte(tag, '_')
	}
	if i > 0 && strings.Contains(places, " "+strings.ToLower(tag[:i])+" ") {
		return true
	}
	if i > 0 {
		// staging_2/2019-08-19: an environment with a number.
		word := strings.TrimRight(strings.ToLower(tag[:i]), "0123456789_-")
		if strings.Contains(places, " "+word+" ") {
			return true
		}
	}
	return len(tag) <= longest && clock.MatchString(tag)
}

// nearMisses are tags that look like a version and are none.
func nearMisses(tags []string, found []Version) []Miss {
	used := map[string]int{}
	for _, v := range found {
		used[strings.ToLower(v.prefix)]++
	}
	var out []Miss
	for _, tag := range tags {
		lower := strings.ToLower(tag)
		if nearly.MatchString(tag) {
			out = append(out, Miss{tag, "looks like a version, and is none that can be ordered", "rename the tag, or give a pattern"})
			continue
		}
		for _, prefix := range sortedKeys(used) {
			digit := strings.IndexAny(lower, "0123456789")
			if digit > 0 && used[prefix] >= 3 && len(prefix) >= 4 && neutral(prefix) && lower[:digit] != prefix && oneLetterOff(lower[:digit], prefix) {
				out = append(out, Miss{tag, "looks like a misspelt " + strconv.Quote(prefix), "rename the tag"})
				break
			}
		}
	}
	return out
}

var nearly = regexp.MustCompile(`(?i)^(v|ver|version|rel|release)?[-_./ ]{0,2}\d+[.,_]`)

func sortedKeys(m map[string]int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// oneLetterOff reports whether one letter added, dropped or changed turns a
// into b.
func oneLetterOff(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i < len(a) && a[i+1:] == b[i+1:]
	}
	return a[i:] == b[i+1:]
}
