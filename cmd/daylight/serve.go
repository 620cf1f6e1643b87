package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/spf13/cobra"

	"daylight/generator/publish"
)

// quietTime is how long files must rest before a rebuild: an editor saves in
// several steps, and git writes several refs.
const quietTime = 150 * time.Millisecond

func (a *app) serveCommand() *cobra.Command {
	var w where
	var port int
	var audience string
	var open bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Build in memory, serve on loopback, and rebuild when something changes",
		Long: `Builds the site of one audience in memory and serves it on this machine only.
A new commit, tag or note, and a change of site.toml, templates, theme, content or
docs builds it again, and pages that are open reload. The docs of the mainline are
shown as they are saved in the work tree, committed or not. A build that fails leaves the
last good site in place and shows the error on top of it.`,
		Example: "  daylight serve\n  daylight serve --audience customers --port 8080",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.serve(cmd.Context(), w, audience, port, open)
		},
	}
	w.register(cmd)
	cmd.Flags().IntVarP(&port, "port", "p", 1414, "the port; the next free one is taken when it is in use, 0 picks any")
	cmd.Flags().BoolVar(&open, "open", false, "open the site in the browser")
	cmd.Flags().StringVar(&audience, "audience", "", "the audience whose site is served (default: the first)")
	return cmd
}

func (a *app) serve(ctx context.Context, w where, audience string, port int, open bool) error {
	site := newSite()
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch for changes: %w", err)
	}
	defer watcher.Close()

	build := func() error {
		files, err := a.buildInMemory(ctx, w, audience, watcher)
		site.set(files, err)
		return err
	}
	if err := build(); err != nil {
		return err
	}
	listener, err := listen(port)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: site, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Shutdown below
	fmt.Fprintf(a.stdout, "serving %s\n", addressOf(listener))
	fmt.Fprintln(a.stdout, "press Ctrl+C to stop")
	if open {
		if err := showInBrowser(addressOf(listener)); err != nil {
			a.complain(err, "open "+addressOf(listener)+" yourself")
		}
	}
	a.rebuildOnChange(ctx, watcher, build)
	site.close()
	stop, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	return server.Shutdown(stop)
}

// rebuildOnChange builds again whenever files have changed and then rested,
// until the context ends.
func (a *app) rebuildOnChange(ctx context.Context, watcher *fsnotify.Watcher, build func() error) {
	rest := time.NewTimer(time.Hour)
	rest.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case event := <-watcher.Events:
			if !strings.HasSuffix(event.Name, ".lock") && !event.Has(fsnotify.Chmod) {
				rest.Reset(quietTime)
			}
		case err := <-watcher.Errors:
			a.complain(fmt.Errorf("watch for changes: %w", err), "")
		case <-rest.C:
			started := time.Now()
			if err := build(); err != nil {
				a.complain(err, "")
				continue
			}
			fmt.Fprintf(a.stdout, "built again in %s\n", time.Since(started).Round(time.Millisecond))
		}
	}
}

// buildInMemory makes the site of one audience, and watches what it was made
// from.
func (a *app) buildInMemory(ctx context.Context, w where, audience string, watcher *fsnotify.Watcher) (map[string][]byte, error) {
	l, err := a.load(w)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	l.draft()
	watch(watcher, l)
	chosen, err := l.audiences(audience)
	if err != nil {
		return nil, err
	}
	res, err := a.result(ctx, l, w)
	if err != nil {
		return nil, err
	}
	memory := publish.NewMemory()
	if _, err := l.Build(ctx, res, chosen[0], memory); err != nil {
		return nil, err
	}
	return memory.Files(), nil
}

// draft makes the docs of the mainline those that are saved, committed or not:
// who writes them looks at the page while doing so.
func (l *loaded) draft() {
	for i, r := range l.repos {
		if d, ok := r.Draft(); ok {
			l.Repositories[i].Docs, l.Repositories[i].Draft = d, d.Commit()
		}
	}
}

// watch adds the folders that a build reads. A folder that is gone, or that
// cannot be watched, changes nothing but the reloading.
func watch(watcher *fsnotify.Watcher, l *loaded) {
	add := func(root string, deep bool) {
		_ = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return nil
			}
			_ = watcher.Add(path)
			if !deep && path != root {
				return filepath.SkipDir
			}
			return nil
		})
	}
	if l.config != "" {
		_ = watcher.Add(l.base)
	}
	for _, dir := range []string{l.Config.Build.Templates, l.Config.Build.Themes, l.Config.Build.Content} {
		add(filepath.Join(l.base, dir), true)
	}
	for _, r := range l.repos {
		_ = watcher.Add(r.Path())
		_ = watcher.Add(r.CommonPath())
		add(filepath.Join(r.CommonPath(), "refs"), true)
	}
	for _, product := range l.Config.Docs.AllProducts() {
		for i, r := range l.repos {
			if name := string(l.Repositories[i].Name); r.WorkTree() == "" || product.Repository != name && (product.Repository != "" || i > 0) {
				continue
			}
			for _, folder := range append([]string{product.Folder}, product.Folders...) {
				add(filepath.Join(r.WorkTree(), folder), true)
			}
		}
	}
}

// listen takes the port, or one of the ten after it, on loopback.
func listen(port int) (net.Listener, error) {
	var last error
	for p := port; p <= port+10; p++ {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", p))
		if err == nil {
			return l, nil
		}
		last = err
		if port == 0 {
			break
		}
	}
	return nil, fmt.Errorf("listen on 127.0.0.1:%d: %w", port, last)
}

func addressOf(l net.Listener) string { return "http://" + l.Addr().String() + "/" }

// serveFolder serves the two sites in a folder, and not the repository beside
// them, until the context ends.
func (a *app) serveFolder(ctx context.Context, dir string, port int) error {
	listener, err := listen(port)
	if err != nil {
		return err
	}
	sites := http.NewServeMux()
	for _, name := range []string{"team", "customers"} {
		sites.Handle("/"+name+"/", http.StripPrefix("/"+name+"/", http.FileServer(http.Dir(filepath.Join(dir, name)))))
	}
	sites.Handle("/{$}", http.RedirectHandler("/team/", http.StatusFound))
	server := &http.Server{Handler: sites, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	address := addressOf(listener)
	fmt.Fprintf(a.stdout, "\nserving  %steam/       what the team sees\n", address)
	fmt.Fprintf(a.stdout, "         %scustomers/  what customers see\n", address)
	fmt.Fprintln(a.stdout, "press Ctrl+C to stop")
	select {
	case <-ctx.Done():
		stop, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		return server.Shutdown(stop)
	case err := <-failed:
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return fmt.Errorf("serve %s: %w", dir, err)
	}
}
