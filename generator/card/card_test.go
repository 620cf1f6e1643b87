package card_test

import (
	"bytes"
	"image/png"
	"os"
	"strings"
	"testing"

	"daylight/generator/card"
)

func press(t testing.TB) *card.Press {
	t.Helper()
	p, err := card.NewPress()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCard(t *testing.T) {
	p := press(t)
	texts := map[string]card.Text{
		"usual":  {Site: "New at Lumen", Title: "See a lamp in your own room", Foot: "Added · 20 August 2026"},
		"long":   {Site: strings.Repeat("Lumen ", 50), Title: strings.Repeat("a lamp in your own room ", 40), Foot: strings.Repeat("x", 500)},
		"narrow": {Title: strings.Repeat("unbreakable", 40)},
		"empty":  {},
		"accent": {Title: "Crème brûlée für Ängstliche, привет, γειά"},
	}
	for name, text := range texts {
		data, err := p.Draw(text)
		if err != nil {
			t.Fatal(err)
		}
		again, err := p.Draw(text)
		if err != nil || !bytes.Equal(data, again) {
			t.Errorf("%s: twice is not the same: %v", name, err)
		}
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if size := img.Bounds().Size(); size.X != card.Width || size.Y != card.Height {
			t.Errorf("%s: %v", name, size)
		}
		if len(data) > 60_000 {
			t.Errorf("%s: %d bytes", name, len(data))
		}
		// Nothing is written over the right margin.
		corner := img.At(2, 2)
		for y := range card.Height - 30 {
			if img.At(card.Width-40, y) != corner {
				t.Errorf("%s: a letter stands in the margin at line %d", name, y)
				break
			}
		}
		if dir := os.Getenv("CARDS"); dir != "" {
			if err := os.WriteFile(dir+"/"+name+".png", data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestReadable(t *testing.T) {
	p := press(t)
	for text, want := range map[string]bool{"Pay after 14 days": true, "Größe: 5 €": true, "検索": false, "мир": true, "": true, "smile 😀": false} {
		if got := p.Readable(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func BenchmarkCard(b *testing.B) {
	p := press(b)
	for b.Loop() {
		if _, err := p.Draw(card.Text{Site: "New at Lumen", Title: "See a lamp in your own room", Foot: "Added · 20 August 2026"}); err != nil {
			b.Fatal(err)
		}
	}
}
