package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// site is what `serve` shows: the last good build, the error of the newest one,
// and the open pages that want to hear of the next.
type site struct {
	mu      sync.Mutex
	files   map[string][]byte // path without a leading slash -> bytes
	failure error
	build   int
	changed chan struct{} // closed at each build
	closed  chan struct{}
}

func newSite() *site {
	return &site{changed: make(chan struct{}), closed: make(chan struct{})}
}

// set takes the outcome of a build. One that failed keeps the old files.
func (s *site) set(files map[string][]byte, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.files = files
	}
	s.failure = err
	s.build++
	close(s.changed)
	s.changed = make(chan struct{})
}

// close lets go of the pages that listen.
func (s *site) close() { close(s.closed) }

// The script that reloads a page when a build is done. It is a file of its own,
// since pages allow no inline script.
const reloadPath = "/_daylight/reload.js"

//go:embed reload.js
var reloadScript []byte

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	switch r.URL.Path {
	case "/_daylight/events":
		s.events(w, r)
		return
	case reloadPath:
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = w.Write(reloadScript) // the reader went away: nothing to do
		return
	}
	s.mu.Lock()
	files, failure, build := s.files, s.failure, s.build
	s.mu.Unlock()

	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if _, isFolder := files[path.Join(name, "index.html")]; isFolder {
		if name != "" && !strings.HasSuffix(r.URL.Path, "/") {
			http.Redirect(w, r, path.Base(name)+"/", http.StatusMovedPermanently)
			return
		}
		name = path.Join(name, "index.html")
	}
	data, ok := files[name]
	status := http.StatusOK
	if !ok {
		data, status, name = files["404.html"], http.StatusNotFound, "404.html"
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if strings.HasPrefix(kind, "text/html") {
		data = withReload(data, failure, build)
	}
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(status)
	_, _ = w.Write(data) // the reader went away: nothing to do
}

// withReload adds the script to a page, and the error of a failed build.
func withReload(page []byte, failure error, build int) []byte {
	var extra bytes.Buffer
	if failure != nil {
		fmt.Fprintf(&extra, `<dialog open role="alert" class="build-error"><h2>The build failed</h2><pre>%s</pre>`, html.EscapeString(failure.Error()))
		if lines := excerpt(failure); lines != "" {
			fmt.Fprintf(&extra, `<pre class="excerpt">%s</pre>`, html.EscapeString(lines))
		}
		extra.WriteString(`<p>What you see is the last build that succeeded.</p></dialog>`)
	}
	fmt.Fprintf(&extra, `<script src="%s" data-build="%d" defer></script>`, reloadPath, build)
	at := bytes.LastIndex(page, []byte("</body>"))
	if at < 0 {
		return append(append([]byte{}, page...), extra.Bytes()...)
	}
	return append(append(append([]byte{}, page[:at]...), extra.Bytes()...), page[at:]...)
}

// events tells an open page of the next build, as Server-Sent Events.
func (s *site) events(w http.ResponseWriter, r *http.Request) {
	flusher, ok := w.(http.Flusher)
	if !ok {
		http.Error(w, "cannot stream", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		s.mu.Lock()
		build, changed := s.build, s.changed
		s.mu.Unlock()
		fmt.Fprintf(w, "event: build\ndata: %d\n\n", build)
		flusher.Flush()
		select {
		case <-changed:
		case <-s.closed:
			return
		case <-r.Context().Done():
			return
		}
	}
}
