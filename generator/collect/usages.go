package collect

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"daylight/generator/coderefs"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// Bounds on the search for flags in a tree. What is larger is generated.
const (
	maxUsageFile   = 1 << 20
	maxUsageFiles  = 200_000
	shownUsages    = 3 // of a key, with their places
	maxUsagesFound = 100_000
)

// readUsages looks in the newest tree of each repository of code for the flags
// that manifests have now, and for those that only the code names.
func (c *collector) readUsages(ctx context.Context, book *flagBook) ([]ledger.FlagUsage, error) {
	var keys []string
	for _, l := range book.lives {
		if l.end == alive {
			keys = append(keys, string(l.key))
		}
	}
	for _, k := range c.opt.KnownFlags {
		if k.Alive {
			keys = append(keys, string(k.Key))
		}
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	if len(keys) == 0 && len(c.opt.Usages.Patterns) == 0 {
		return nil, nil
	}
	var out []ledger.FlagUsage
	for _, r := range c.read() {
		if r.in.SourcesOnly || r.tip.IsZero() {
			continue
		}
		u := &usages{r: r, book: book, rules: c.opt.Usages, keys: keys, kept: book.kept[r]}
		if u.kept == nil {
			u.kept = openKept(c.opt.Cache, string(r.in.Name))
			book.kept[r] = u.kept
		}
		found, err := u.read(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.SortFunc(out, func(a, b ledger.FlagUsage) int {
		return cmp.Or(cmp.Compare(a.Repository, b.Repository), cmp.Compare(a.Key, b.Key), cmp.Compare(a.By, b.By))
	})
	return out, nil
}

// usages is one search.
type usages struct {
	r      *reading
	book   *flagBook
	rules  UsageRules
	keys   []string // that manifests have, sorted
	kept   *kept
	config coderefs.Config
	file   string // of config, "" without one
	ignore coderefs.Ignore
	list   []coderefs.Spelling
	dirs   []string // of each spelling in list, the folder in which it counts
	finder *coderefs.Finder
	print  string // of all that the result for one file depends on
}

// usageInFile is a key in a file.
type usageInFile struct {
	Key  string
	By   ledger.UsageRule
	Line int
}

func (u *usages) read(ctx context.Context) ([]ledger.FlagUsage, error) {
	all, err := u.r.in.Repo.Files(ctx, u.r.tip, nil)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("look for flags in %s: %w", u.r.in.Name, err)
		}
		return nil, nil // what misses is a problem already
	}
	u.configure(all)
	var files []history.File
	for _, f := range all {
		if !coderefs.Skip(f.Path) && !u.book.isManifest(u.r, f.Path) && !matchAny(u.rules.Ignore, f.Path) &&
			!u.ignore.Skips(f.Path) && u.config.Searches(f.Path) && len(files) < maxUsageFiles {
			files = append(files, f)
		}
	}
	found := make([][]usageInFile, len(files))
	if err := onEveryCore(ctx, len(files), func(n int) { found[n] = u.inFile(files[n]) }); err != nil {
		return nil, fmt.Errorf("look for flags in %s: %w", u.r.in.Name, err)
	}
	return u.join(files, found), nil
}

// configure reads how the repository says that its code spells flags.
func (u *usages) configure(all []history.File) {
	for _, name := range coderefs.Files() {
		n, there := slices.BinarySearchFunc(all, name, func(f history.File, p string) int { return cmp.Compare(f.Path, p) })
		if !there {
			continue
		}
		data, err := u.r.in.Repo.Blob(all[n].Blob, maxUsageFile)
		if err != nil {
			continue
		}
		var faults []coderefs.Fault
		u.file = name
		u.config, faults = coderefs.Parse(name, data)
		for _, f := range faults {
			u.r.problem(ledger.Problem{Origins: []ledger.Origin{{Repository: u.r.in.Name, Commit: ledger.Hash(u.r.tip), File: name, Line: f.Line, Col: f.Col}},
				Rule: "coderefs", Level: ledger.LevelWarning, Message: f.Message, Hint: f.Hint})
		}
		break
	}
	u.readIgnores(all)
	for _, dir := range u.config.Dirs() {
		spellings := u.config.In(dir).Spellings(u.keys, func(globs []string) []coderefs.File { return u.patternFiles(all, globs) })
		for _, key := range u.keys {
			if dir == "" {
				u.spelled(key, key, dir)
			}
			for _, s := range spellings[key] {
				u.spelled(s, key, dir)
			}
			// Code asks a client for one namespace by the key alone.
			if _, name, ok := strings.Cut(key, "/"); ok && name != "" && !u.config.Delimited {
				u.spelled(name, key, dir)
			}
		}
	}
	u.finder = coderefs.NewFinder(u.list, u.config)
	text, err := json.Marshal([]any{u.list, u.dirs, u.config.Delimited, u.config.Delimiters, fmt.Sprint(u.rules.Patterns)})
	if err == nil {
		sum := sha256.Sum256(text)
		u.print = hex.EncodeToString(sum[:])
	}
}

func (u *usages) spelled(text, key, dir string) {
	u.list = append(u.list, coderefs.Spelling{Text: text, Key: key, Alias: text != key})
	u.dirs = append(u.dirs, dir)
}

// readIgnores reads which files are not searched, where the repository is one
// that ld-find-code-refs goes through.
func (u *usages) readIgnores(all []history.File) {
	var found []history.File
	uses := u.file != ""
	for _, name := range coderefs.IgnoreFiles() {
		n, there := slices.BinarySearchFunc(all, name, func(f history.File, p string) int { return cmp.Compare(f.Path, p) })
		if there {
			found = append(found, all[n])
			uses = uses || name == ".ldignore"
		}
	}
	for _, f := range found {
		if data, err := u.r.in.Repo.Blob(f.Blob, maxUsageFile); err == nil && uses {
			u.ignore.Add(data)
		}
	}
}

// places lists the folders with spellings of their own that a file is in: what
// is found in it depends on them.
func (u *usages) places(file string) string {
	var in []string
	for _, dir := range u.config.Dirs() {
		if coderefs.Inside(dir, file) {
			in = append(in, dir)
		}
	}
	return strings.Join(in, "\x00")
}

// patternFiles reads the files in which a pattern of coderefs.yaml looks.
func (u *usages) patternFiles(all []history.File, globs []string) (out []coderefs.File) {
	const most = 2000
	for _, f := range all {
		if len(out) == most || !matchAny(globs, f.Path) {
			continue
		}
		if data, err := u.r.in.Repo.Blob(f.Blob, maxUsageFile); err == nil && isText(data) {
			out = append(out, coderefs.File{Path: f.Path, Data: data})
		}
	}
	return out
}

// inFile finds the first place of each key in a file.
func (u *usages) inFile(f history.File) (out []usageInFile) {
	places := u.places(f.Path)
	if u.print != "" && u.kept.get(&out, "usages", u.print, places, f.Blob.String()) {
		return out
	}
	data, err := u.r.in.Repo.Blob(f.Blob, maxUsageFile)
	if err != nil {
		return nil // too large, or missing; what cannot be read shows nothing
	}
	if isText(data) {
		out = u.inText(f.Path, data)
	}
	u.kept.put(out, "usages", u.print, places, f.Blob.String())
	return out
}

func (u *usages) inText(file string, data []byte) (out []usageInFile) {
	seen := map[string]bool{}
	line, upTo := 1, 0
	u.finder.Find(data, func(i, at int) bool {
		if key := u.list[i].Key; !seen[key] && coderefs.Inside(u.dirs[i], file) {
			seen[key] = true
			line += bytes.Count(data[upTo:at], []byte("\n"))
			upTo = at
			out = append(out, usageInFile{key, ledger.UsageCode, line})
		}
		return len(seen) < len(u.keys)
	})
	for _, p := range u.rules.Patterns {
		for _, m := range p.FindAllSubmatchIndex(data, 1000) {
			if len(m) < 4 || m[2] < 0 {
				continue
			}
			key := string(data[m[2]:m[3]])
			if _, known := slices.BinarySearch(u.keys, key); known || seen["\x00"+key] || key == "" {
				continue
			}
			seen["\x00"+key] = true
			out = append(out, usageInFile{key, ledger.UsagePattern, 1 + bytes.Count(data[:m[2]], []byte("\n"))})
		}
	}
	return out
}

// join counts the files of each key, and lists what coderefs.yaml alone names.
func (u *usages) join(files []history.File, found [][]usageInFile) []ledger.FlagUsage {
	by := map[usageInFile]*ledger.FlagUsage{}
	var order []usageInFile
	of := func(key string, rule ledger.UsageRule) *ledger.FlagUsage {
		k := usageInFile{Key: key, By: rule}
		if by[k] == nil && len(order) < maxUsagesFound {
			_, known := slices.BinarySearch(u.keys, key)
			by[k] = &ledger.FlagUsage{Key: ledger.FlagKey(key), Repository: u.r.in.Name, By: rule, Known: known}
			order = append(order, k)
		}
		return by[k]
	}
	for _, key := range u.keys {
		of(key, ledger.UsageCode)
	}
	add := func(usage *ledger.FlagUsage, file string, line int) {
		if usage == nil {
			return
		}
		if usage.Count++; usage.Count <= shownUsages {
			usage.Origins = append(usage.Origins, ledger.Origin{Repository: u.r.in.Name, Commit: ledger.Hash(u.r.tip), File: file, Line: line})
		}
	}
	for n, list := range found {
		for _, x := range list {
			add(of(x.Key, x.By), files[n].Path, x.Line)
		}
	}
	named := u.config.Named()
	for _, key := range sortedKeys(named) {
		if _, known := slices.BinarySearch(u.keys, key); !known {
			add(of(key, ledger.UsageAlias), u.file, named[key])
		}
	}
	out := make([]ledger.FlagUsage, 0, len(order))
	for _, k := range order {
		out = append(out, *by[k])
	}
	return out
}
