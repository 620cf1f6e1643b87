package audience

import (
	"math/bits"
	"slices"
)

// phrases are all rows of six words of the bodies and titles that are withheld, by
// a hash. Only hashes are kept, sorted: the words are those of the text in which
// they were found.
type phrases struct {
	hashes  []uint64
	dropped []bool // public too, by the place in hashes
	filter  bitset // of hashes
}

// find gives the place of a run in hashes.
func (r *phrases) find(hash uint64) (int, bool) {
	if !r.filter.has(hash) {
		return 0, false
	}
	return slices.BinarySearch(r.hashes, hash)
}

// sort makes the runs ready to be asked, after the last add.
func (r *phrases) sort() {
	slices.Sort(r.hashes)
	r.hashes = slices.Clip(slices.Compact(r.hashes))
	r.dropped = make([]bool, len(r.hashes))
	r.filter = newBitset(len(r.hashes))
	for _, h := range r.hashes {
		r.filter.add(h)
	}
}

// add takes all runs of a text, and gives its number of words.
//
// A run that goes over the end of a line, and whose words on each line are
// public in a row, tells nothing: lists in messages often repeat titles that are
// public, each on a line of its own, and a page shows the same titles one below
// the other.
func (r *phrases) add(t folded, public pieces) int {
	var w window
	n, line := 0, 0
	eachWord(t.text, func(start, _ int, word uint64) {
		n++
		for line < len(t.lines) && int(t.lines[line]) <= start {
			line++
		}
		w.push(word, start, line)
		if w.full() && !(w.broken() && public.cover(&w)) {
			r.hashes = append(r.hashes, w.sum)
		}
	})
	return n
}

// window holds the last words of a text, by their hashes.
type window struct {
	words [run]uint64
	place [run]int // where each begins
	lines [run]int // the line that each is on
	n     int
	at    int    // the place of the next word in the rings, and of the oldest
	sum   uint64 // the hash of all six, which rolls from word to word
}

// base and leave roll the hash: leave is base to the power of run.
const (
	base  = 0x100000001b3
	leave = base * base * base * base * base * base % (1 << 64)
)

// push takes the next word.
func (w *window) push(word uint64, start, line int) {
	w.sum = w.sum*base + word - w.words[w.at]*leave
	w.words[w.at], w.place[w.at], w.lines[w.at] = word, start, line
	w.n++
	if w.at++; w.at == run {
		w.at = 0
	}
}

// full reports whether there are six words.
func (w *window) full() bool { return w.n >= run }

// from is where the last six words begin.
func (w *window) from() int { return w.place[w.at] }

// part is the hash of some of the last six words.
func (w *window) part(from, to int) uint64 {
	var hash uint64
	for i := from; i < to; i++ {
		hash = hash*base + w.words[(w.at+i)%run]
	}
	return hash
}

// line is that of one of the last six words.
func (w *window) line(i int) int { return w.lines[(w.at+i)%run] }

// broken reports whether the last six words are on several lines.
func (w *window) broken() bool { return w.line(0) != w.line(run-1) }

// pieces are all rows of one to five words of what is public, as a set that may
// hold a little more than was put into it: of ten thousand runs over the end of
// a line it lets one pass that it should not.
type pieces struct{ set bitset }

// newPieces gathers the pieces of texts.
func newPieces(texts []folded) pieces {
	words := 0
	for _, t := range texts {
		eachWord(t.text, func(int, int, uint64) { words++ })
	}
	p := pieces{newBitset(words * (run - 1) * 2)}
	for _, t := range texts {
		var w window
		eachWord(t.text, func(start, _ int, word uint64) {
			w.push(word, start, 0)
			for k := 1; k < run && k <= w.n; k++ {
				h := w.part(run-k, run)
				p.set.add(h)
				p.set.add(again(h, k))
			}
		})
	}
	return p
}

func (p pieces) has(h uint64, words int) bool { return p.set.has(h) && p.set.has(again(h, words)) }

// cover reports whether the words of each line of a window are public in a row.
func (p pieces) cover(w *window) bool {
	from := 0
	for to := 1; to <= run; to++ {
		if to < run && w.line(to) == w.line(from) {
			continue
		}
		if !p.has(w.part(from, to), to-from) {
			return false
		}
		from = to
	}
	return true
}

// again is a second hash, made of the first and the number of words.
func again(h uint64, words int) uint64 {
	return bits.RotateLeft64(h*0x9e3779b97f4a7c15, 31+words)
}

// bitset answers "surely not" for hashes.
type bitset []uint64

// newBitset gives a set for that many hashes, sixteen bits each.
func newBitset(n int) bitset { return make(bitset, max(1<<10, n/4)) }

func (b bitset) add(h uint64)      { b[h>>6%uint64(len(b))] |= 1 << (h & 63) }
func (b bitset) has(h uint64) bool { return b[h>>6%uint64(len(b))]&(1<<(h&63)) != 0 }
