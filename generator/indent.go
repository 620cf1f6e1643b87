package generator

import "bytes"

// indented spreads compact JSON over lines, two spaces a level, as
// encoding/json's Indent does. It reads what we wrote ourselves, and does not ask
// again whether it is JSON: of the ledger of a large repository that is a third
// of the time that writing it takes.
func indented(compact []byte) []byte {
	out := make([]byte, 0, 2*len(compact))
	depth := 0
	line := func() {
		out = append(out, '\n')
		for range depth {
			out = append(out, "  "...)
		}
	}
	for i := 0; i < len(compact); i++ {
		c := compact[i]
		switch c {
		case '"':
			end := i + 1 + stringLength(compact[i+1:])
			out = append(out, compact[i:end+1]...)
			i = end
		case '{', '[':
			out = append(out, c)
			if i+1 < len(compact) && (compact[i+1] == '}' || compact[i+1] == ']') {
				i++
				out = append(out, compact[i])
				continue
			}
			depth++
			line()
		case '}', ']':
			depth--
			line()
			out = append(out, c)
		case ',':
			out = append(out, c)
			line()
		case ':':
			out = append(out, ": "...)
		default:
			out = append(out, c)
		}
	}
	return append(out, '\n')
}

// stringLength gives how far the end of a JSON string is: the first quote that
// is not escaped.
func stringLength(s []byte) int {
	n := 0
	for {
		next := bytes.IndexAny(s[n:], `"\`)
		if next < 0 || n+next >= len(s) {
			return len(s) - 1
		}
		n += next
		if s[n] == '"' {
			return n
		}
		n += 2 // the escaped byte is no end
	}
}
