package generator

import (
	"crypto/sha256"

	"daylight/generator/cache"
	"daylight/generator/docs"
)

// docsStore keeps what is known of texts in one file, since there are many and
// they are small, and each article in a file of its own.
type docsStore struct {
	texts *cache.Pack
	cache *cache.Cache
}

// docsStore opens the store; the function that it gives writes what was put. A
// cache that cannot be used keeps nothing.
func (p *Project) docsStore() (docs.Store, func()) {
	name := "docs"
	if len(p.Repositories) > 0 {
		name += " " + string(p.Repositories[0].Name)
	}
	texts, err := p.Cache.OpenPack(name, "docs-text")
	if err != nil {
		texts = nil // a nil pack keeps nothing
	}
	return docsStore{texts, p.Cache}, func() { _ = texts.Flush() } // losing it loses time alone
}

func (s docsStore) Get(kind, key string) ([]byte, bool) {
	if kind == "docs-text" {
		return s.texts.Get(packKey(key))
	}
	return s.cache.Get(kind, key)
}

func (s docsStore) Put(kind, key string, value []byte) error {
	if kind == "docs-text" {
		return s.texts.Put(packKey(key), value)
	}
	return s.cache.Put(kind, key, value)
}

func packKey(key string) cache.Key {
	sum := sha256.Sum256([]byte(key))
	return cache.Key(sum[:20])
}
