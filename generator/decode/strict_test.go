package decode

import (
	"strings"
	"testing"
)

type strictShop struct {
	Name  string       `toml:"name"`
	Count int          `toml:"count"`
	Open  bool         `toml:"open"`
	Tags  []string     `toml:"tags"`
	Parts []strictPart `toml:"parts"`
	Main  strictPart   `toml:"main"`
	Skip  string       `toml:"-"`
}

type strictPart struct {
	Name string `toml:"name"`
	Size int    `toml:"size"`
}

func TestTOMLInto(t *testing.T) {
	var s strictShop
	places, faults := TOMLInto("shop.toml", []byte(`
name = 'Lumen'
count = 1_000
open = true
tags = ["a",
        "b"]
main.name = "desk"
[[parts]]
name = "one"
[[parts]]
  size = 0x10
`), &s)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if s.Name != "Lumen" || s.Count != 1000 || !s.Open || strings.Join(s.Tags, "") != "ab" ||
		s.Main.Name != "desk" || len(s.Parts) != 2 || s.Parts[1].Size != 16 {
		t.Errorf("decoded %+v", s)
	}
	for path, want := range map[string]Place{
		"name": {2, 8}, "tags[1]": {6, 9}, "main.name": {7, 13}, "parts[0]": {8, 3}, "parts[1].size": {11, 10},
	} {
		if places[path] != want {
			t.Errorf("%s stands at %v, want %v", path, places[path], want)
		}
	}
	if places.Has("main.size") || places.Has("skip") {
		t.Error("places of values that the file does not set")
	}
}

func TestTOMLIntoRefusesLargeFiles(t *testing.T) {
	var s strictShop
	_, faults := TOMLInto("shop.toml", make([]byte, maxStrict+1), &s)
	if len(faults) != 1 || !strings.Contains(faults[0].Message, "bytes") {
		t.Errorf("faults: %v", faults)
	}
}

func TestNearest(t *testing.T) {
	keys := []string{"title", "time_zone", "base", "format"}
	for in, want := range map[string]string{
		"titel": "title", "Title": "title", "timezone": "time_zone", "time-zone": "time_zone", "bas": "base",
		"fomrat": "format", "x": "", "salt": "", "": "", strings.Repeat("title", 100): "",
	} {
		if got := Nearest(in, keys); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzTOMLInto(f *testing.F) {
	f.Add([]byte("name = 'a'\n[[parts]]\nsize = 1\n[parts.x]\n"))
	f.Add([]byte("parts = [{name = \"x\", size = 2}, 3]\nname.x = 1\n"))
	f.Add([]byte("name = [[[\n[main\n[[main]]\n\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s strictShop
		_, faults := TOMLInto("shop.toml", data, &s)
		lines := strings.Count(string(data), "\n") + 1
		for _, fault := range faults {
			if fault.Line > lines {
				t.Errorf("%v lies outside the file of %d lines", fault, lines)
			}
		}
	})
}
