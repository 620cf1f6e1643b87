package gitrepo

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// place is where the parts of a repository are, as absolute paths.
type place struct {
	git    string
	common string
	work   string // "" when bare
}

// maxPointer bounds the small files that hold a path or a ref.
const maxPointer = 64 << 10

// locate finds the repository that path is in: path itself when it is a git
// folder, else the nearest .git upwards. The plain look comes first, since a
// bare repository has no .git to be found by climbing.
func locate(path string) (place, error) {
	start, err := filepath.Abs(path)
	if err != nil {
		return place{}, &Error{Op: "open " + path, Err: err}
	}
	info, err := os.Stat(start)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			err = os.ErrNotExist // without the path, which the operation names
		}
		return place{}, &Error{Op: "open " + path, Err: err, Path: start, Tip: "give the path of a clone"}
	}
	if !info.IsDir() {
		start = filepath.Dir(start)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if isGitDir(dir) {
			return complete(path, dir, workTreeOf(dir))
		}
		dot := filepath.Join(dir, ".git")
		switch info, err := os.Stat(dot); {
		case err == nil && info.IsDir() && isGitDir(dot):
			return complete(path, dot, dir)
		case err == nil && info.Mode().IsRegular():
			git, err := readPointer(dot, "gitdir: ")
			if err != nil {
				return place{}, &Error{Op: "open " + path, Err: err, Path: dot}
			}
			if !isGitDir(git) {
				return place{}, &Error{Op: "open " + path, Path: dot,
					Err: fmt.Errorf("%s leads to %s: %w", dot, git, ErrNotRepository),
					Tip: "run git worktree repair in the main work tree"}
			}
			return complete(path, git, dir)
		}
		if dir == filepath.Dir(dir) {
			return place{}, &Error{Op: "open " + path, Err: ErrNotRepository, Path: start,
				Tip: "give the path of a clone, or run git init"}
		}
	}
}

// complete follows the commondir file of a linked worktree.
func complete(path, git, work string) (place, error) {
	common, err := readPointer(filepath.Join(git, "commondir"), "")
	if errors.Is(err, os.ErrNotExist) {
		return place{git, git, work}, nil
	}
	if err != nil {
		return place{}, &Error{Op: "open " + path, Err: err, Path: git}
	}
	if !isDir(filepath.Join(common, "objects")) {
		return place{}, &Error{Op: "open " + path, Path: git,
			Err: fmt.Errorf("the main repository %s is gone: %w", common, ErrNotRepository),
			Tip: "this is a linked worktree; run git worktree repair in the main work tree"}
	}
	return place{git, common, work}, nil
}

// isGitDir asks for less than git does: a mirror may lack the refs folder, and
// a linked worktree's folder has its objects elsewhere.
func isGitDir(dir string) bool {
	if info, err := os.Lstat(filepath.Join(dir, "HEAD")); err != nil || info.IsDir() {
		return false
	}
	if isDir(filepath.Join(dir, "objects")) {
		return true
	}
	_, err := os.Stat(filepath.Join(dir, "commondir"))
	return err == nil
}

// workTreeOf names the work tree of a git folder that was opened directly.
func workTreeOf(git string) string {
	if filepath.Base(git) == ".git" {
		return filepath.Dir(git)
	}
	// A linked worktree's folder knows where its .git file is.
	if dot, err := readPointer(filepath.Join(git, "gitdir"), ""); err == nil {
		return filepath.Dir(dot)
	}
	return ""
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// readPointer reads a one-line file that holds a path, relative to the file's
// own folder, and gives it as an absolute one.
func readPointer(file, prefix string) (string, error) {
	b, err := readSmall(file)
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(b), "\n")
	target, ok := strings.CutPrefix(strings.TrimRight(line, "\r "), prefix)
	if !ok || target == "" {
		return "", fmt.Errorf("%s does not begin with %q and a path: %w", file, prefix, ErrNotRepository)
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(file), target)
	}
	return filepath.Clean(target), nil
}

// readSmall reads a file of which only a little can be meant.
func readSmall(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxPointer))
}
