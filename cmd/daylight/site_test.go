package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// demoSites are the sample's two sites, built when a test first asks for them and
// removed after the last one: building them is most of what these tests would do.
var demoSites = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "daylight-demo-")
	if err != nil {
		return "", err
	}
	demoMade = dir
	return dir, makeDemo(dir)
})

// demoMade is the folder to remove, "" while no test asked for it.
var demoMade string

func makeDemo(dir string) error {
	var out, errs bytes.Buffer
	a := &app{stdout: &out, stderr: &errs, getenv: func(string) string { return "" }, now: time.Now}
	if status := a.run(context.Background(), []string{"demo", "--no-serve", dir}); status != exitDone {
		return fmt.Errorf("demo: exit status %d\n%s%s", status, out.String(), errs.String())
	}
	return nil
}

// demoFolder gives the folder of the sample's sites, to read only.
func demoFolder(t *testing.T) string {
	t.Helper()
	dir, err := demoSites()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func readSite(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[name], err = os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestSameBytes builds the demo once more, on another number of cores in another
// time zone, and compares every file.
func TestSameBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the demo twice")
	}
	first, second := demoFolder(t), filepath.Join(t.TempDir(), "demo")
	zone, cores := time.Local, runtime.GOMAXPROCS(1)
	t.Cleanup(func() { time.Local = zone; runtime.GOMAXPROCS(cores) })
	time.Local = time.FixedZone("Nepal", 5*3600+45*60)
	if cores == 1 {
		runtime.GOMAXPROCS(4)
	}
	if err := makeDemo(second); err != nil {
		t.Fatal(err)
	}
	for _, audience := range []string{"team", "customers"} {
		one, two := readSite(t, filepath.Join(first, audience)), readSite(t, filepath.Join(second, audience))
		if len(one) < 50 || len(one) != len(two) {
			t.Errorf("%s: %d files, then %d", audience, len(one), len(two))
		}
		for name, data := range one {
			if !bytes.Equal(data, two[name]) {
				t.Errorf("%s/%s differs between two builds", audience, name)
			}
		}
	}
}

// TestLinks follows every local link of both sites of the demo.
func TestLinks(t *testing.T) {
	dir := demoFolder(t)
	for _, audience := range []string{"team", "customers"} {
		files := readSite(t, filepath.Join(dir, audience))
		links := 0
		for name, data := range files {
			if !strings.HasSuffix(name, ".html") {
				continue
			}
			for _, link := range localLinks(t, data) {
				links++
				if !resolves(files, name, link, "/"+audience+"/") {
					t.Errorf("%s/%s links to %s, which is not there", audience, name, link)
				}
			}
		}
		if links < 500 {
			t.Errorf("%s: only %d local links; the check is broken", audience, links)
		}
	}
}

// localLinks lists what a page refers to on its own site.
func localLinks(t *testing.T, page []byte) []string {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if (a.Key == "href" || a.Key == "src") && n.Type == html.ElementNode {
				if u, err := url.Parse(a.Val); err != nil {
					t.Errorf("link %q: %v", a.Val, err)
				} else if u.Scheme == "" && u.Host == "" && u.Path != "" {
					out = append(out, u.Path)
				}
			}
		}
	}
	return out
}

// resolves reports whether a link from a page leads to a file of the site, which
// is mounted at base.
func resolves(files map[string][]byte, page, link, base string) bool {
	target := path.Join(path.Dir(page), link)
	if strings.HasPrefix(link, "/") {
		rest, ok := strings.CutPrefix(link, base)
		if !ok {
			return false
		}
		target = path.Clean(rest)
	}
	if strings.HasSuffix(link, "/") || target == "." {
		target = path.Join(target, "index.html")
	}
	return files[target] != nil
}
