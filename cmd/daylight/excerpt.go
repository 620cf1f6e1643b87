package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// around is how many lines an excerpt shows before and after the one in doubt.
const around = 2

// placed finds "file:line:col: " at the beginning of a line.
var placed = regexp.MustCompile(`(?m)^(?:daylight: )?([^\s:][^:\n]*):(\d+):(\d+): `)

// excerpt shows the lines of the first file that an error names, with a mark
// under the column. It is empty where the error names no file on this disk.
func excerpt(err error) string {
	m := placed.FindStringSubmatch(err.Error())
	if m == nil {
		return ""
	}
	line, _ := strconv.Atoi(m[2]) // digits; a number that is too large finds no line
	col, _ := strconv.Atoi(m[3])
	data, failed := os.ReadFile(m[1])
	if failed != nil {
		return "" // a file inside of git, or one that is gone
	}
	lines := strings.Split(string(data), "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	var b strings.Builder
	for n := max(line-around, 1); n <= min(line+around, len(lines)); n++ {
		fmt.Fprintf(&b, "%5d | %s\n", n, strings.TrimRight(lines[n-1], "\r"))
		if n == line && col > 0 && col <= len(lines[n-1])+1 {
			fmt.Fprintf(&b, "      | %s^\n", strings.Repeat(" ", col-1))
		}
	}
	return b.String()
}
