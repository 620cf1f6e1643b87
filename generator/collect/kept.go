package collect

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"

	"daylight/generator/cache"
)

// kept is what earlier builds learned of manifests, by what it follows from. The
// nil *kept has nothing, and keeps nothing.
type kept struct {
	pack *cache.Pack
}

// openKept opens what is kept of the flags of a repository. Without a folder
// that can be written nothing is kept, and that is all.
func openKept(c *cache.Cache, repository string) *kept {
	pack, err := c.OpenPack(repository, "flags")
	if err != nil || pack == nil {
		return nil
	}
	return &kept{pack: pack}
}

func keyOf(parts []string) cache.Key {
	var b []byte
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	sum := sha256.Sum256(b)
	return cache.Key(sum[:len(cache.Key{})])
}

// get finds a value; false when it is not there, or is none.
func (k *kept) get(value any, parts ...string) bool {
	if k == nil {
		return false
	}
	data, ok := k.pack.Get(keyOf(parts))
	return ok && json.Unmarshal(data, value) == nil
}

// put keeps a value for the next build. That it cannot is no fault.
func (k *kept) put(value any, parts ...string) {
	if k == nil {
		return
	}
	if data, err := json.Marshal(value); err == nil {
		_ = k.pack.Put(keyOf(parts), data)
	}
}

// close writes what is new.
func (k *kept) close() {
	if k != nil {
		_ = k.pack.Close()
	}
}
