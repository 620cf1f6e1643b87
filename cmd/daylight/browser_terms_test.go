package main

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tryTerms reads a definition without leaving the page: by keyboard, by pointer,
// and on a narrow screen, where it must not be cut off.
func tryTerms(t *testing.T, b *tab, site string) {
	shown := `[...document.querySelectorAll(".definition")].filter((d) => d.getClientRects().length).map((d) => d.textContent).join("|")`
	for _, width := range []int64{320, 1280} {
		b.do(chromedp.EmulateViewport(width, 800), chromedp.Navigate(site+"/team/start/"), chromedp.WaitReady(".scheme"))
		if got := value[string](b, shown); got != "" {
			t.Errorf("before anybody asks, %q is shown", got)
		}
		b.do(chromedp.Focus(`a.term[href$="/deployment/"]`))
		got := value[string](b, shown)
		if got == "" || strings.Contains(got, "|") {
			t.Errorf("by keyboard %q is shown", got)
		}
		fits := `(() => { const r = document.querySelector(".gloss:focus-within > .definition").getBoundingClientRect();
			return r.left >= 0 && r.right <= document.documentElement.clientWidth; })()`
		if !value[bool](b, fits) {
			t.Errorf("at %d px the definition is cut off", width)
		}
		if value[string](b, `document.getElementById(document.activeElement.getAttribute("aria-describedby")).textContent`) != got {
			t.Error("the link is described by something else")
		}
		b.do(chromedp.KeyEvent(kb.Escape))
		b.until(`!` + shown)
	}
	b.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	x := value[float64](b, `(() => { const a = document.querySelector("a.term"); a.scrollIntoView({block: "center"}); return a.getBoundingClientRect().x + 4; })()`)
	y := value[float64](b, `document.querySelector("a.term").getBoundingClientRect().y + 4`)
	b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
	b.until(`!!` + shown)
}
