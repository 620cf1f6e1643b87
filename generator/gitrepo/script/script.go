// Package script writes git histories from a text that reads from top to
// bottom. The demo's history is such a text, and so are the histories of tests.
// The two nouns are the script, an archive whose comment holds a verb a line
// and whose sections are the contents of files, and the [Writer] that carries
// verbs out.
//
//	at 2026-03-02T10:00:00Z
//	as 'Checkout engineer <checkout@lumen.example>'
//	write src/basket.ts basket.ts
//	commit 'feat(basket): new layout\n\nFlag: basket-v2'
//	tag v1.4.0
//	at +3h
//	note deployments HEAD '{"environment":"staging"}'
//
//	-- basket.ts --
//	export const basket = []
//
// # Words
//
// Words are separated by blanks. Single quotes keep blanks, and two of them are a
// quote inside. In a text, \n is a line end, \t a tab and \\ a backslash; any
// other backslash is itself. A # at the beginning of a word starts a comment.
//
// # Verbs
//
//	at TIME                        the date of what follows: RFC 3339, or from the
//	                               date before: +3h, +2d, +1d4h30m
//	as 'NAME <MAIL>'               who does what follows
//	write PATH SECTION             a file with the contents of a section,
//	write PATH 'TEXT'              or with a text
//	append PATH 'TEXT'             adds to the end of a file
//	replace PATH 'OLD' 'NEW'       OLD is in the file exactly once
//	remove PATH                    a file, or all below a folder
//	move OLD NEW                   a file, or all below a folder
//	commit 'MESSAGE' [PATH...]     commits what was written since, and the files
//	                               at the paths on disk; @SECTION is a message too
//	branch NAME [REF]              begins a branch, at HEAD if nothing is said
//	switch NAME                    goes to a branch
//	merge REF... ['MESSAGE']       a merge commit, also where none would be needed
//	cherry-pick REF ['MESSAGE']    a copy, with the line that names the original
//	revert REF ['MESSAGE']         the opposite, with git's message; a merge is
//	                               undone against its first parent
//	tag NAME [REF]                 a lightweight tag
//	tag NAME [REF] 'MESSAGE'       an annotated tag; a message has a blank in it
//	                               where no REF is said
//	note NOTES REF 'TEXT'          adds a line to refs/notes/NOTES
//	label NAME                     names the last commit, in the script only
//	ref NAME REF                   sets any ref, as refs/remotes/origin/main
//	remote NAME URL                configures a remote
//
// A REF is a label, HEAD, a branch, a tag, a full ref name or a commit's id,
// and may end in ~N or ^N. Merges, copies and opposites combine files line by
// line; where that fails, what was written since the last commit decides.
//
// # What is promised
//
// The same script gives the same ids on every machine, and a work tree with the
// files of HEAD that git calls clean.
// Nothing is read but the script, and the files that commit is told to take.
package script

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/storage/memory"
	"golang.org/x/tools/txtar"
)

// Error is a fault in a script.
type Error struct {
	Line int // in the archive's comment, from 1
	Err  error
	Tip  string // what to do, or ""
}

// Error gives "script:line: message".
func (e *Error) Error() string { return fmt.Sprintf("script:%d: %v", e.Line, e.Err) }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint gives advice, or "".
func (e *Error) Hint() string { return e.Tip }

// Run carries out the script in an archive: dir becomes a repository with a
// work tree. It must be empty or not exist yet. The error is an [*Error] where
// the script is at fault.
func Run(dir string, archive *txtar.Archive) error {
	w := New(dir)
	if err := w.fresh(); err != nil {
		return fmt.Errorf("write history: %w", err)
	}
	w.sections = make(map[string][]byte, len(archive.Files))
	for _, f := range archive.Files {
		w.sections[f.Name] = f.Data
	}
	w.scripted = true
	w.store = memory.NewStorage()
	if err := w.create(); err != nil {
		return fmt.Errorf("write history: %w", err)
	}
	line := 0
	for text := range bytes.Lines(archive.Comment) {
		line++
		words, err := split(strings.TrimRight(string(text), "\r\n"))
		if err == nil && len(words) > 0 {
			err = w.do(words)
		}
		if err != nil {
			fault := &Error{Line: line, Err: err}
			var advised *advisedError
			if errors.As(err, &advised) {
				fault.Tip = advised.tip
			}
			return fault
		}
	}
	if err := w.save(); err != nil {
		return fmt.Errorf("write history: %w", err)
	}
	if err := w.Checkout(); err != nil {
		return fmt.Errorf("write work tree: %w", err)
	}
	return nil
}

// word is one word of a line, and whether it stood in quotes.
type word struct {
	text   string
	quoted bool
}

// split takes a line apart.
func split(line string) ([]word, error) {
	var words []word
	for rest := line; ; {
		rest = strings.TrimLeft(rest, " \t")
		if rest == "" || rest[0] == '#' {
			return words, nil
		}
		var w word
		var text strings.Builder
		for rest != "" && rest[0] != ' ' && rest[0] != '\t' {
			if rest[0] != '\'' {
				text.WriteByte(rest[0])
				rest = rest[1:]
				continue
			}
			w.quoted = true
			end := -1
			for rest = rest[1:]; ; {
				end = strings.IndexByte(rest, '\'')
				if end < 0 {
					return nil, advise("close the quote; '' is a quote inside quotes", "quote without an end")
				}
				text.WriteString(rest[:end])
				rest = rest[end+1:]
				if !strings.HasPrefix(rest, "'") {
					break
				}
				text.WriteByte('\'')
				rest = rest[1:]
			}
		}
		w.text = text.String()
		words = append(words, w)
	}
}

// unescape reads the escapes in a text.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t").Replace(s)
}

// advisedError is an error with a hint.
type advisedError struct {
	error
	tip string
}

func (e *advisedError) Unwrap() error { return e.error }
func (e *advisedError) Hint() string  { return e.tip }

func advise(tip, format string, args ...any) error {
	return &advisedError{fmt.Errorf(format, args...), tip}
}
