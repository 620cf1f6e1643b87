package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"daylight/generator"
	"daylight/generator/config"
	"daylight/generator/detect"
	"daylight/generator/gitrepo"
	"daylight/generator/history"
)

func (a *app) initCommand() *cobra.Command {
	var repository, output string
	var force, show, withSchema bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Look at the repository and write a commented site.toml",
		Long: `Looks at tags, notes, branches and files, says what it found and how sure it is,
and writes a site.toml whose comments tell why each line is there. It changes
nothing else.

With --schema it also writes site.schema.json, by which editors complete and check
site.toml. Beside a site.toml that is there already it writes that file alone, and
says which line makes editors find it.`,
		Example: "  daylight init\n  daylight init --repository ../shop --stdout\n  daylight init --schema",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			repo, err := gitrepo.Open(repository)
			if err != nil {
				return err
			}
			defer repo.Close()
			if output == "" {
				output = filepath.Join(cmp.Or(repo.WorkTree(), "."), "site.toml")
			}
			if withSchema {
				done, err := a.writeSchema(output, force, show)
				if done || err != nil {
					return err
				}
			}
			found, err := a.look(cmd.Context(), repo)
			if err != nil {
				return err
			}
			text := detect.SiteTOML(found)
			if show {
				_, err := a.stdout.Write(text)
				return err
			}
			if withSchema {
				text = append([]byte(schemaLine+"\n"), text...)
			}
			if err := writeNew(output, text, force); err != nil {
				return err
			}
			a.printFindings(found, output)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVarP(&repository, "repository", "r", ".", "the git repository")
	f.StringVarP(&output, "output", "o", "", "the file to write (default: site.toml at the top of the work tree)")
	f.BoolVar(&force, "force", false, "replace the file when it is there")
	f.BoolVar(&show, "stdout", false, "print the file instead of writing it")
	f.BoolVar(&withSchema, "schema", false, "write site.schema.json for editors too; with --stdout, print it and nothing else")
	return cmd
}

// writeNew writes a file that must not be there yet.
func writeNew(name string, data []byte, force bool) error {
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(name, flags, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return usageError{fmt.Errorf("write %s: it is there already", name), "look at it, and give --force to replace it, or --stdout to compare"}
	}
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		_ = f.Close() // the first error tells more
		return err
	}
	return f.Close()
}

// maxHead is how much of a file init looks at, and maxLog how long a log may be
// of which it looks at the beginning.
const (
	maxHead = 1 << 20
	maxLog  = 64 << 20
)

// Init looks at so many notes of so many refs: some tools write a ref for each
// tag.
const (
	maxNotes     = 200
	maxNotesRefs = 50
)

// readNotes lists the refs of notes, with some notes of each.
func readNotes(ctx context.Context, repo *gitrepo.Repo) ([]detect.NotesRef, error) {
	names, err := repo.NotesRefs()
	if err != nil {
		return nil, err
	}
	var out []detect.NotesRef
	for i, name := range names {
		ref := detect.NotesRef{Name: name}
		if i < maxNotesRefs {
			if ref.Sample, err = repo.NotesSample(ctx, name, maxNotes); err != nil {
				return nil, err
			}
		}
		out = append(out, ref)
	}
	return out, nil
}

// look gathers what detect wants to know.
func (a *app) look(ctx context.Context, repo *gitrepo.Repo) (detect.Findings, error) {
	branch, tip, err := repo.Head()
	if err != nil {
		return detect.Findings{}, err
	}
	in := detect.Input{Branch: branch, Year: a.now().Year(), Salt: newSalt()}
	if in.Branches, err = repo.Branches(); err != nil {
		return detect.Findings{}, err
	}
	if in.Tags, err = repo.Tags(); err != nil {
		return detect.Findings{}, err
	}
	if in.Remotes, err = repo.Remotes(); err != nil {
		return detect.Findings{}, err
	}
	if in.Notes, err = readNotes(ctx, repo); err != nil {
		return detect.Findings{}, err
	}
	in.Name = string(generator.RepositoryName(originOf(in.Remotes), cmp.Or(repo.WorkTree(), repo.Path())))
	if !tip.IsZero() {
		if in.Files, err = readHeads(ctx, repo, tip); err != nil {
			return detect.Findings{}, err
		}
	}
	return detect.Find(in), nil
}

// readHeads lists the files of a commit, with the content of those that may
// tell something.
func readHeads(ctx context.Context, repo *gitrepo.Repo, tip history.Hash) ([]detect.File, error) {
	files, err := repo.Files(ctx, tip, nil)
	if err != nil {
		return nil, err
	}
	out := make([]detect.File, len(files))
	for i, f := range files {
		out[i].Path = f.Path
		if detect.Wanted(f.Path) {
			limit := int64(maxHead)
			if detect.IsLog(f.Path) {
				limit = maxLog
			}
			if data, err := repo.Blob(f.Blob, limit); err == nil { // too large or missing: it tells nothing
				out[i].Head = data[:min(len(data), maxHead)]
			}
		}
	}
	return out, nil
}

// newSalt makes the text that public ids are hashed with.
func newSalt() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

func originOf(remotes []history.Remote) string {
	for _, r := range remotes {
		if r.Name == "origin" {
			return r.URL
		}
	}
	if len(remotes) > 0 {
		return remotes[0].URL
	}
	return ""
}

// nameOf gives a repository's short name and the address that links are made
// from.
func nameOf(r config.Repository, repo *gitrepo.Repo) (string, string, error) {
	remotes, err := repo.Remotes()
	if err != nil {
		return "", "", err
	}
	remote := cmp.Or(r.Remote, originOf(remotes))
	if r.Name != "" {
		return r.Name, remote, nil
	}
	place := cmp.Or(repo.WorkTree(), repo.Path())
	if abs, err := filepath.Abs(place); err == nil {
		place = abs
	}
	return string(generator.RepositoryName(remote, place)), remote, nil
}

// printFindings says what was found.
func (a *app) printFindings(f detect.Findings, file string) {
	list := f.List()
	if len(list) == 0 {
		fmt.Fprintln(a.stdout, "found neither versions nor deployments nor flags")
	}
	for _, x := range list {
		fmt.Fprintf(a.stdout, "%-8s  %s\n          %s\n", x.Sure, plain(x.What), plain(x.Why))
	}
	fmt.Fprintf(a.stdout, "wrote %s: read it, correct it, then run: daylight check, and daylight build\n", file)
}

// escapeData and escapeProperty write text into a workflow command.
func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
