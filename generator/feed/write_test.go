package feed_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"daylight/generator/audience"
	"daylight/generator/feed"
	"daylight/generator/notes"
)

var writeTo = flag.String("write", "", "a folder to write the feeds of the sample to, for other validators")

func customers() audience.Rules {
	return audience.Rules{Name: "customers", Sees: audience.SeesReleased, Kind: notes.KindOf, Headline: notes.Headline, Salt: "salt"}
}

// subjects are those of both sites of the sample.
func subjects() map[string][]feed.Subject {
	return map[string][]feed.Subject{
		"team":      feed.Team(shop(), site()),
		"customers": feed.Customers(audience.Reduce(shop(), customers()), site()),
	}
}

// TestWrite writes the feeds of the sample where -write says, for those who want
// to put them before another judge.
func TestWrite(t *testing.T) {
	if *writeTo == "" {
		t.Skip("no folder given with -write")
	}
	for name, list := range subjects() {
		for _, s := range list {
			files, _, err := s.Files()
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				p := filepath.Join(*writeTo, name, filepath.FromSlash(f.Path))
				if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(p, f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
