package script

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// at sets the date.
func (w *Writer) at(args []word) error {
	text := args[0].text
	if span, ok := strings.CutPrefix(text, "+"); ok {
		d, err := parseSpan(span)
		if err != nil {
			return err
		}
		w.when = w.when.Add(d)
		return nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return advise("write 2026-03-02T10:00:00Z, or +3h or +2d", "%q is no time", text)
	}
	// A fixed zone without a name: the same on every machine.
	if _, offset := t.Zone(); offset == 0 {
		w.when = t.UTC()
	} else {
		w.when = t.In(time.FixedZone("", offset))
	}
	return nil
}

// parseSpan reads "1d4h30m". Days are 24 hours: git knows no others.
func parseSpan(s string) (time.Duration, error) {
	var total time.Duration
	rest := s
	for rest != "" {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.Atoi(rest[:digits])
		units := map[string]time.Duration{"w": 7 * 24 * time.Hour, "d": 24 * time.Hour, "h": time.Hour, "m": time.Minute, "s": time.Second}
		unit, ok := time.Duration(0), false
		if digits < len(rest) {
			unit, ok = units[rest[digits:digits+1]]
		}
		if err != nil || !ok || n > 100_000 {
			return 0, advise("write +3h, +2d or +1d4h30m", "%q is no span of time", "+"+s)
		}
		total += time.Duration(n) * unit
		rest = rest[digits+1:]
	}
	if s == "" {
		return 0, advise("write +3h, +2d or +1d4h30m", "a span of time is missing")
	}
	return total, nil
}

// as sets the person.
func (w *Writer) as(args []word) error {
	name, rest, ok := strings.Cut(args[0].text, "<")
	email, after, closed := strings.Cut(rest, ">")
	name = strings.TrimSpace(name)
	if !ok || !closed || after != "" || name == "" || strings.ContainsAny(name+email, "<>\n\x00") {
		return advise("write 'Name <name@host.example>'", "%q is no person", args[0].text)
	}
	w.who.Name, w.who.Email = name, strings.TrimSpace(email)
	return nil
}

// write sets the contents of a file.
func (w *Writer) write(args []word) error {
	name, source := args[0].text, args[1]
	if !source.quoted {
		data, ok, err := w.source(source.text)
		if err != nil {
			return err
		}
		if ok {
			return w.set(name, data)
		}
		if w.scripted {
			return advise("add a section -- "+source.text+" --, or quote the text", "no section %q", source.text)
		}
	}
	return w.set(name, []byte(unescape(source.text)))
}

// source reads a section, or a file in the folder.
func (w *Writer) source(name string) (data []byte, ok bool, err error) {
	if w.scripted {
		data, ok = w.sections[name]
		return data, ok, nil
	}
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil, false, nil
	}
	data, err = os.ReadFile(filepath.Join(w.dir, filepath.FromSlash(name)))
	if err != nil {
		return nil, false, nil // the word is a text then
	}
	return data, true, nil
}

// set puts a file into the files of the next commit.
func (w *Writer) set(name string, data []byte) error {
	if err := checkPath(name); err != nil {
		return err
	}
	for p := range w.files {
		if strings.HasPrefix(p, name+"/") || strings.HasPrefix(name, p+"/") {
			return advise("remove "+p+" first", "%s cannot be both a file and a folder", shorter(p, name))
		}
	}
	h, err := w.putBlob(data)
	if err != nil {
		return err
	}
	mode := filemode.Regular
	if old, ok := w.files[name]; ok {
		mode = old.mode
	}
	w.files[name] = file{h, mode}
	w.dirty[name] = true
	return nil
}

func shorter(a, b string) string {
	if len(a) < len(b) {
		return a
	}
	return b
}

// checkPath refuses what git would not take.
func checkPath(name string) error {
	if name == "" || path.Clean(name) != name || strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\\\x00\n") {
		return advise("write it from the root of the repository, with slashes", "%q is no path", name)
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." || part == "." || strings.EqualFold(part, ".git") {
			return advise("choose another name", "git takes no file at %q", name)
		}
	}
	return nil
}

// get gives the contents of a file of the next commit.
func (w *Writer) get(name string) ([]byte, error) {
	f, ok := w.files[name]
	if !ok {
		return nil, advise("write it first, or mind the branch", "no file %s on %s", name, w.branch.Short())
	}
	return w.readBlob(f.blob)
}

func (w *Writer) appendVerb(args []word) error {
	data, err := w.get(args[0].text)
	if err != nil {
		return err
	}
	return w.set(args[0].text, append(data, unescape(args[1].text)...))
}

func (w *Writer) replace(args []word) error {
	data, err := w.get(args[0].text)
	if err != nil {
		return err
	}
	old := []byte(unescape(args[1].text))
	if n := bytes.Count(data, old); n != 1 || len(old) == 0 {
		return advise("quote so much of the line that it is there once", "%q is %d times in %s", old, n, args[0].text)
	}
	return w.set(args[0].text, bytes.Replace(data, old, []byte(unescape(args[2].text)), 1))
}

func (w *Writer) remove(args []word) error {
	n := w.below(args[0].text, func(p string) { delete(w.files, p); w.dirty[p] = true })
	if n == 0 {
		return advise("mind the branch", "nothing at %s on %s", args[0].text, w.branch.Short())
	}
	return nil
}

func (w *Writer) move(args []word) error {
	from, to := args[0].text, args[1].text
	if err := checkPath(to); err != nil {
		return err
	}
	moved := make(files)
	n := w.below(from, func(p string) {
		moved[to+strings.TrimPrefix(p, from)] = w.files[p]
		delete(w.files, p)
		w.dirty[p] = true
	})
	if n == 0 {
		return advise("mind the branch", "nothing at %s on %s", from, w.branch.Short())
	}
	for p, f := range moved {
		w.files[p] = f
		w.dirty[p] = true
	}
	return nil
}

// below calls do for the file at a path, or for all files below it, and counts
// them.
func (w *Writer) below(name string, do func(p string)) int {
	n := 0
	for p := range w.files {
		if p == name || strings.HasPrefix(p, name+"/") {
			do(p)
			n++
		}
	}
	return n
}

// stage takes a file, or all files of a folder, from disk. What is no longer
// there is removed.
func (w *Writer) stage(name string) error {
	name = path.Clean(filepath.ToSlash(name))
	if name != "." {
		if err := checkPath(name); err != nil {
			return err
		}
	}
	onDisk := filepath.Join(w.dir, filepath.FromSlash(name))
	if _, err := os.Lstat(onDisk); err != nil {
		if w.below(name, func(p string) { delete(w.files, p); w.dirty[p] = true }) == 0 {
			return advise("a path to commit is a file in the folder of the repository", "no file %s", name)
		}
		return nil
	}
	return filepath.WalkDir(onDisk, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".git" {
				return filepath.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(w.dir, p)
		if err != nil {
			return err
		}
		return w.stageFile(filepath.ToSlash(rel), p, d)
	})
}

func (w *Writer) stageFile(name, onDisk string, d fs.DirEntry) error {
	info, err := d.Info()
	if err != nil || !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no regular file: %w", name, err)
	}
	data, err := os.ReadFile(onDisk)
	if err != nil {
		return err
	}
	if err := w.set(name, data); err != nil {
		return err
	}
	f := w.files[name]
	f.mode = filemode.Regular
	if info.Mode()&0o100 != 0 {
		f.mode = filemode.Executable
	}
	w.files[name] = f
	return nil
}
