package versions

import (
	"fmt"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// Constraint is a condition on versions, ">=1.2, <3" or "^1.4 || 2.x".
type Constraint struct {
	text        string
	constraints *semver.Constraints
}

// ParseConstraint reads a condition in the language of semver ranges: = != > <
// >= <= ~ ^ and x, joined by commas (and) or || (or).
func ParseConstraint(text string) (Constraint, error) {
	c, err := semver.NewConstraint(text)
	if err != nil {
		return Constraint{}, fmt.Errorf("parse version constraint %q: %w", text, err)
	}
	c.IncludePrerelease = true
	return Constraint{text, c}, nil
}

// String is the text that was parsed.
func (c Constraint) String() string { return c.text }

// Allows reports whether a version meets the condition. Of versions with more
// than three numbers the first three count, and a patch of a version counts as
// that version. The zero Constraint allows all.
func (c Constraint) Allows(v Version) bool {
	if c.constraints == nil {
		return true
	}
	s := strings.Join([]string{at(v.key.numbers, 0), at(v.key.numbers, 1), at(v.key.numbers, 2)}, ".")
	if v.Prerelease && len(v.key.suffix) > 0 {
		s += "-" + strings.Join(v.key.suffix, ".")
	}
	parsed, err := semver.NewVersion(s)
	return err == nil && c.constraints.Check(parsed)
}
