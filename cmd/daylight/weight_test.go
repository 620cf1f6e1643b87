package main

import (
	"bytes"
	"compress/gzip"
	"path"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestFirstPagesAreLight weighs the first page of each of the demo's sites with
// all that it loads, as a host packs it: less than 100 kB.
func TestFirstPagesAreLight(t *testing.T) {
	dir := demoFolder(t)
	for _, audience := range []string{"team", "customers"} {
		site := readSite(t, dir+"/"+audience)
		weight, loaded := packed(t, site["index.html"]), 0
		for _, name := range loads(t, site["index.html"]) {
			data, ok := site[name]
			if !ok {
				t.Errorf("%s loads %s, which is not there", audience, name)
			}
			weight, loaded = weight+packed(t, data), loaded+1
		}
		if loaded < 3 {
			t.Errorf("%s loads %d files: the test is blind", audience, loaded)
		}
		if weight >= 100_000 {
			t.Errorf("the first page of %s weighs %d bytes", audience, weight)
		}
	}
}

// loads lists the files that a page at the root of a site asks for by itself.
func loads(t *testing.T, page []byte) []string {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for n := range doc.Descendants() {
		attributes := map[string]string{}
		for _, a := range n.Attr {
			attributes[a.Key] = a.Val
		}
		address := attributes["src"]
		if n.Data == "link" && (attributes["rel"] == "stylesheet" || attributes["rel"] == "icon") {
			address = attributes["href"]
		}
		if address != "" && !strings.HasPrefix(address, "data:") {
			out = append(out, path.Clean(address))
		}
	}
	return out
}

func packed(t *testing.T, data []byte) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}
