// Package card draws the picture that goes with a link where it is shared: the
// title of a note on the sky of the site, as a PNG of 1200 by 630 pixels, the
// size that chats and networks ask for.
//
// It is pure, and the same text gives the same bytes. Texts in scripts that the
// built-in type does not have give no picture ([Readable] says so beforehand);
// the caller then shows that of the site.
package card

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Size of every card in pixels.
const (
	Width  = 1200
	Height = 630
)

// Text is what stands on a card. Title is required.
type Text struct {
	Site  string // above the title
	Title string // at most four lines; what is longer ends in an ellipsis
	Foot  string // below it: a kind and a date
}

const (
	margin     = 80
	lineHeight = 84
	mostLines  = 4
	horizon    = 24 // height of the band at the foot
)

// Press holds the type. It may be used by many goroutines: each card gets faces
// of its own.
type Press struct{ bold, regular *opentype.Font }

// NewPress reads the built-in type.
func NewPress() (*Press, error) {
	bold, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return nil, fmt.Errorf("read type: %w", err)
	}
	regular, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("read type: %w", err)
	}
	return &Press{bold, regular}, nil
}

// Readable reports whether the type has every letter of a text.
func (p *Press) Readable(text string) bool {
	var buffer sfnt.Buffer
	for _, r := range text {
		if unicode.IsSpace(r) {
			continue
		}
		if i, err := p.bold.GlyphIndex(&buffer, r); err != nil || i == 0 {
			return false
		}
	}
	return true
}

// Draw gives the card as a PNG.
func (p *Press) Draw(t Text) ([]byte, error) {
	// Few colours make a small file: steps between paper and ink for the edges of
	// letters, and the band.
	img := image.NewPaletted(image.Rect(0, 0, Width, Height), palette()) // all of the first colour: night
	for x := range Width {
		for y := Height - horizon; y < Height; y++ {
			img.SetColorIndex(x, y, bandColour(x))
		}
	}
	title, err := opentype.NewFace(p.bold, &opentype.FaceOptions{Size: 68, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("set title: %w", err)
	}
	small, err := opentype.NewFace(p.regular, &opentype.FaceOptions{Size: 32, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("set text: %w", err)
	}
	write(img, small, inDay, margin, 112, lines(small, t.Site, 1))
	wrapped := lines(title, t.Title, mostLines)
	top := 330 - lineHeight*(len(wrapped)-1)/2
	write(img, title, inLight, margin, top, wrapped)
	write(img, small, inLight, margin, Height-horizon-56, lines(small, t.Foot, 1))
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("write card: %w", err)
	}
	return out.Bytes(), nil
}

var (
	night = color.RGBA{0x1b, 0x1f, 0x3f, 0xff}
	light = color.RGBA{0xf6, 0xf3, 0xea, 0xff}
	day   = color.RGBA{0xf0, 0xb4, 0x29, 0xff}
	dusk  = color.RGBA{0x7b, 0x5c, 0x96, 0xff}
	dawn  = color.RGBA{0xdc, 0x5a, 0x70, 0xff}
)

// shades is how many steps lie between two colours.
const shades = 16

// palette holds steps from the night to each colour of letters, then those of
// the band from dusk over dawn to day.
func palette() color.Palette {
	var p color.Palette
	for _, ink := range []color.RGBA{light, day} {
		for i := range shades {
			p = append(p, between(night, ink, i, shades-1))
		}
	}
	for _, half := range [][2]color.RGBA{{dusk, dawn}, {dawn, day}} {
		for i := range shades {
			p = append(p, between(half[0], half[1], i, shades-1))
		}
	}
	return p
}

// bandColour is the index of the band's colour at x.
func bandColour(x int) uint8 { return uint8(2*shades + x*2*shades/Width) }

func between(a, b color.RGBA, i, n int) color.RGBA {
	mix := func(x, y uint8) uint8 { return uint8((int(x)*(n-i) + int(y)*i) / n) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xff}
}

// Where the steps from the night to each colour of letters begin in the palette.
const (
	inLight = 0
	inDay   = shades
)

// write puts lines of text on a card, in the colour whose steps begin at ink.
// They are drawn as coverage first, which then tells the step: to look for the
// nearest colour of the palette for each point takes several times as long.
func write(img *image.Paletted, face font.Face, ink, x, y int, text []string) {
	cover := image.NewRGBA(image.Rect(x, y-lineHeight, Width, y+len(text)*lineHeight).Intersect(img.Rect))
	d := font.Drawer{Dst: cover, Src: image.White, Face: face}
	for i, line := range text {
		d.Dot = fixed.P(x, y+i*lineHeight)
		d.DrawString(line)
	}
	for y := cover.Rect.Min.Y; y < cover.Rect.Max.Y; y++ {
		for x := cover.Rect.Min.X; x < cover.Rect.Max.X; x++ {
			if a := int(cover.Pix[cover.PixOffset(x, y)+3]); a > 0 {
				img.SetColorIndex(x, y, uint8(ink+(a*(shades-1)+127)/255))
			}
		}
	}
}

// lines breaks a text at blanks so that it fits the width, and ends what is too
// long with an ellipsis.
func lines(face font.Face, text string, most int) []string {
	const width = Width - 2*margin
	fits := func(s string) bool { return font.MeasureString(face, s).Ceil() <= width }
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		longer := strings.TrimSpace(line + " " + word)
		switch {
		case fits(longer):
			line = longer
			continue
		case line != "":
			out = append(out, line)
		}
		if line = word; len(out) == most {
			break
		}
	}
	if line != "" {
		out = append(out, line)
	}
	cut := len(out) > most
	out = out[:min(len(out), most)]
	for i := range out {
		last := cut && i == len(out)-1
		if last || !fits(out[i]) {
			out[i] = shorten(out[i], fits)
		}
	}
	return out
}

// shorten takes letters off the end until a line fits with an ellipsis.
func shorten(line string, fits func(string) bool) string {
	letters := []rune(line)
	for len(letters) > 1 && !fits(string(letters)+"…") {
		letters = letters[:len(letters)-1]
	}
	return strings.TrimRightFunc(string(letters), unicode.IsSpace) + "…"
}
