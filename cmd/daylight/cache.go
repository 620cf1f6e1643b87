package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"daylight/generator/cache"
)

// maxCache bounds the folder of what was learned: a hundred times what a
// repository with long manifests needs.
const maxCache = 1 << 30

// openCache opens the folder of what was learned from git. Without one, or where
// none can be made, everything is learned again.
func (l *loaded) openCache(now time.Time) {
	dir := l.Config.Build.Cache
	switch {
	case dir == "none":
		return
	case dir == "":
		var err error
		if dir, err = cache.DefaultDir(); err != nil {
			return // nobody's home: in a container, say
		}
	case !filepath.IsAbs(dir):
		dir = filepath.Join(l.base, dir)
	}
	if c, err := cache.Open(dir, "daylight "+program(), now); err == nil {
		l.Cache = c
	}
}

// program names this very program, so that what one version learned is never
// taken for what another would have: by its version, or where it was built from a
// changed tree, by its file.
func program() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		if v := info.Main.Version; v != "" && v != "(devel)" && !strings.Contains(v, "dirty") {
			return v
		}
	}
	file, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	stat, err := os.Stat(file)
	if err != nil {
		return "unknown"
	}
	return fmt.Sprintf("devel %d %d", stat.Size(), stat.ModTime().UnixNano())
}
