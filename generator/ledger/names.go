package ledger

import (
	"encoding/hex"
	"fmt"
)

// Names of things. They are types of their own so that the compiler refuses a
// flag's key where an environment's name is meant.
type (
	// ChangeID names a change within its repository: the first 12 hex digits of
	// its commit, or more where 12 are not unique.
	ChangeID string
	// VersionName is the name of a version as its tag spells it.
	VersionName string
	// EnvironmentName is the name of an environment, verbatim.
	EnvironmentName string
	// ComponentName is the name of a separately deployed part.
	ComponentName string
	// FlagKey is the key of a feature flag. A second life of a key that was
	// removed before is "key#2".
	FlagKey string
	// RepositoryName is the short name that the configuration gives to a
	// repository.
	RepositoryName string
)

// Hash is the id of a git commit (SHA-1). The zero Hash means "no commit".
type Hash [20]byte

// ParseHash reads 40 hex digits of either case.
func ParseHash(s string) (Hash, error) {
	var h Hash
	if len(s) != 2*len(h) {
		return Hash{}, fmt.Errorf("parse commit %q: want 40 hex digits, got %d characters", s, len(s))
	}
	if _, err := hex.Decode(h[:], []byte(s)); err != nil {
		return Hash{}, fmt.Errorf("parse commit %q: %w", s, err)
	}
	return h, nil
}

// IsZero reports whether h names no commit.
func (h Hash) IsZero() bool { return h == Hash{} }

// String gives the 40 hex digits, in lower case.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Short gives the first 12 hex digits, the length used in ids and on pages.
func (h Hash) Short() string { return hex.EncodeToString(h[:6]) }

// MarshalText writes the 40 hex digits, and nothing for the zero Hash.
func (h Hash) MarshalText() ([]byte, error) {
	if h.IsZero() {
		return []byte{}, nil
	}
	return []byte(h.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (h *Hash) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*h = Hash{}
		return nil
	}
	v, err := ParseHash(string(b))
	if err != nil {
		return err
	}
	*h = v
	return nil
}
