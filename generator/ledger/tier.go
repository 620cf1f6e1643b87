package ledger

import (
	"slices"
	"strings"
	"unicode"
)

// TierOf finds the tier of an environment from its name: the name, or a part of
// it between characters that are neither letters nor digits, is one of a tier's
// words, whatever its case and without accents. The first tier wins in the order
// development, testing, staging, production, so that "prod-test" is no
// production. Words that take production back come before that: what is before
// production ("pre-production", "preprod") is staging; what says of itself that
// it is not production ("non-prod", "nonprod") is what its other parts say, else
// other. "published" is production. Everything else is other: a name that only
// looks like a word ("internet", "prodtest") is not guessed at.
//
// A policy's own tiers come before this rule (see Policy.Tiers).
func TierOf(name EnvironmentName) Tier {
	parts := plainParts(tierWords(string(name)))
	for _, tier := range [...]Tier{TierDevelopment, TierTesting, TierStaging, TierProduction} {
		for _, part := range parts {
			if slices.Contains(wordsOf(tier), part) {
				return tier
			}
		}
	}
	return TierOther
}

// wordsOf lists the words that place an environment in a tier.
func wordsOf(t Tier) []string {
	switch t {
	case TierDevelopment:
		return []string{"development", "dev", "develop", "trunk", "review"}
	case TierTesting:
		return []string{
			"testing", "test", "tests", "tst", "integration", "integ", "intg", "int",
			"acceptance", "accept", "acpt", "qa", "qc", "control", "quality", "uat", "sit",
		}
	case TierStaging:
		return []string{"staging", "stage", "stg", "sta", "model", "internal", "demo", "preprod"}
	case TierProduction:
		return []string{"production", "prod", "prd", "live", "published"}
	}
	return nil
}

// plainParts rewrites the parts that speak of production without being it: those
// before production become "preprod", those that deny it are dropped together
// with what they deny. Both are written in one part ("nonprod") or in two
// ("non-prod"), which the words alone would take for production.
func plainParts(parts []string) []string {
	var out []string
	for i := 0; i < len(parts); i++ {
		part := parts[i]
		followed := i+1 < len(parts) && isProductionWord(parts[i+1])
		switch {
		case part == "pre" && followed:
			out = append(out, "preprod")
			i++
		case isDenial(part) && followed:
			i++
		case strings.HasPrefix(part, "pre") && isProductionWord(part[len("pre"):]):
			out = append(out, "preprod")
		case isProductionWord(part) && i+1 < len(parts) && parts[i+1] == "like":
			i++
		default:
			out = append(out, part)
		}
	}
	return out
}

// isProductionWord reports whether s is one of production's words.
func isProductionWord(s string) bool { return slices.Contains(wordsOf(TierProduction), s) }

// isDenial reports whether s denies the word after it. Written together with it
// ("nonprod") the two are no word of any tier, and need no rule.
func isDenial(s string) bool { return s == "non" || s == "not" || s == "no" }

// tierWords gives the parts of a name in lower case without accents, split at
// everything that is not a-z or 0-9.
func tierWords(name string) []string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		// A combining mark belongs to the letter before it, so it splits nothing.
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(withoutAccent(r))
		}
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
}

// withoutAccent gives the base letter of an accented Latin letter in lower case.
// The standard library has no decomposition; these are the letters of the
// languages whose words for environments would otherwise split.
func withoutAccent(r rune) rune {
	if r < 'à' || r > 'ž' {
		return r
	}
	for _, of := range [...]struct {
		base    rune
		letters string
	}{
		{'a', "àáâãäåāăą"}, {'c', "çćĉċč"}, {'d', "ďđ"}, {'e', "èéêëēĕėęě"},
		{'g', "ĝğġģ"}, {'h', "ĥħ"}, {'i', "ìíîïĩīĭįı"}, {'j', "ĵ"}, {'k', "ķ"},
		{'l', "ĺļľŀł"}, {'n', "ñńņňŉ"}, {'o', "òóôõöøōŏő"}, {'r', "ŕŗř"},
		{'s', "śŝşš"}, {'t', "ţťŧ"}, {'u', "ùúûüũūŭůűų"}, {'w', "ŵ"},
		{'y', "ýÿŷ"}, {'z', "źżž"},
	} {
		if strings.ContainsRune(of.letters, r) {
			return of.base
		}
	}
	return r
}
