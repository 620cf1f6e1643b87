package gitrepo

// generations is a cache with a bound in bytes. It has two maps: what is put or
// found goes to the young one; when that has half of the bound, it becomes the
// old one, and what the old one still held is dropped. That keeps what is in
// use nearly as well as a list by last use does, without the list.
type generations[K comparable, V any] struct {
	limit      int // bytes, both generations together
	size       int // bytes in young
	young, old map[K]sized[V]
}

type sized[V any] struct {
	value V
	size  int
}

// overhead is what an entry costs beside its bytes, roughly.
const overhead = 96

func (g *generations[K, V]) get(key K) (V, bool) {
	if e, ok := g.young[key]; ok {
		return e.value, true
	}
	e, ok := g.old[key]
	if ok {
		g.put(key, e.value, e.size)
	}
	return e.value, ok
}

// put keeps a value of so many bytes, unless it alone would push out most of
// the rest.
func (g *generations[K, V]) put(key K, value V, size int) {
	if size > g.limit/4 {
		return
	}
	if g.young == nil {
		g.young = make(map[K]sized[V])
	}
	if _, ok := g.young[key]; ok {
		return
	}
	if g.size > 0 && g.size+size+overhead > g.limit/2 {
		g.old, g.young = g.young, make(map[K]sized[V], len(g.young))
		g.size = 0
	}
	g.young[key] = sized[V]{value, size}
	g.size += size + overhead
}
