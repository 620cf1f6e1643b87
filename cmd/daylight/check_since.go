package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"daylight/generator"
)

// checkSince tells what would become public by what is checked out and not in a
// revision.
func (a *app) checkSince(ctx context.Context, l *loaded, w where, revision, format string) error {
	if len(l.repos) == 0 {
		return usageError{errors.New("check --since: there is no repository"), ""}
	}
	h, err := l.repos[0].Revision(revision)
	if err != nil {
		return usageError{fmt.Errorf("check since %s: %w", revision, err), "name the branch that the change is made for, a tag or a commit"}
	}
	stop := a.progress(l.Project, w.quiet)
	found, err := l.Since(ctx, h, l.asOf)
	stop()
	if err != nil {
		return err
	}
	switch format {
	case "text":
		for _, p := range found {
			a.printPublication(p)
		}
		if len(found) == 0 {
			fmt.Fprintln(a.stdout, "Every audience sees everything, so nothing can become public.")
		}
	case "json":
		e := json.NewEncoder(a.stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(map[string]any{"since": revision, "commit": h, "audiences": found})
	case "github":
		for _, p := range found {
			for _, list := range []struct {
				when string
				of   []generator.Published
			}{{"as soon as this is merged", p.Merged}, {"once this is deployed", p.Deployed}} {
				for _, n := range list.of {
					fmt.Fprintln(a.stdout, "::notice title=Public::"+escapeData(fmt.Sprintf("%s, %s: %s", p.Audience, list.when, publishedLine(n))))
				}
			}
		}
	default:
		return usageError{fmt.Errorf("print as %q: no such format", format), choices(format, "text", "json", "github")}
	}
	return nil
}

func (a *app) printPublication(p generator.Publication) {
	if len(p.Merged)+len(p.Deployed) == 0 {
		fmt.Fprintf(a.stdout, "%s: nothing would become public.\n", p.Audience)
		return
	}
	for _, list := range []struct {
		title string
		of    []generator.Published
	}{{"as soon as this is merged", p.Merged}, {"once this is deployed", p.Deployed}} {
		if len(list.of) == 0 {
			continue
		}
		fmt.Fprintf(a.stdout, "%s, %s:\n", p.Audience, list.title)
		for _, n := range list.of {
			fmt.Fprintf(a.stdout, "  %s\n", publishedLine(n))
			for line := range strings.Lines(n.Body) {
				if line = strings.TrimSpace(line); line != "" {
					fmt.Fprintf(a.stdout, "    %s\n", plain(line))
				}
			}
		}
	}
}

// publishedLine says what happens to a note.
func publishedLine(n generator.Published) string {
	title := plain(n.Title)
	switch n.What {
	case "new":
		return fmt.Sprintf("new: %s (%s), for %s", title, n.Kind, n.After)
	case "widened", "narrowed":
		return fmt.Sprintf("%s: %s, from %s to %s", n.What, title, n.Before, n.After)
	case "taken_back":
		return fmt.Sprintf("taken back: %s, which %s has now", title, n.Before)
	case "returned":
		return fmt.Sprintf("back again: %s, for %s", title, n.After)
	case "gone":
		return "gone, with its address: " + title
	}
	return "other words: " + title
}
