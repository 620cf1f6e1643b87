package generator

import (
	"context"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"daylight/generator/pages"
	"daylight/generator/publish"
)

// write renders on every core. A page that cannot be rendered fails the build.
func (s *site) write(ctx context.Context, sink publish.Sink) error {
	g, ctx := errgroup.WithContext(ctx)
	work := make(chan pages.Page, 64)
	var count atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		g.Go(func() error {
			for page := range work {
				if err := s.put(page, sink); err != nil {
					return err
				}
				count.Add(1)
			}
			return nil
		})
	}
	var last []pages.Page
	g.Go(func() error {
		defer close(work)
		for page := range s.pages {
			if page.Last {
				last = append(last, page)
				continue
			}
			select {
			case work <- page:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for _, f := range s.everyFile() {
		if err := sink.Write(f); err != nil {
			return err
		}
	}
	err := g.Wait()
	for _, page := range last {
		if err == nil {
			err = s.put(page, sink)
			count.Add(1)
		}
	}
	if err == nil && s.failed != nil {
		err = s.failed()
	}
	if s.shelf != nil {
		s.sum.Articles = s.shelf.Rendered()
	}
	s.sum.Pages = int(count.Load())
	return err
}

// put renders a page into the sink.
func (s *site) put(page pages.Page, sink publish.Sink) error {
	f, err := s.render.Render(page)
	if err != nil {
		return err
	}
	return sink.Write(publish.File(f))
}

// everyFile lists what no template makes: feeds, data and the theme's assets.
func (s *site) everyFile() []publish.File {
	out := slices.Clone(s.files)
	for _, f := range s.render.Assets() {
		out = append(out, publish.File(f))
	}
	return out
}
