package versions

import "strings"

// Minor names the line of patches that a version belongs to: its first two
// numbers, "1.4" for 1.4.2. A version with fewer numbers is a line of its own.
func (v Version) Minor() string {
	n := len(v.key.numbers)
	return strings.Join(v.key.numbers[:min(n, 2)], ".")
}

// Same reports whether two versions are spelt differently and no more: docs/v1.2
// means v1.2, and so does 1.2.0.
func Same(a, b Version) bool { return a.Component == b.Component && Compare(a, b) == 0 }
