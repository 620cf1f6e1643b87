package ledger

import "testing"

// A title names a flag by its key as a word of its own.
func TestNamesFlag(t *testing.T) {
	for _, e := range []struct {
		text string
		key  FlagKey
		want bool
	}{
		{"Turn on basket-v2 for everyone", "basket-v2", true},
		{"basket-v2: 25 %", "basket-v2", true},
		{"Turn on `Basket-V2`.", "basket-v2", true},
		{"Turn it on (basket-v2#3)", "basket-v2", true},
		{"Open shop.basket to all.", "shop.basket", true},
		{"A second life of basket-v2", "basket-v2#2", true},
		{"Turn on basket-v20, then basket-v2", "basket-v2", true},
		{"ééé basket", "basket", true},

		{"Turn on basket-v20", "basket-v2", false},
		{"Turn on my-basket-v2", "basket-v2", false},
		{"Turn on basket.v2", "basket", false},
		{"Bump the versions", "basket-v2", false},
		{"", "basket-v2", false},
		{"anything", "", false},
	} {
		if got := namesFlag(e.text, e.key); got != e.want {
			t.Errorf("%q names %q: %v, want %v", e.text, e.key, got, e.want)
		}
	}
}
