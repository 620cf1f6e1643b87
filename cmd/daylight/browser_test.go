package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"daylight/generator/search"
)

// patience is how long a test waits for a browser before it fails.
const patience = 90 * time.Second

// tab is a tab of a real browser, and what went wrong in it.
type tab struct {
	ctx context.Context
	t   testing.TB

	mu       sync.Mutex
	at       string   // the page that was opened last
	complain []string // errors of the console and of the policy, failed requests
	asked    []string // addresses of all requests
}

// openBrowser starts Chromium for several tabs, or skips the test where there is
// none.
func openBrowser(t testing.TB) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	var program string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		t.Skip("no browser is found: install chromium to run this test")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.WSURLReadTimeout(patience))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// openTab opens a tab of its own, with nothing stored.
func openTab(t testing.TB, browser context.Context) *tab {
	t.Helper()
	b := &tab{t: t}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(b.listen))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, enable(network.Enable, network.EnableParams{}), enable(log.Enable, cdp.Empty{}), enable(runtime.Enable, cdp.Empty{}),
		// Tabs that open and close beside this one must not take the focus away.
		enable(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})); err != nil {
		t.Fatal(err)
	}
	b.ctx, cancel = context.WithTimeout(ctx, patience)
	t.Cleanup(cancel)
	return b
}

// enable sends a command whose answer says nothing.
func enable[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

func (b *tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.complain = append(b.complain, e.ExceptionDetails.Text+" "+e.ExceptionDetails.URL)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			b.complain = append(b.complain, fmt.Sprintf("console: %s", e.Args[0].Value))
		}
	case *log.EventEntryAdded:
		b.complain = append(b.complain, e.Entry.Text+" "+e.Entry.URL+" on "+b.at)
	case *network.EventRequestWillBeSent:
		b.asked = append(b.asked, e.Request.URL)
	}
}

type step = chromedp.Action[chromedp.Void]

func (b *tab) do(steps ...step) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// open opens a page.
func (b *tab) open(address string) {
	b.t.Helper()
	b.mu.Lock()
	b.at = address
	b.mu.Unlock()
	b.do(chromedp.Navigate(address))
	b.until(`document.readyState === "complete" && !document.querySelector("meta[http-equiv=refresh]")`)
}

// prefers is the system's setting for colours.
func prefers(scheme string) step {
	return enable(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

// value evaluates an expression in the page.
func value[T any](b *tab, expression string) T {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return out
}

// until waits for an expression to hold.
func (b *tab) until(expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience / 3); ; time.Sleep(20 * time.Millisecond) {
		// While a page leads on to another one there is nothing to ask: ask again.
		holds, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("("+expression+") === true"))
		if err == nil && holds {
			return
		}
		if time.Now().After(deadline) || b.ctx.Err() != nil {
			b.t.Fatalf("in vain: %s\non %s\ncomplaints: %q", expression, value[string](b, "location.href"), b.complain)
		}
	}
}

// TestBrowser uses the sample's sites as people do, in a real browser.
func TestBrowser(t *testing.T) {
	browser := openBrowser(t)
	files := http.NewServeMux()
	files.Handle("/", http.FileServer(http.Dir(demoFolder(t))))
	// Of a page that leads on at once the browser does not wait for the icon, and
	// asks the host's root, which is not ours.
	files.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	server := httptest.NewServer(files)
	t.Cleanup(server.Close)
	for name, test := range map[string]func(*testing.T, *tab, string){
		"search": tryToSearch, "words": tryWords, "colours": tryColours, "keys": tryKeys, "terms": tryTerms, "quiet": tryEveryKindOfPage,
	} {
		t.Run(name, func(t *testing.T) {
			b := openTab(t, browser)
			test(t, b, server.URL)
			b.quiet(server.URL)
		})
	}
}

func tryToSearch(t *testing.T, b *tab, site string) {

	// From any page, by keyboard alone: control and k, a beginning, down, enter.
	b.do(chromedp.Navigate(site+"/team/dark/"), chromedp.WaitReady(".tools .scheme"), chromedp.KeyEvent("k", chromedp.KeyModifiers(kb.ModifierCtrl)))
	b.until(`document.activeElement.id === "find"`)
	b.do(chromedp.KeyEvent("basket-rem"))
	b.until(`document.querySelector(".quick:not([hidden]) [role=option]")?.textContent.startsWith("basket-reminders")`)
	b.do(chromedp.KeyEvent(kb.ArrowDown))
	if got := value[string](b, `document.getElementById(document.activeElement.getAttribute("aria-activedescendant")).textContent`); !strings.HasPrefix(got, "basket-reminders") {
		t.Errorf("the first that is found: %q", got)
	}
	b.do(chromedp.KeyEvent(kb.Enter))
	b.until(`location.pathname === "/team/flags/basket-reminders/"`)

	// A pull request, a commit, and a word with an accent and a capital.
	for typed, want := range map[string]string{"#95": "No tax for companies abroad", "068bf0306fa1": "No tax for companies abroad", "TÁX abroad": "No tax for companies abroad"} {
		b.do(chromedp.Navigate(site + "/team/search/?q=" + url.QueryEscape(typed)))
		b.until(`document.querySelectorAll("[data-results] li").length > 0`)
		if got := value[string](b, `document.querySelector("[data-results] a").textContent`); got != want {
			t.Errorf("%q finds %q first, want %q", typed, got, want)
		}
	}

	// Filters stand in the address, work without a word, and combine.
	b.do(chromedp.Navigate(site + "/team/search/?kind=Change&status=Dark"))
	b.until(`document.querySelector("[data-found]").textContent === "4 found"`)
	b.do(chromedp.SetValue(`select[name=component]`, "orders"), chromedp.Evaluate[chromedp.Void](`document.querySelector("select[name=component]").dispatchEvent(new Event("input", {bubbles: true}))`))
	b.until(`document.querySelector("[data-found]").textContent === "2 found" && location.search.includes("component=orders")`)
}

// The script cuts what people type as the index was cut.
func tryWords(t *testing.T, b *tab, site string) {
	b.do(chromedp.Navigate(site+"/team/search/"), chromedp.WaitReady("[data-filters] select"))
	for _, typed := range []string{
		"Keep a basket", "orders/v1.4.0", "basket-extras, off", "Café CRÈME", "see 068bf0306fa1aa99bb77cc55dd33", "検索 ok", "-- ... __", "ｆｕｌｌ ﬁne",
		strings.Repeat("x", 50), "a_b.c-d", "50 % of 3²", "İstanbul ẞ", "flags/shop.yaml:12:3", "don't", "\u202eabc", "😀 smile",
	} {
		var want []string // the words themselves, without their parts
		for w := range search.Words(typed) {
			want = append(want, w)
		}
		got := value[[]string](b, fmt.Sprintf(`daylight.compounds(%q).map(daylight.term)`, typed))
		for _, w := range got {
			if !slices.Contains(want, w) {
				t.Errorf("%q: the script looks for %q, the index has %q", typed, w, want)
			}
		}
		if len(want) > 0 && len(got) == 0 {
			t.Errorf("%q: the script looks for nothing, the index has %q", typed, want)
		}
	}
}

func tryColours(t *testing.T, b *tab, site string) {
	b.do(prefers("light"),
		chromedp.Navigate(site+"/customers/"), chromedp.WaitReady(".scheme"))
	ground := `getComputedStyle(document.body).backgroundColor`
	light := value[string](b, ground)
	b.do(chromedp.Click(".scheme"), chromedp.Click(".scheme")) // light, then dark
	if got := value[string](b, ground); got == light {
		t.Errorf("the ground stays %s", got)
	}
	b.do(chromedp.Reload(), chromedp.WaitReady(".scheme"))
	if got := value[string](b, ground+` + document.querySelector(".scheme").textContent`); !strings.HasSuffix(got, "Dark") || strings.HasPrefix(got, light) {
		t.Errorf("after a reload: %s", got)
	}
}

func tryKeys(t *testing.T, b *tab, site string) {
	b.do(chromedp.Navigate(site+"/team/"), chromedp.WaitReady(".scheme"), chromedp.KeyEvent("?"))
	b.until(`document.querySelector("dialog.keys").open && document.querySelector("dialog.keys").textContent.includes("Changes")`)
	b.do(chromedp.KeyEvent(kb.Escape))
	b.until(`!document.querySelector("dialog.keys").open`)
	// The second key counts for a second and a half, which a busy machine can miss.
	for range 5 {
		b.do(chromedp.KeyEvent("g"), chromedp.KeyEvent("c"), chromedp.Sleep(300*time.Millisecond))
		if value[string](b, `location.pathname`) != "/team/" {
			break
		}
	}
	b.until(`location.pathname === "/team/changes/"`)

	// Keys can be switched off, and then do nothing.
	b.do(chromedp.Evaluate[chromedp.Void](`localStorage.setItem("daylight-keys-off", "1")`), chromedp.KeyEvent("/"))
	if value[bool](b, `document.activeElement.id === "find"`) {
		t.Error("a key works although keys are off")
	}

	// The whole way by the tab key: the link to the content comes first.
	b.do(chromedp.Navigate(site+"/team/"), chromedp.WaitReady(".scheme"), chromedp.KeyEvent(kb.Tab))
	if got := value[string](b, `document.activeElement.className`); got != "skip" {
		t.Errorf("the first stop of the tab key is %q", got)
	}
}

// No page scrolls sideways, asks anything of another host or makes the browser
// complain, be the screen narrow or wide, light or dark.
func tryEveryKindOfPage(t *testing.T, b *tab, site string) {
	var paths []string
	for audience, pages := range map[string][]string{
		"customers": {"", "versions/", "glossary/", "feeds/", "search/?q=lamp", "404.html"},
		"team": {"", "changes/", "dark/", "environments/", "environments/production/", "deployments/", "flags/", "flags/room-preview/",
			"versions/", "versions/shop~2fv2.7.0/", "glossary/", "glossary/dark/", "start/", "feeds/", "problems/", "compare/", "search/?q=basket", "changes/pr/95/", "404.html"},
	} {
		for _, p := range pages {
			paths = append(paths, "/"+audience+"/"+p)
		}
	}
	for _, width := range []int64{320, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			b.do(chromedp.EmulateViewport(width, 800), prefers(scheme))
			for _, path := range paths {
				b.open(site + path)
				if over := value[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
					t.Errorf("%s is %d px wider than a screen of %d px", path, over, width)
				}
			}
		}
	}
}

// quiet fails the test when the browser complained or asked another host.
func (b *tab) quiet(site string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complain {
		b.t.Errorf("the browser complains: %s", c)
	}
	for _, address := range b.asked {
		if !strings.HasPrefix(address, site) && !strings.HasPrefix(address, "data:") {
			b.t.Errorf("a request to %s", address)
		}
	}
	if len(b.asked) == 0 {
		b.t.Error("no request was seen; the check is broken")
	}
}
