package main

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
)

// TestFeedsAreRead reads every feed of the demo's two sites with a library that
// feed readers use, and puts all XML before a parser, and before xmllint where it
// is installed. With the environment variable SITES it takes the sites in that
// folder instead, such as those of a real repository.
func TestFeedsAreRead(t *testing.T) {
	dir := os.Getenv("SITES")
	if dir == "" {
		dir = demoFolder(t)
	}
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		lint = ""
	}
	read, entries, calendars := 0, 0, 0
	for name, data := range readSite(t, dir) {
		audience, rest, _ := strings.Cut(name, "/")
		if audience == "repository" || strings.HasPrefix(rest, "data/") || strings.HasPrefix(rest, "search/") {
			continue
		}
		switch path.Ext(name) {
		case ".atom", ".rss", ".opml", ".svg":
			wellFormed(t, name, data, lint)
		}
		switch path.Ext(name) {
		case ".atom", ".rss", ".json":
			if path.Base(name) == "versions.json" && !strings.Contains(rest, "feeds/") {
				continue // of the docs
			}
			f, err := gofeed.NewParser().Parse(bytes.NewReader(data))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			read++
			entries += len(f.Items)
			ids := map[string]bool{}
			for _, item := range f.Items {
				if ids[item.GUID] || item.GUID == "" || item.Link == "" || item.PublishedParsed == nil {
					t.Errorf("%s: entry %q of %s at %v", name, item.GUID, item.Link, item.PublishedParsed)
				}
				ids[item.GUID] = true
			}
		case ".ics":
			calendars++
			for line := range strings.SplitSeq(strings.TrimSuffix(string(data), "\r\n"), "\r\n") {
				if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
					t.Errorf("%s: line %q", name, line)
				}
			}
		}
	}
	t.Logf("%d feeds with %d entries, %d calendars; xmllint: %q", read, entries, calendars, lint)
	if read < 40 || calendars < 2 {
		t.Errorf("%d feeds and %d calendars", read, calendars)
	}
}

func wellFormed(t *testing.T, name string, data []byte, lint string) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
	}
	if lint == "" {
		return
	}
	cmd := exec.Command(lint, "--noout", "--nonet", "-")
	cmd.Stdin = bytes.NewReader(data)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", name, err, out)
	}
}
