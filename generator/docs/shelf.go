package docs

import (
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
)

// memory bounds the bytes of articles that a [Shelf] remembers. Editions share
// most of their articles, so what is asked for next is nearly always in it.
const memory = 64 << 20

// Shelf renders articles, each once for all that its HTML depends on. Its methods
// may be called by several goroutines at once.
type Shelf struct {
	library *Library

	mu     sync.Mutex
	known  map[string]*list.Element // of *rendering, by key
	recent *list.List
	bytes  int

	rendered, kept atomic.Int64
}

// rendering is one article in the making or made.
type rendering struct {
	key  string
	once sync.Once
	html HTML
	err  error
}

// NewShelf gives a shelf for the articles of a library.
func NewShelf(l *Library) *Shelf {
	return &Shelf{library: l, known: map[string]*list.Element{}, recent: list.New()}
}

// Rendered is how many articles were rendered, and Kept how many came from the
// store, until now.
func (s *Shelf) Rendered() int { return int(s.rendered.Load()) }

// Kept is how many articles came from the store.
func (s *Shelf) Kept() int { return int(s.kept.Load()) }

// Key names all that an article's HTML depends on: the blob, where its links
// lead, the values of its shortcodes, the definitions of its terms, and the tool.
func (s *Shelf) Key(a *Article, f Filling) string {
	h := sha256.New()
	e := json.NewEncoder(h)
	encode := func(v any) {
		if err := e.Encode(v); err != nil {
			panic(err) // a hash takes everything, and the values are plain
		}
	}
	encode([]string{"article/1", s.library.in.Markdown.Tool(), a.Blob.String()})
	for _, ref := range a.Scan.Links {
		encode([]string{ref.Address, f.Links[ref.Address]})
	}
	encode(f.Values)
	if len(a.Scan.Terms) > 0 {
		encode(f.Root)
	}
	// Where fewer terms are linked than were looked for, other ones may be found.
	if words := s.library.in.Markdown.Words(); words != s.library.words {
		encode([]string{words, f.Root})
	}
	for _, term := range a.Scan.Terms {
		encode([]string{term, s.library.in.Markdown.Definition(term)})
	}
	return hex.EncodeToString(h.Sum(nil)[:20])
}

// HTML gives the HTML of an article of the product. One without a file has none.
func (s *Shelf) HTML(p *Product, a *Article, f Filling) (HTML, error) {
	if a.Blob.IsZero() {
		return "", nil
	}
	r := s.take(s.Key(a, f))
	r.once.Do(func() {
		r.html, r.err = s.make(p, a, f, r.key)
		s.made(r)
	})
	return r.html, r.err
}

// take finds or begins a rendering.
func (s *Shelf) take(key string) *rendering {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, ok := s.known[key]; ok {
		s.recent.MoveToFront(at)
		return at.Value.(*rendering)
	}
	r := &rendering{key: key}
	s.known[key] = s.recent.PushFront(r)
	return r
}

// made counts a rendering, and forgets those that were not asked for for longest.
func (s *Shelf) made(r *rendering) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bytes += len(r.html)
	for s.bytes > memory && s.recent.Len() > 1 {
		last := s.recent.Back()
		old := last.Value.(*rendering)
		if old == r {
			break
		}
		s.recent.Remove(last)
		delete(s.known, old.key)
		s.bytes -= len(old.html)
	}
}

// make renders an article, or takes it from the store.
func (s *Shelf) make(p *Product, a *Article, f Filling, key string) (HTML, error) {
	in := &s.library.in
	if in.Store != nil {
		if data, ok := in.Store.Get(KeptHTML, key); ok {
			s.kept.Add(1)
			return in.Markdown.Kept(data), nil
		}
	}
	data, err := p.repo.Blob(a.Blob, maxText)
	if err != nil {
		return "", fmt.Errorf("render %s at %s: %w", a.Place, a.Ref, err)
	}
	_, _, body := parseFront(data)
	html, err := in.Markdown.Render(body, f)
	if err != nil {
		return "", fmt.Errorf("render %s at %s: %w", a.Place, a.Ref, err)
	}
	s.rendered.Add(1)
	if in.Store != nil {
		_ = in.Store.Put(KeptHTML, key, []byte(html)) // what is not kept is rendered again
	}
	return html, nil
}
