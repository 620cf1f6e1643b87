package render_test

import (
	"daylight/generator/ledger"
	"daylight/generator/pages"
)

// emptyInput is a repository of which nothing but its name is known.
func emptyInput() pages.Input {
	return pages.Input{Ledger: &ledger.Ledger{AsOf: day("03-20 00:00")}, Site: pages.Site{Title: "Nothing yet"}}
}
