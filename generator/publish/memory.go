package publish

import (
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Memory is a sink in memory. Its methods may be called from several goroutines
// at once: a server reads the site that was committed last while the next one
// is written.
type Memory struct {
	mu    sync.RWMutex
	names *names
	next  map[string][]byte // being written
	site  map[string][]byte // committed; never changed, only replaced
}

// NewMemory gives an empty sink. After Commit or Abort it takes the next site.
func NewMemory() *Memory {
	return &Memory{names: &names{}, next: make(map[string][]byte), site: make(map[string][]byte)}
}

// Write takes a file of the next site.
func (m *Memory) Write(f File) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.names.take(f.Path); err != nil {
		return err
	}
	m.next[f.Path] = f.Data
	return nil
}

// Commit makes what was written since the last Commit the site.
func (m *Memory) Commit() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.site, m.next, m.names = m.next, make(map[string][]byte), &names{}
	return nil
}

// Abort forgets what was written since the last Commit.
func (m *Memory) Abort() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next, m.names = make(map[string][]byte), &names{}
	return nil
}

// Get gives a file of the committed site.
func (m *Memory) Get(path string) (data []byte, ok bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	data, ok = m.site[path]
	return data, ok
}

// Files gives the committed site, by path. It is a snapshot that nobody
// changes; the caller must not either.
func (m *Memory) Files() map[string][]byte {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.site
}

// Paths lists the files of the committed site, sorted.
func (m *Memory) Paths() []string { return slices.Sorted(maps.Keys(m.Files())) }

// String describes the sink for messages.
func (m *Memory) String() string { return fmt.Sprintf("memory (%d files)", len(m.Files())) }
