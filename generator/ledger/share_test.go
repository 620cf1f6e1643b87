package ledger_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"daylight/generator/ledger"

	"pgregory.net/rapid"
)

// percents draws any valid percentage, round ones more often than others.
func percents() *rapid.Generator[ledger.Percent] {
	return rapid.OneOf(
		rapid.Map(rapid.IntRange(0, 100), func(n int) ledger.Percent { return ledger.Percent(n) * 100_000 }),
		rapid.Map(rapid.Int64Range(0, int64(ledger.Hundred)), func(n int64) ledger.Percent { return ledger.Percent(n) }),
	)
}

// shares draws any valid share, exact ones more often than others.
func shares() *rapid.Generator[ledger.Share] {
	return rapid.Custom(func(t *rapid.T) ledger.Share {
		a, b := percents().Draw(t, "end"), percents().Draw(t, "other end")
		if rapid.Bool().Draw(t, "exact") {
			return ledger.Exactly(a)
		}
		return ledger.Share{Lo: min(a, b), Hi: max(a, b)}
	})
}

func TestParsePercent(t *testing.T) {
	for _, test := range []struct {
		text string
		want string // the percentage, or the end of the error
	}{
		{"0", "0"},
		{"100", "100"},
		{"33.33333", "33.33333"},
		{" 5 % ", "5"},
		{"0.50", "0.5"},
		{".5", "0.5"},
		{"12.3400000", "12.34"},
		{"1e1", "10"},
		{"", "want a number from 0 to 100"},
		{"%", "want a number from 0 to 100"},
		{"half", "want a number from 0 to 100"},
		{"+5", "want a number from 0 to 100"},
		{"-5", "want a number from 0 to 100"},
		{"101", "want a number from 0 to 100"},
		{"100.000001", "want a number from 0 to 100"},
		{"1/2", "want a number from 0 to 100"},
		{"0x10", "want a number from 0 to 100"},
		{"1_0", "want a number from 0 to 100"},
		{"Inf", "want a number from 0 to 100"},
		{"1e999999", "want a number from 0 to 100"},
		{strings.Repeat("9", 1_000_000), "want a number from 0 to 100"},
		{"0.000001", "more than five decimal places"},
	} {
		p, err := ledger.ParsePercent(test.text)
		got := p.String()
		if err != nil {
			got = err.Error()
		}
		if !strings.HasSuffix(got, test.want) || err == nil && got != test.want {
			t.Errorf("ParsePercent(%.20q) = %.80s, want %s", test.text, got, test.want)
		}
		if len(got) > 200 {
			t.Errorf("ParsePercent(%.20q): the message has %d bytes", test.text, len(got))
		}
	}
}

func FuzzParsePercent(f *testing.F) {
	for _, seed := range []string{"0", "33.33333", "5%", "1e2", "-1", "0x1p-2", "1e-5", "٣"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ledger.ParsePercent(text)
		if err != nil {
			return
		}
		if p < 0 || p > ledger.Hundred {
			t.Fatalf("ParsePercent(%q) = %d, which is out of range", text, p)
		}
		if again, err := ledger.ParsePercent(p.String()); err != nil || again != p {
			t.Fatalf("ParsePercent(%q) is %s, which parses as %s, %v", text, p, again, err)
		}
	})
}

func TestPercentsAndSharesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := percents().Draw(t, "percent")
		if got, err := ledger.ParsePercent(p.String()); err != nil || got != p {
			t.Errorf("%d is written %s and read %d, %v", p, p, got, err)
		}
		want := shares().Draw(t, "share")
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got ledger.Share
		if err := json.Unmarshal(b, &got); err != nil || got != want {
			t.Errorf("%v is written %s and read %v, %v", want, b, got, err)
		}
	})
}

func TestShareRefusesAnIntervalUpsideDown(t *testing.T) {
	var s ledger.Share
	err := json.Unmarshal([]byte("[40,10]"), &s)
	if err == nil || !strings.Contains(err.Error(), "the lower end is above the upper") {
		t.Errorf("[40,10] gives %v, %v", s, err)
	}
}

func TestShareString(t *testing.T) {
	for _, test := range []struct {
		share ledger.Share
		want  string
	}{
		{ledger.Exactly(0), "0"},
		{ledger.Everybody(), "100"},
		{ledger.Exactly(12_50000), "12.5"},
		{ledger.Undecided(), "up to 100"},
		{ledger.Share{Lo: 10_00000, Hi: 40_00000}, "10 to 40"},
	} {
		if got := test.share.String(); got != test.want {
			t.Errorf("String() = %q, want %q", got, test.want)
		}
	}
}

// TestTimes: whatever the two shares really are, their product is within the
// interval, and the interval is wider than the exact one by less than a unit.
func TestTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, u := shares().Draw(t, "s"), shares().Draw(t, "u")
		got := s.Times(u)
		if got != u.Times(s) {
			t.Errorf("%v times %v depends on the order", s, u)
		}
		if got.Lo*ledger.Hundred > s.Lo*u.Lo || got.Hi*ledger.Hundred < s.Hi*u.Hi {
			t.Errorf("%v times %v = %v leaves out an end", s, u, got)
		}
		if s.Lo*u.Lo-got.Lo*ledger.Hundred >= ledger.Hundred || got.Hi*ledger.Hundred-s.Hi*u.Hi >= ledger.Hundred {
			t.Errorf("%v times %v = %v is wider than the rounding", s, u, got)
		}
		if all := s.Times(ledger.Everybody()); all != s {
			t.Errorf("%v of everybody is %v", s, all)
		}
		if none := s.Times(ledger.Exactly(0)); none != ledger.Exactly(0) {
			t.Errorf("%v of nobody is %v", s, none)
		}
	})
}

// TestAllOf draws, for each of some flags, who of twenty people it lets in, and
// looks who has them all: the interval that only knows the sizes must hold it.
func TestAllOf(t *testing.T) {
	const people = 20
	rapid.Check(t, func(t *rapid.T) {
		flags := rapid.SliceOfN(rapid.SliceOfN(rapid.Bool(), people, people), 0, 4).Draw(t, "flags")
		var sizes []ledger.Share
		everyone := 0
		for _, in := range flags {
			sizes = append(sizes, share(count(in), people))
		}
		for person := range people {
			if !slices.ContainsFunc(flags, func(in []bool) bool { return !in[person] }) {
				everyone++
			}
		}
		got, real := ledger.AllOf(sizes...), share(everyone, people)
		if real.Lo < got.Lo || real.Hi > got.Hi {
			t.Errorf("all of %v is %v, and really %v", sizes, got, real)
		}
		slices.Reverse(sizes)
		if again := ledger.AllOf(sizes...); again != got {
			t.Errorf("all of %v is %v one way round and %v the other", sizes, again, got)
		}
	})
}

// TestAllOfFormula states the bounds of design section 2.2 for intervals.
func TestAllOfFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(shares(), 1, 5).Draw(t, "shares")
		lo, hi := ledger.Percent(0), ledger.Hundred
		for _, s := range list {
			lo, hi = lo+s.Lo, min(hi, s.Hi)
		}
		want := ledger.Share{Lo: max(0, lo-ledger.Hundred*ledger.Percent(len(list)-1)), Hi: hi}
		if got := ledger.AllOf(list...); got != want {
			t.Errorf("all of %v is %v, want %v", list, got, want)
		}
	})
}

// TestPlusAndInverse: a share and those who are left out are everybody, and no
// sum is more than everybody.
func TestPlusAndInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, u := shares().Draw(t, "s"), shares().Draw(t, "u")
		if back := s.Inverse().Inverse(); back != s {
			t.Errorf("those left out by those left out of %v are %v", s, back)
		}
		if s.IsExact() && s.Plus(s.Inverse()) != ledger.Everybody() {
			t.Errorf("%v and its inverse are %v", s, s.Plus(s.Inverse()))
		}
		if sum := s.Plus(u); sum.Hi > ledger.Hundred || sum.Lo > sum.Hi || sum.Lo < s.Lo {
			t.Errorf("%v plus %v is %v", s, u, sum)
		}
	})
}

func share(part, of int) ledger.Share {
	return ledger.Exactly(ledger.Hundred * ledger.Percent(part) / ledger.Percent(of))
}

func count(in []bool) int {
	n := 0
	for _, b := range in {
		if b {
			n++
		}
	}
	return n
}

func ExampleShare_Times() {
	canary := ledger.Exactly(10_00000)
	flag := ledger.Share{Lo: 0, Hi: 40_00000}
	fmt.Println(canary.Times(flag), "% of all users")
	// Output: up to 4 % of all users
}

func ExampleAllOf() {
	fmt.Println(ledger.AllOf(ledger.Exactly(80_00000), ledger.Exactly(70_00000)), "%")
	// Output: 50 to 70 %
}
