package generator

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"io"
	"sync"

	"daylight/generator/cache"
	"daylight/generator/docs"
)

// docsStore keeps what is known of texts and their HTML in one file of each kind:
// a file for every article costs more to open than the article to render. The
// tool is a part of the files' names, so that those of an older one are cleaned
// away in time.
type docsStore struct {
	texts, articles *cache.Pack

	writers, readers sync.Pool // of packers and unpackers, which are large
}

// openDocsStore opens the store of a project. A cache that cannot be used keeps
// nothing.
func (p *Project) openDocsStore(tool string) *docsStore {
	name := "docs"
	if len(p.Repositories) > 0 {
		name += " " + string(p.Repositories[0].Name)
	}
	s := &docsStore{}
	var err error
	if s.texts, err = p.Cache.OpenPack(name, "docs-text "+tool); err != nil {
		s.texts = nil // a nil pack keeps nothing
	}
	if s.articles, err = p.Cache.OpenPack(name, "docs-html "+tool); err != nil {
		s.articles = nil
	}
	return s
}

var _ docs.Store = (*docsStore)(nil)

// Get finds a value.
func (s *docsStore) Get(kind, key string) ([]byte, bool) {
	if kind == docs.KeptText {
		return s.texts.Get(packKey(key))
	}
	packed, ok := s.articles.Get(packKey(key))
	if !ok {
		return nil, false
	}
	from := bytes.NewReader(packed)
	r, ok := s.readers.Get().(io.ReadCloser)
	if !ok {
		r = flate.NewReader(from)
	} else if err := r.(flate.Resetter).Reset(from, nil); err != nil {
		return nil, false
	}
	defer s.readers.Put(r)
	html := bytes.NewBuffer(make([]byte, 0, 4*len(packed)))
	_, err := html.ReadFrom(r)
	return html.Bytes(), err == nil
}

// Put keeps a value. HTML is packed: it is three times as small then, and stays
// in memory as long as the store is open.
func (s *docsStore) Put(kind, key string, value []byte) error {
	if kind == docs.KeptText {
		return s.texts.Put(packKey(key), value)
	}
	var b bytes.Buffer
	w, ok := s.writers.Get().(*flate.Writer)
	if ok {
		w.Reset(&b)
	} else {
		var err error
		if w, err = flate.NewWriter(&b, flate.BestSpeed); err != nil {
			return err
		}
	}
	defer s.writers.Put(w)
	if _, err := w.Write(value); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return s.articles.Put(packKey(key), b.Bytes())
}

// flush writes what was put. Losing it loses time alone.
func (s *docsStore) flush() {
	_ = s.texts.Flush()
	_ = s.articles.Flush()
}

func packKey(key string) cache.Key {
	sum := sha256.Sum256([]byte(key))
	return cache.Key(sum[:20])
}
