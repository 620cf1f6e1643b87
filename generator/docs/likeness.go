package docs

import (
	"bytes"
	"hash/fnv"
	"path"
	"slices"
)

// sketchSize is how many lines of a text a sketch holds. The share of them that
// two sketches have in common tells that of the texts to some ten percent, and a
// text with fewer lines is known in full.
const sketchSize = 48

// sketch gives the sums of a text's lines, each once, the least ones in order.
// Of two texts that share a part of their lines the sketches share that part.
// Short lines say nothing.
func sketch(text []byte) []uint32 {
	var sums []uint32
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) < 4 {
			continue
		}
		h := fnv.New32a()
		h.Write(line)
		sums = append(sums, h.Sum32())
	}
	slices.Sort(sums)
	sums = slices.Compact(sums)
	return slices.Clone(sums[:min(len(sums), sketchSize)])
}

// alike is the least share of lines, in percent, that makes two texts one that
// moved. Of the lines of both together a third are a half of those of each.
const alike = 34

// likeness is the share of lines that two texts have in common, in percent; 0 is
// too little for them to be the same text. A text of a line or two is told by its
// title, or by its name.
func likeness(a, b *Article) int {
	sameTitle := a.Title() == b.Title()
	common, all := 0, 0
	for i, j := 0, 0; all < sketchSize && (i < len(a.Sketch) || j < len(b.Sketch)); all++ {
		switch {
		case j == len(b.Sketch) || i < len(a.Sketch) && a.Sketch[i] < b.Sketch[j]:
			i++
		case i == len(a.Sketch) || b.Sketch[j] < a.Sketch[i]:
			j++
		default:
			common++
			i++
			j++
		}
	}
	share := 0
	if all > 0 {
		share = common * 100 / all
	}
	switch {
	case share >= alike && (common > 2 || sameTitle):
		return share
	case sameTitle && path.Base(a.Path) == path.Base(b.Path):
		return alike
	}
	return 0
}
