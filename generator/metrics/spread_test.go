package metrics

import (
	"encoding/json"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func minutes(list ...int) []time.Duration {
	var out []time.Duration
	for _, m := range list {
		out = append(out, time.Duration(m)*time.Minute)
	}
	return out
}

// The two medians of the same even list: 2.5 between the neighbours, or the lower
// of them.
func TestMedians(t *testing.T) {
	for _, c := range []struct {
		list            []time.Duration
		between, lower  time.Duration
		p90between, p90 time.Duration
	}{
		{minutes(4, 1), 150 * time.Second, time.Minute, 222 * time.Second, time.Minute},
		{minutes(1, 2, 3), 2 * time.Minute, 2 * time.Minute, 168 * time.Second, 2 * time.Minute},
		{minutes(7), 7 * time.Minute, 7 * time.Minute, 7 * time.Minute, 7 * time.Minute},
		{minutes(0, 0, 0, 10), 0, 0, 7 * time.Minute, 0},
	} {
		between, lower := SpreadOf(c.list, Interpolated), SpreadOf(c.list, Lower)
		if got := time.Duration(between.P50); got != c.between {
			t.Errorf("interpolated median of %v is %v, want %v", c.list, got, c.between)
		}
		if got := time.Duration(lower.P50); got != c.lower {
			t.Errorf("lower median of %v is %v, want %v", c.list, got, c.lower)
		}
		if got := time.Duration(between.P90); got != c.p90between {
			t.Errorf("interpolated p90 of %v is %v, want %v", c.list, got, c.p90between)
		}
		if got := time.Duration(lower.P90); got != c.p90 {
			t.Errorf("lower p90 of %v is %v, want %v", c.list, got, c.p90)
		}
	}
}

// Against the definitions of SQL, in exact fractions: PERCENTILE_CONT for the one
// method, the largest value with percent_rank at most the percentile for the other.
func TestPercentilesOfSQL(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) time.Duration {
			return time.Duration(rapid.Int64Range(0, int64(100*365*24*time.Hour)).Draw(t, "ns"))
		}), 1, 30).Draw(t, "list")
		list = append(list, list[:len(list)/3]...) // ties
		sorted := slices.Sorted(slices.Values(list))
		between, lower := SpreadOf(list, Interpolated), SpreadOf(list, Lower)
		for percent, got := range map[int][2]Seconds{50: {between.P50, lower.P50}, 75: {between.P75, lower.P75}, 90: {between.P90, lower.P90}, 95: {between.P95, lower.P95}} {
			place := big.NewRat(int64(percent*(len(sorted)-1)), 100)
			i := int(new(big.Int).Quo(place.Num(), place.Denom()).Int64())
			want := new(big.Rat).SetInt64(int64(sorted[i]))
			if i+1 < len(sorted) {
				rest := new(big.Rat).Sub(place, big.NewRat(int64(i), 1))
				want.Add(want, rest.Mul(rest, big.NewRat(int64(sorted[i+1]-sorted[i]), 1)))
			}
			if floor := new(big.Int).Quo(want.Num(), want.Denom()).Int64(); floor != int64(got[0]) {
				t.Fatalf("interpolated p%d of %v is %d, want %d", percent, sorted, got[0], floor)
			}
			var largest time.Duration
			for _, v := range sorted {
				less := int64(slices.Index(sorted, v))
				if len(sorted) == 1 || less*100 <= int64(percent)*int64(len(sorted)-1) {
					largest = v
				}
			}
			if largest != time.Duration(got[1]) {
				t.Fatalf("lower p%d of %v is %d, want %d", percent, sorted, got[1], largest)
			}
		}
		bins := 0
		for _, n := range between.Bins {
			bins += n
		}
		if bins != len(list) || between.Count != len(list) || len(between.Bins) != len(BinEdges())+1 {
			t.Fatalf("%d in bins, %d counted, %d given", bins, between.Count, len(list))
		}
	})
}

// What is not known is null, and never 0.
func TestJSONOfNothing(t *testing.T) {
	for want, v := range map[string]any{
		`{"count":0,"p50":null,"p75":null,"p90":null,"p95":null,"mean":null,"least":null,"most":null,"bins":null,"left_out":[{"reason":"first_record","count":3}],"unknown":null}`: Spread{
			LeftOut: []LeftOut{{ReasonFirstRecord, 3}}},
		`{"count":null,"of":12,"percent":null,"left_out":[],"unknown":"no_failure_marks"}`: Rate{Of: 12, Unknown: ReasonNoMarks},
		`{"count":0,"of":0,"percent":null,"left_out":[],"unknown":null}`:                   Rate{},
		`{"count":1,"of":3,"percent":33.33,"left_out":[],"unknown":null}`:                  Rate{Hits: 1, Of: 3},
		`{"count":2,"of":3,"percent":66.67,"left_out":[],"unknown":null}`:                  Rate{Hits: 2, Of: 3},
		`{"count":0,"of":3,"percent":0,"left_out":[],"unknown":null}`:                      Rate{Of: 3},
		`{"count":null,"days":90,"per_day":null,"per_week":null,"median_gap":null,"whole_weeks":0,"days_per_week":null,"rhythm":null,"left_out":[],"unknown":"no_deployments"}`: Frequency{
			Days: 90, Unknown: ReasonNoRecords},
		`{"count":2,"days":3,"per_day":0.6667,"per_week":4.6667,"median_gap":90.5,"whole_weeks":0,"days_per_week":null,"rhythm":null,"left_out":[],"unknown":null}`: Frequency{
			Count: 2, Days: 3, Gap: Seconds(90500 * time.Millisecond)},
		`-0.25`: Seconds(-250 * time.Millisecond),
	} {
		got, err := json.Marshal(v)
		if err != nil || string(got) != want {
			t.Errorf("%+v is\n%s, want\n%s (%v)", v, got, want, err)
		}
	}
}
