package glossary

import "strings"

// Piece is a run of words of two texts that were compared.
type Piece struct {
	Kind string // "same", "gone" (of the text before) or "new"
	Text string // words with one blank between them
}

// mostCells bounds the table in which two texts are compared: some two thousand
// words that are not the same at either end. Beyond, all that lies between what
// is the same at the ends counts as replaced.
const mostCells = 4 << 20

// Compare tells how a text came out of another one, word by word: which words
// stayed, went, and came, in the order of reading. Between two that stayed, what
// went stands before what came. It is the shortest such account, and of several
// the one that keeps words early.
func Compare(before, after string) []Piece {
	a, b := strings.Fields(before), strings.Fields(after)
	var c comparison
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	c.add("same", a[:head]...)
	c.middle(a[head:len(a)-tail], b[head:len(b)-tail])
	c.add("same", a[len(a)-tail:]...)
	return c.pieces()
}

// comparison gathers runs of words.
type comparison struct {
	kinds []string
	words [][]string
}

func (c *comparison) add(kind string, words ...string) {
	if len(words) == 0 {
		return
	}
	if n := len(c.kinds); n > 0 && c.kinds[n-1] == kind {
		c.words[n-1] = append(c.words[n-1], words...)
		return
	}
	c.kinds, c.words = append(c.kinds, kind), append(c.words, append([]string(nil), words...))
}

// middle compares what is the same at neither end, by the textbook's table of
// longest common parts.
func (c *comparison) middle(a, b []string) {
	if len(a) == 0 || len(b) == 0 || len(a) > mostCells/len(b) {
		c.add("gone", a...)
		c.add("new", b...)
		return
	}
	width := len(b) + 1
	best := make([]int32, (len(a)+1)*width) // of a[i:] and b[j:]
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				best[i*width+j] = best[(i+1)*width+j+1] + 1
			} else {
				best[i*width+j] = max(best[(i+1)*width+j], best[i*width+j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		var gone, came []string
		for i < len(a) || j < len(b) {
			if i < len(a) && j < len(b) && a[i] == b[j] {
				break
			}
			if j == len(b) || i < len(a) && best[(i+1)*width+j] >= best[i*width+j+1] {
				gone = append(gone, a[i])
				i++
			} else {
				came = append(came, b[j])
				j++
			}
		}
		c.add("gone", gone...)
		c.add("new", came...)
		for i < len(a) && j < len(b) && a[i] == b[j] {
			c.add("same", a[i])
			i, j = i+1, j+1
		}
	}
}

func (c *comparison) pieces() []Piece {
	var out []Piece
	for i, kind := range c.kinds {
		out = append(out, Piece{kind, strings.Join(c.words[i], " ")})
	}
	return out
}
