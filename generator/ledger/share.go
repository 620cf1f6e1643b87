package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Percent is an exact share of a population in units of 0.00001 %, so that five
// decimal places of a percentage are whole numbers. Valid from 0 to Hundred.
type Percent int64

// Hundred is everybody.
const Hundred Percent = 100 * 100_000

// ParsePercent reads a decimal number of percent, "0.5" or "33.33333", without
// a sign and with an optional "%". Digits after the fifth place must be zero.
func ParsePercent(s string) (Percent, error) {
	t := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "%"))
	// The text is bounded before it becomes a number: "1e999999" is seven
	// characters and would be a million digits.
	_, exponent, _ := strings.Cut(strings.ToLower(t), "e")
	if len(t) > 40 || len(exponent) > 3 || strings.Trim(t, "0123456789.eE+-") != "" || strings.HasPrefix(t, "+") || strings.HasPrefix(t, "-") {
		return 0, fmt.Errorf("parse percentage %q: want a number from 0 to 100", clip(s, 40))
	}
	r, ok := new(big.Rat).SetString(t)
	if !ok {
		return 0, fmt.Errorf("parse percentage %q: want a number from 0 to 100", s)
	}
	r.Mul(r, big.NewRat(100_000, 1))
	if n := r.Num(); n.Sign() < 0 || n.Cmp(new(big.Int).Mul(r.Denom(), big.NewInt(int64(Hundred)))) > 0 {
		return 0, fmt.Errorf("parse percentage %q: want a number from 0 to 100", s)
	}
	if !r.IsInt() {
		return 0, fmt.Errorf("parse percentage %q: more than five decimal places", s)
	}
	return Percent(r.Num().Int64()), nil
}

// clip shortens hostile text for a message.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "…"
}

// String gives the decimal without trailing zeros and without a unit: "0.5".
func (p Percent) String() string {
	whole, frac := p/100_000, p%100_000
	if frac == 0 {
		return strconv.FormatInt(int64(whole), 10)
	}
	return strings.TrimRight(fmt.Sprintf("%d.%05d", whole, frac), "0")
}

// MarshalJSON writes a JSON number of percent.
func (p Percent) MarshalJSON() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalJSON reads a JSON number of percent.
func (p *Percent) UnmarshalJSON(b []byte) error {
	v, err := ParsePercent(string(bytes.TrimSpace(b)))
	if err != nil {
		return err
	}
	*p = v
	return nil
}

// Share is an exact interval of percentages: at least Lo, at most Hi. Where the
// share is known the two are equal; the zero Share is exactly nothing.
type Share struct{ Lo, Hi Percent }

// Exactly is the share of exactly p.
func Exactly(p Percent) Share { return Share{p, p} }

// Everybody is exactly 100 %.
func Everybody() Share { return Share{Hundred, Hundred} }

// Undecided is anything from nothing to everybody.
func Undecided() Share { return Share{0, Hundred} }

// IsExact reports whether both ends are equal.
func (s Share) IsExact() bool { return s.Lo == s.Hi }

// String gives "25", "0 to 40" or "up to 40", in percent and without the sign.
func (s Share) String() string {
	switch {
	case s.IsExact():
		return s.Lo.String()
	case s.Lo == 0:
		return "up to " + s.Hi.String()
	default:
		return s.Lo.String() + " to " + s.Hi.String()
	}
}

// Times multiplies two shares as those of independent choices; the ends are
// rounded outwards to five decimal places.
func (s Share) Times(t Share) Share {
	return Share{
		Lo: s.Lo * t.Lo / Hundred,
		Hi: (s.Hi*t.Hi + Hundred - 1) / Hundred,
	}
}

// Plus adds two shares of disjoint populations, capped at everybody.
func (s Share) Plus(t Share) Share {
	return Share{min(s.Lo+t.Lo, Hundred), min(s.Hi+t.Hi, Hundred)}
}

// Inverse is the share of those who are left out.
func (s Share) Inverse() Share { return Share{Hundred - s.Hi, Hundred - s.Lo} }

// AllOf is the share let in by every one of the given shares, about whose
// overlap nothing is known: lo = max(0, Σlo − 100(n−1)), hi = the least hi. Of
// none it is everybody.
func AllOf(shares ...Share) Share {
	out := Everybody()
	for _, s := range shares {
		out = Share{max(0, out.Lo+s.Lo-Hundred), min(out.Hi, s.Hi)}
	}
	return out
}

// MarshalJSON writes [lo, hi].
func (s Share) MarshalJSON() ([]byte, error) {
	return []byte("[" + s.Lo.String() + "," + s.Hi.String() + "]"), nil
}

// UnmarshalJSON reads [lo, hi].
func (s *Share) UnmarshalJSON(b []byte) error {
	var ends [2]Percent
	if err := json.Unmarshal(b, &ends); err != nil {
		return err
	}
	if ends[0] > ends[1] {
		return fmt.Errorf("parse share %s: the lower end is above the upper", b)
	}
	*s = Share{ends[0], ends[1]}
	return nil
}
