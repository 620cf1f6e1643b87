package flagfile

// jsonChunks cuts the map at the root of a JSON file, or below its key root,
// into entries; false when the file is no such map, or holds anything beside it
// that its entries may depend on. It does not look whether values are sound:
// each is decoded by itself.
func jsonChunks(data []byte, root string) ([]chunk, bool) {
	c := jsonCutter{data: data, line: 1}
	if !c.open() {
		return nil, false
	}
	if root == "" {
		out, ok := c.entries()
		return out, ok && c.end() && len(out) > 0
	}
	var out []chunk
	for c.blank(); c.at < len(data) && data[c.at] == '"'; {
		key, ok := c.text()
		if !ok || !c.next(':') {
			return nil, false
		}
		c.blank()
		switch {
		case string(key) == root && out == nil:
			if !c.open() {
				return nil, false
			}
			if out, ok = c.entries(); !ok || len(out) == 0 {
				return nil, false
			}
		case string(key) == "$schema" && c.at < len(data) && data[c.at] == '"':
			if _, ok := c.text(); !ok {
				return nil, false
			}
		default:
			return nil, false
		}
		if !c.next(',') {
			break
		}
		c.blank()
	}
	return out, c.next('}') && c.end() && out != nil
}

// jsonCutter goes through JSON without building anything.
type jsonCutter struct {
	data      []byte
	at        int
	line      int
	lineStart int
}

// maxColumn bounds the column of an entry, since it is decoded at its column: a
// file in one line is not cut.
const maxColumn = 200

// blank passes blanks and counts lines.
func (c *jsonCutter) blank() {
	for c.at < len(c.data) {
		switch c.data[c.at] {
		case '\n':
			c.line++
			c.lineStart = c.at + 1
		case ' ', '\t', '\r':
		default:
			return
		}
		c.at++
	}
}

// next passes blanks and one letter, if it is that.
func (c *jsonCutter) next(b byte) bool {
	c.blank()
	if c.at < len(c.data) && c.data[c.at] == b {
		c.at++
		return true
	}
	return false
}

func (c *jsonCutter) open() bool { return c.next('{') }

func (c *jsonCutter) end() bool {
	c.blank()
	return c.at == len(c.data)
}

// text passes a text in quotes, and gives it as it is written.
func (c *jsonCutter) text() ([]byte, bool) {
	start := c.at + 1
	for i := start; i < len(c.data); i++ {
		switch c.data[i] {
		case '\\':
			i++
		case '"':
			c.at = i + 1
			return c.data[start:i], true
		case '\n':
			return nil, false
		}
	}
	return nil, false
}

// entries cuts a map that is open, and passes its end.
func (c *jsonCutter) entries() ([]chunk, bool) {
	var out []chunk
	for {
		c.blank()
		start, line, col := c.at, c.line, c.at-c.lineStart+1
		if c.at >= len(c.data) || c.data[c.at] != '"' || col > maxColumn {
			return nil, false
		}
		if _, ok := c.text(); !ok || !c.next(':') || !c.value() {
			return nil, false
		}
		out = append(out, chunk{c.data[start:c.at], line, col})
		if c.next('}') {
			return out, true
		}
		if !c.next(',') {
			return nil, false
		}
	}
}

// value passes a value: to where its brackets are closed.
func (c *jsonCutter) value() bool {
	c.blank()
	depth := 0
	for c.at < len(c.data) {
		switch b := c.data[c.at]; b {
		case '"':
			if _, ok := c.text(); !ok {
				return false
			}
			if depth == 0 {
				return true
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return true
			}
			if depth == 0 {
				c.at++
				return true
			}
		case '\n':
			if depth == 0 {
				return true
			}
			c.line++
			c.lineStart = c.at + 1
		case ',':
			if depth == 0 {
				return true
			}
		case '/', '\'', '#':
			return false
		}
		c.at++
	}
	return false
}
