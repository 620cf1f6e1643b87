package ledger_test

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"daylight/generator/ledger"

	"github.com/google/go-cmp/cmp"
)

// TestLedgerRoundTrips fills every field of a ledger with a value of its own,
// writes it, reads it, and wants it back: a field that the JSON loses, or a new
// one that nobody thought of, shows.
func TestLedgerRoundTrips(t *testing.T) {
	var want ledger.Ledger
	f := filler{}
	f.fill(reflect.ValueOf(&want).Elem())
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got ledger.Ledger
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the ledger comes back different (-want +got):\n%s", diff)
	}
	again, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if string(again) != string(b) {
		t.Error("the second writing differs from the first")
	}
}

// filler sets fields to values that are valid, not zero, and different from
// each other.
type filler struct{ n int }

func (f *filler) fill(v reflect.Value) {
	f.n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 3, 2, 10, 0, f.n, 0, time.UTC)))
		return
	case ledger.Share:
		lo := ledger.Percent(f.n)
		v.Set(reflect.ValueOf(ledger.Share{Lo: lo, Hi: lo + 100}))
		return
	case ledger.Hash:
		v.Set(reflect.ValueOf(ledger.Hash{byte(f.n >> 8), byte(f.n), 0xff}))
		return
	case map[ledger.EnvironmentName]ledger.Date:
		var date ledger.Date
		f.fill(reflect.ValueOf(&date).Elem())
		v.Set(reflect.ValueOf(map[ledger.EnvironmentName]ledger.Date{"production": date, "staging": {}}))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	case reflect.Slice:
		// Descending names show that lists keep an order that is not that of keys.
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(1))
		f.fill(v.Index(0))
		if lanes, ok := v.Interface().([]ledger.InComponent); ok {
			lanes[0], lanes[1] = lanes[1], lanes[0] // lanes are sorted by component
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.String:
		v.SetString("s" + strconv.Itoa(100_000+f.n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Bool:
		v.SetBool(true)
	default:
		panic("no value for a field of type " + v.Type().String())
	}
}

func TestEnvironmentsKeepTheirOrder(t *testing.T) {
	const text = `{"z-first":{"status":"dark"},"a-second":{"status":"released"}}`
	var in ledger.InEnvironments
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		t.Fatal(err)
	}
	if len(in) != 2 || in[0].Environment != "z-first" || in[1].Environment != "a-second" || in[1].Status != ledger.StatusReleased {
		t.Errorf("read %+v", in)
	}
}

func TestEnvironmentsRefuse(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{`[]`, "want an object"},
		{`{"a":{},"a":{}}`, `key "a" comes twice`},
		{`{"a":{"percent":[2,1]}}`, "the lower end is above the upper"},
		{`{"a":3}`, `read "a"`},
	} {
		for _, into := range []any{&ledger.InEnvironments{}, &ledger.FlagInEnvironments{}} {
			if err := json.Unmarshal([]byte(test.text), into); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("reading %s into %T gives %v, want %q", test.text, into, err, test.want)
			}
		}
	}
}

// FuzzEnvironments: whatever can be read can be written, and reads the same.
func FuzzEnvironments(f *testing.F) {
	f.Add([]byte(`{"production":{"status":"dark","percent":[0,40],"deployed":{"at":"2026-03-03T09:00:00Z"},"components":{"b":{},"a":{}}}}`))
	f.Add([]byte(`{"a":{"steps":[{"at":"2026-03-03T09:00:00+02:00","written":{"commit":""}}]}}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		rereads[ledger.InEnvironments](t, b)
		rereads[ledger.FlagInEnvironments](t, b)
	})
}

// rereads reads bytes, and what is written of them, and compares the writings.
func rereads[T any](t *testing.T, b []byte) {
	t.Helper()
	var first, second T
	if json.Unmarshal(b, &first) != nil {
		return
	}
	once, err := json.Marshal(first)
	if err != nil {
		return // years beyond 9999 are read through an offset and can't be written
	}
	if err := json.Unmarshal(once, &second); err != nil {
		t.Fatalf("read %s again: %v", once, err)
	}
	if twice, err := json.Marshal(second); err != nil || string(twice) != string(once) {
		t.Fatalf("written %s, then %s, %v", once, twice, err)
	}
}
