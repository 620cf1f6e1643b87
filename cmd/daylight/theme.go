package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"daylight/generator/render"
	"daylight/templates"
	"daylight/themes"
)

func (a *app) themeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "theme",
		Short: "Begin a theme, and tell which file of which layer wins",
		Long: `A theme is what differs from the default one, file by file: a theme.css with
tokens and rules, an icon, and templates where the structure is another one.
Built in are default, daybook (for reading) and signal (for a wall).`,
		Example:               "  daylight theme new harbour\n  daylight theme files",
		Args:                  subcommand,
		DisableFlagsInUseLine: true,
		RunE:                  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.themeNewCommand(), a.themeFilesCommand())
	return cmd
}

func (a *app) themeNewCommand() *cobra.Command {
	var w where
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "Write the beginning of a theme: every token, ready to be changed",
		Long: `Writes themes/NAME/theme.css with every token of the default theme as a comment,
beside site.toml. Take the comment off those that you want to differ. Files that
are there already stay as they are.`,
		Example: "  daylight theme new harbour\n  daylight serve   # with theme = \"harbour\" under [build]",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, given []string) error {
			return a.newTheme(w, given[0])
		},
	}
	cmd.Flags().StringVarP(&w.config, "config", "c", "", "the configuration (default: site.toml here, or at the top of the repository)")
	return cmd
}

// newTheme writes a theme's folder beside the configuration.
func (a *app) newTheme(w where, name string) error {
	if name == "" || name != filepath.Base(name) || strings.HasPrefix(name, ".") {
		return usageError{fmt.Errorf("make theme %q: that is no name of a folder", name), "take letters, digits and hyphens"}
	}
	if _, err := fs.Stat(themes.Files, name); err == nil {
		return usageError{fmt.Errorf("make theme %q: a built-in theme has this name", name), "take another one; daylight theme files tells how to change single files of a built-in theme"}
	}
	dir, err := ownThemes(w)
	if err != nil {
		return err
	}
	dir = filepath.Join(dir, name)
	tokens, err := fs.ReadFile(themes.Files, "default/tokens.css")
	if err != nil {
		return err // it is built in
	}
	if err := os.MkdirAll(filepath.Join(dir, "templates"), 0o755); err != nil {
		return fmt.Errorf("make theme %q: %w", name, err)
	}
	file := filepath.Join(dir, "theme.css")
	if err := writeNew(file, themeSheet(name, tokens), false); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "wrote %s\n\n", filepath.ToSlash(file))
	fmt.Fprintf(a.stdout, "next: take the comments off the tokens that you want to differ,\n")
	fmt.Fprintf(a.stdout, "      set theme = %q under [build] in site.toml, and run daylight serve\n", name)
	fmt.Fprintf(a.stdout, "      templates that differ go into %s\n", filepath.ToSlash(filepath.Join(dir, "templates")))
	return nil
}

// ownThemes is the folder of the project's own themes.
func ownThemes(w where) (string, error) {
	file, err := findConfig(w)
	if err != nil || file == "" {
		return "themes", err
	}
	conf, err := readConfig(file)
	if err != nil {
		return "", err
	}
	return filepath.Join(filepath.Dir(file), conf.Build.Themes), nil
}

// themeSheet lists every token of the default theme as a comment.
func themeSheet(name string, tokens []byte) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "/* The theme %q: what differs from the default one. A colour is given for light\n   and for dark; daylight's own tests ask for a contrast of 4.5 between text and\n   what is behind it. Rules that follow the tokens win over the default ones. */\n\n:root {\n", name)
	for line := range strings.Lines(string(tokens)) {
		if token := strings.TrimSpace(line); strings.HasPrefix(token, "--") && !strings.Contains(token, "url(") {
			fmt.Fprintf(&b, "  /* %s */\n", token)
		}
	}
	b.WriteString("}\n")
	return []byte(b.String())
}

func (a *app) themeFilesCommand() *cobra.Command {
	var w where
	var theme string
	cmd := &cobra.Command{
		Use:   "files [NAME...]",
		Short: "Tell for each template and asset which layer gives it",
		Long: `Lists every template and every asset of a site with the file that wins: the
project's own templates come first, then those of the theme, then the built-in
ones; assets come from the theme, then from the default theme. With names, only
files whose name contains one of them.`,
		Example: "  daylight theme files\n  daylight theme files board style",
		Args:    args(cobra.ArbitraryArgs),
		RunE: func(_ *cobra.Command, given []string) error {
			return a.themeFiles(w, theme, given)
		},
	}
	cmd.Flags().StringVarP(&w.config, "config", "c", "", "the configuration (default: site.toml here, or at the top of the repository)")
	cmd.Flags().StringVar(&theme, "theme", "", "the theme (default: build.theme of the configuration)")
	return cmd
}

// layer is one place in which files of a site are looked for.
type layer struct {
	name  string // as a person would find it
	files fs.FS
	own   bool // the project's, where names are paths
}

// below is a folder of a layer; what is built in keeps to one name for a theme.
func (l layer) below(folder string) (layer, bool) {
	sub := layer{l.name, render.Sub(l.files, folder), l.own}
	switch {
	case l.own:
		sub.name = path.Join(l.name, folder)
	case l.name == builtIn:
		sub.name = builtIn + ": " + folder
	}
	return sub, sub.files != nil
}

// builtIn is the name of the layer that comes with the program.
const builtIn = "built in"

func (a *app) themeFiles(w where, theme string, names []string) error {
	ofTemplates, ofAssets, theme, err := themeLayers(w, theme)
	if err != nil {
		return err
	}
	type winner struct{ kind, file, from, beats string }
	var rows []winner
	at := map[string]int{}
	for i, l := range slices.Concat(ofTemplates, ofAssets) {
		assets := i >= len(ofTemplates)
		files, err := filesOf(l.files, assets)
		if err != nil {
			return err
		}
		for _, f := range files {
			kind := "template"
			if assets {
				kind = "asset"
			}
			key := kind + " " + f
			if i, ok := at[key]; ok {
				rows[i].beats += ", " + l.name
				continue
			}
			at[key] = len(rows)
			rows = append(rows, winner{kind, f, l.name, ""})
		}
	}
	slices.SortFunc(rows, func(x, y winner) int { return cmp.Or(cmp.Compare(y.kind, x.kind), cmp.Compare(x.file, y.file)) })
	fmt.Fprintf(a.stdout, "theme %s\n\n", theme)
	t := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
	shown := 0
	for _, r := range rows {
		if len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return strings.Contains(r.file, n) }) {
			continue
		}
		shown++
		over := ""
		if r.beats != "" {
			over = "over " + strings.TrimPrefix(r.beats, ", ")
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.kind, r.file, r.from, over)
	}
	if shown == 0 {
		return usageError{fmt.Errorf("find %s: no template or asset is called so", strings.Join(names, " or ")), "daylight theme files lists all of them"}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(a.stdout, "\ntokens.css, style.css and theme.css are joined into assets/style.css, in this order.")
	return nil
}

// themeLayers lists where files are looked for, the first that wins first, as a
// build does.
func themeLayers(w where, theme string) (ofTemplates, ofAssets []layer, name string, err error) {
	file, err := findConfig(w)
	if err != nil {
		return nil, nil, "", err
	}
	base, own, ownTemplates := ".", "themes", "templates"
	if file != "" {
		conf, err := readConfig(file)
		if err != nil {
			return nil, nil, "", err
		}
		base, own, ownTemplates = filepath.Dir(file), conf.Build.Themes, conf.Build.Templates
		theme = cmp.Or(theme, conf.Build.Theme)
	}
	theme = cmp.Or(theme, render.DefaultTheme)
	disk := func(folder string) layer {
		dir := filepath.Join(base, folder)
		return layer{filepath.ToSlash(dir), os.DirFS(dir), true}
	}
	ofTemplates, ofAssets, found := render.Order(theme,
		[]layer{disk(ownTemplates), {builtIn, templates.Files, false}}, []layer{disk(own), {builtIn, themes.Files, false}}, layer.below)
	if !found {
		return nil, nil, "", usageError{fmt.Errorf("read theme %q: no such theme", theme), "put it into " + path.Join(disk(own).name, theme) + "/, or begin one with daylight theme new"}
	}
	return ofTemplates, ofAssets, theme, nil
}

// filesOf lists the files of a layer that count for a site: its assets, or else
// its templates.
func filesOf(files fs.FS, assets bool) ([]string, error) {
	var out []string
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // a layer that is not there holds nothing
		case err != nil:
			return err
		case d.IsDir() && (assets && name == "templates" || !assets && name != "."):
			return fs.SkipDir
		case d.IsDir(), strings.HasSuffix(name, ".go"), !assets && !strings.HasSuffix(name, ".html"):
			return nil
		}
		out = append(out, name)
		return nil
	})
	return out, err
}
