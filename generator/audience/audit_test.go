package audience_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/generator/audience"
	"daylight/generator/ledger"
)

// audit looks for the secrets of a shop with one dark change in one file, and
// gives the findings as "kind form".
func audit(t *testing.T, name, text string, more ...func(*audience.AuditInput)) []string {
	t.Helper()
	in := audience.AuditInput{Full: darkShop()}
	in.Public = audience.Reduce(in.Full, customers())
	for _, f := range more {
		f(&in)
	}
	r, err := audience.Audit(fstest.MapFS{name: {Data: []byte(text)}}, in)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range r.Findings {
		out = append(out, f.Kind+" "+f.Form)
	}
	return out
}

// darkShop has one visible change and one that nobody may know of.
func darkShop() *ledger.Ledger {
	commit, err := ledger.ParseHash("c0ffee1234567890c0ffee1234567890c0ffee12")
	if err != nil {
		panic(err)
	}
	l := shop(
		ledger.Change{Title: "fix: rounding of prices", Type: "fix", Environments: released(), Author: "Vera Visible"},
		ledger.Change{
			Title: "feat: Titan's <Basket> & more", Type: "feat", Author: "Ann Author", Commit: commit,
			Body:         "The quick brown fox jumps over the lazy dog and then it sleeps.",
			Flags:        []ledger.ChangeFlag{{Key: "titan-v2", Role: ledger.RoleBehind, Known: true}},
			Environments: ledger.InEnvironments{in("eu", state(ledger.StatusDark, "03-03 deployed 0"))},
		},
	)
	l.Flags = []ledger.Flag{{Key: "titan-v2", Owner: "abc"}}
	l.Environments[0].Name = "europe-1"
	l.Changes[0].Environments[0].Environment, l.Changes[1].Environments[0].Environment = "europe-1", "europe-1"
	return l
}

// TestForms: a withheld title is found in each of the ways in which a site may
// write it.
func TestForms(t *testing.T) {
	const title = "Titan's <Basket> & more"
	quoted, err := json.Marshal(title)
	if err != nil {
		t.Fatal(err)
	}
	escaped := html.EscapeString(title)
	inJSON, err := json.Marshal(escaped)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ name, text, form string }{
		{"plain", "x " + title + ", y", "plain"},
		{"other case and white space", "TITAN'S\n\t<basket>  & MORE", "plain"},
		{"entities", "<p>" + escaped + "</p>", "entities"},
		{"numeric entities", "Titan&#x27;s &#60;Basket&#62; &#38; more", "entities"},
		{"JSON", string(quoted), "backslash"},
		{"HTML in JSON", string(inJSON), "entities"},
		{"JSON in an attribute", `<a data-x="` + html.EscapeString(string(quoted)) + `">`, "backslash"},
		{"HTML in JSON in an attribute", `<a data-x="` + html.EscapeString(string(inJSON)) + `">`, "entities"},
		{"percent", "?q=" + url.PathEscape(title), "percent"},
		{"percent twice", "?q=" + url.PathEscape(url.PathEscape(title)), "percent"},
		{"script", `"Titan\x27s \u{3c}Basket\u003e \x26 more"`, "backslash"},
		{"style", `content: "Titan\27 s \3c Basket\3e  \26  more"`, "backslash"},
		{"base64", "data:text/plain;base64," + base64.StdEncoding.EncodeToString([]byte("<b>"+title+"</b>")), "base64"},
		{"base64 for addresses", "t=" + base64.RawURLEncoding.EncodeToString([]byte(title)), "base64"},
		{"base64 behind a path", "/a/" + base64.StdEncoding.EncodeToString([]byte(title+" "+title)), "base64"},
		{"base64 of HTML", base64.StdEncoding.EncodeToString([]byte(escaped)), "base64"},
		{"with tags in it", "Ti<b>ta</b>n&#39;s &lt;<mark>Basket</mark>&gt; &amp; <i>more</i>", "without tags"},
		{"in a comment", "<!-- " + title + " -->", "plain"},
		{"soft hyphens", "Ti\u00adtan's <Bas\u200bket> & more", "plain"},
		{"a slug", "/notes/titan-s-basket-more/", "plain"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := audit(t, "index.html", tc.text); len(got) != 1 || got[0] != "title "+tc.form {
				t.Errorf("got %v, want [title %s]\n%s", got, tc.form, tc.text)
			}
		})
	}
	for name, file := range map[string]string{"plain": "notes/Titan's <Basket> & more.html", "slug": "notes/titan-s-basket-more/index.html", "percent": "q/" + url.PathEscape(title), "tilde": "q/~54itan's ~3c~42asket~3e ~26 more"} {
		if got := audit(t, file, ""); len(got) != 1 || got[0] != "title file name" {
			t.Errorf("as a file name, %s: %v", name, got)
		}
	}
}

// TestKindsOfSecret: what counts as an occurrence, and what does not.
func TestKindsOfSecret(t *testing.T) {
	for _, tc := range []struct {
		text string
		want []string
	}{
		{"flag titan-v2 is off", []string{"flag plain"}},
		{"my-titan-v2-thing", []string{"flag plain"}},
		{"titan-v23, xtitan-v2, titan-v", nil},
		{"by ann author", []string{"author plain"}},
		{"Annauthor, Ann", nil},
		{"in europe-1", []string{"environment plain"}},
		{"c0ffee1234567890c0ffee1234567890c0ffee12", []string{"commit plain"}},
		{"commit C0FFEE1.", []string{"commit plain"}},
		{"v1.4.0-3-gc0ffee1", []string{"commit plain"}},
		{"/commit/c0ffee123456/x", []string{"commit plain"}},
		{"c0ffee", nil},
		{"c0ffee2", nil},
		{"ac0ffee1", nil},
		{"c0ffee1234567890c0ffee1234567890c0ffee123", nil},
		{"the quick brown fox jumps over", []string{"body plain"}},
		{"brown fox, <b>jumps</b> over\n the: lazy", []string{"body without tags"}},
		{"the quick brown fox jumps", nil},
		{"a fox that jumps over the lazy dog", nil},
		{"Rounding of prices", nil}, // visible
	} {
		if d := cmp.Diff(tc.want, audit(t, "index.html", tc.text)); d != "" {
			t.Errorf("%q: %s", tc.text, d)
		}
	}
}

// TestLine: a finding says where.
func TestLine(t *testing.T) {
	in := audience.AuditInput{Full: darkShop()}
	in.Public = audience.Reduce(in.Full, customers())
	r, err := audience.Audit(fstest.MapFS{
		"b.html": {Data: []byte("one\n\ntwo <p>\n  flag titan-v2\n")}, "a.html": {Data: []byte("fine")},
	}, in)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) != 1 || r.Findings[0].String() != `b.html:4: flag "titan-v2" (plain)` {
		t.Errorf("findings %v", r.Findings)
	}
	if r.Files != 2 || r.Bytes != 33 {
		t.Errorf("%d files, %d bytes", r.Files, r.Bytes)
	}
}

// TestForgiven: what is public anyway is no finding, and is listed with the
// reason; so is what nobody can look for.
func TestForgiven(t *testing.T) {
	const page = "flag titan-v2 of Ann Author in europe-1"
	baseline := func(in *audience.AuditInput) {
		in.Baseline = fstest.MapFS{"style.css": {Data: []byte(".europe-1 {}")}}
	}
	allowed := func(in *audience.AuditInput) { in.Allowed = []string{"Written by <b>Ann</b> Author."} }
	ignored := func(in *audience.AuditInput) { in.Ignore = []string{"Titan-V2"} }
	if got := audit(t, "index.html", page); len(got) != 3 {
		t.Errorf("with nothing forgiven: %v", got)
	}
	if got := audit(t, "index.html", page, baseline, allowed, ignored); got != nil {
		t.Errorf("all is forgiven, and still: %v", got)
	}
	in := audience.AuditInput{Full: darkShop()}
	in.Full.Flags[0].Source = "production"
	in.Extra = []audience.Secret{{Kind: "branch", Text: "feature/titan"}}
	for _, f := range []func(*audience.AuditInput){baseline, allowed, ignored} {
		f(&in)
	}
	in.Public = audience.Reduce(in.Full, customers())
	r, err := audience.Audit(fstest.MapFS{"x": {Data: []byte("feature/titan")}}, in)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) != 1 || r.Findings[0].Kind != "branch" {
		t.Errorf("findings %v", r.Findings)
	}
	why := map[string]string{}
	for _, u := range r.Unchecked {
		why[u.Text] = u.Why
	}
	for text, want := range map[string]string{
		"abc": "too short", "production": "too common", "europe-1": "public too", "Ann Author": "public too",
		"titan-v2": "ignored by the configuration",
	} {
		if why[text] != want {
			t.Errorf("%q is unchecked because %q, want %q", text, why[text], want)
		}
	}
}

// TestAuditSecrets: of a site that was made of the full ledger the audit finds
// every planted secret; of one that was made of the reduced ledger none.
func TestAuditSecrets(t *testing.T) {
	ways := []func([]byte) []byte{
		func(b []byte) []byte { return b },
		func(b []byte) []byte { return []byte(html.EscapeString(string(b))) },
		func(b []byte) []byte { return []byte(url.PathEscape(string(b))) },
		func(b []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(b)) },
	}
	rapid.Check(t, func(t *rapid.T) {
		l, p := generate(t)
		way := ways[rapid.IntRange(0, len(ways)-1).Draw(t, "way")]
		in := audience.AuditInput{Full: l, Public: audience.Reduce(l, customers())}
		site := func(l *ledger.Ledger) fstest.MapFS {
			b, err := json.Marshal(l)
			if err != nil {
				t.Fatal(err)
			}
			return fstest.MapFS{"data/ledger.json": {Data: way(b)}}
		}
		closed, err := audience.Audit(site(in.Public.Ledger()), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range closed.Findings {
			t.Errorf("the reduced site: %s", f)
		}
		open, err := audience.Audit(site(l), in)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for _, f := range open.Findings {
			found[f.Text] = true
		}
		for _, u := range open.Unchecked {
			found[u.Text] = true
		}
		for s, path := range p.where {
			field := path[strings.LastIndex(path, ".")+1:]
			if !found[s] && !strings.Contains(" Schema Type Scope Kind Via As Rule Hint Slot Variant ", " "+field+" ") {
				t.Errorf("%s of %s is not found in the full site", s, path)
			}
		}
	})
}

// FuzzAudit: no bytes of a site stop the audit.
func FuzzAudit(f *testing.F) {
	for _, s := range []string{"", "\\", "\\u", "\\u{", "\\ud800\\u0041", "%", "%4", "<", "<!--", "</", "&", "&#;", "titan-v2", "AAAAAAAAAAAAAAAAAAAAAAAAA", "\xff\xfe"} {
		f.Add(s, s)
	}
	in := audience.AuditInput{Full: darkShop()}
	in.Public = audience.Reduce(in.Full, customers())
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.HasPrefix(before, "BEGIN:VCALENDAR") {
			return // there the blank may be that of a fold
		}
		r, err := audience.Audit(fstest.MapFS{"x": {Data: []byte(before + " titan-v2 " + after)}}, in)
		if err != nil || len(r.Findings) == 0 {
			t.Errorf("%v: the secret is not found between %q and %q", err, before, after)
		}
	})
}

// BenchmarkAudit audits 5,000 pages of 8 kB for the secrets of 20,000 changes.
func BenchmarkAudit(b *testing.B) {
	const count, size = 5_000, 8_000
	l := shop()
	for i := range 20_000 {
		h, err := ledger.ParseHash(fmt.Sprintf("%08x%032x", i*7919, i))
		if err != nil {
			b.Fatal(err)
		}
		l.Changes = append(l.Changes, ledger.Change{
			ID: ledger.ChangeID(h.Short()), Commit: h, Commits: []ledger.Hash{h}, Title: fmt.Sprintf("fix: corner case %d of the price list", i),
			Body: strings.Repeat(fmt.Sprintf("word%d of a body that says why this was done and how ", i), 4), Author: fmt.Sprintf("Author %d", i%50),
		})
	}
	site := fstest.MapFS{}
	page := "<article class=\"note\"><h2>Search &amp; find</h2><p>You can now <b>search</b> in all of your orders, and sort them.</p></article>\n"
	for i := range count {
		site[fmt.Sprintf("notes/%d/index.html", i)] = &fstest.MapFile{Data: []byte(strings.Repeat(page, size/len(page)))}
	}
	in := audience.AuditInput{Full: l, Public: audience.Reduce(l, customers())}
	b.SetBytes(count * size)
	for b.Loop() {
		r, err := audience.Audit(site, in)
		if err != nil || len(r.Findings) > 0 {
			b.Fatal(err, r.Findings)
		}
	}
}

// TestNeighbours: the end of one block and the beginning of the next make no
// title together; what a line break or an inline tag parts does.
func TestNeighbours(t *testing.T) {
	in := audience.AuditInput{Full: shop(ledger.Change{Title: "New release", Type: "chore"})}
	in.Public = audience.Reduce(in.Full, customers())
	for page, want := range map[string]int{
		"<li>What is new</li></ul><h1>Release of prices</h1>": 0,
		"<p>a new<br>release</p>":                             1,
		"<p>a <b>new</b> release</p>":                         1,
	} {
		r, err := audience.Audit(fstest.MapFS{"index.html": {Data: []byte(page)}}, in)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Findings) != want {
			t.Errorf("%s: %v, want %d", page, r.Findings, want)
		}
	}
}

// TestLists: the message of a withheld change lists titles that are public, each
// on a line of its own, and a page shows them one below the other. That is no
// leak; a line of the list that is not public is one.
func TestLists(t *testing.T) {
	full := func(body string) audience.AuditInput {
		in := audience.AuditInput{Full: shop(
			ledger.Change{Title: "Show the price of a gift", Type: "feat", Environments: released()},
			ledger.Change{Title: "Round to whole cents", Type: "fix", Environments: released()},
			ledger.Change{Title: "Deploy of the week", Type: "chore", Body: body},
		)}
		in.Public = audience.Reduce(in.Full, customers())
		return in
	}
	const list = "<ul><li>Show the price of a gift</li><li>Round to whole cents</li><li>Titan: baskets on credit</li></ul>"
	const prose = "<p>Show the price of a gift, round to whole cents</p>"
	for _, tt := range []struct {
		body, page string
		want       int
	}{
		{"* Show the price of a gift\n* Round to whole cents", list, 0},
		{"Show the price of a gift round to whole cents", list, 0},
		{"Show the price of a gift round to whole cents", prose, 1}, // one block: words of its own
		{"* Round to whole cents\n* Titan: baskets on credit", list, 1},
	} {
		r, err := audience.Audit(fstest.MapFS{"index.html": {Data: []byte(tt.page)}}, full(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		if got := min(len(r.Findings), 1); got != tt.want {
			t.Errorf("of %q on %s: %v, want %d", tt.body, tt.page, r.Findings, tt.want)
		}
	}
}

// The name of an attribute and the words in it make no sentence together, unless
// the words are withheld by themselves.
func TestAttributeIsNoSentence(t *testing.T) {
	in := audience.AuditInput{
		Full: shop(
			ledger.Change{Title: "One site for many repositories", Type: "feat", Environments: released()},
			ledger.Change{Title: "Tidy", Type: "chore", Author: "Chris", Body: "content: one site for many repositories\n\nalt: the wide blue lamp of Berlin\n\nSee lamp 1.2.3-beta.4 lamp for all"},
			ledger.Change{Title: "Thanks to ChrisBerg for lamp 1.2.3-beta.4", Type: "feat", Environments: released()},
		),
		Allowed: []string{`<meta name="x" content="y"><img alt="z">`},
	}
	in.Public = audience.Reduce(in.Full, customers())
	for file, want := range map[string]int{
		`<meta property="og:title" content="One site for many repositories">`: 0,
		`<img alt="The wide blue lamp of Berlin">`:                            1,
		`<p>content: one site for many repositories</p>`:                      1,
	} {
		r, err := audience.Audit(fstest.MapFS{"index.html": {Data: []byte(file)}}, in)
		if err != nil {
			t.Fatal(err)
		}
		if got := min(len(r.Findings), 1); got != want {
			t.Errorf("%s: %v, want %d", file, r.Findings, want)
		}
	}
}

// TestPublicTogether: an index lists words that are public one by one, in an
// order of its own, and data have the date of what is public: that is no leak,
// though a message that is withheld says the same in a row. A word that is not
// public among them is one.
func TestPublicTogether(t *testing.T) {
	in := audience.AuditInput{Full: shop(
		ledger.Change{Title: "Needs lodash 4.17.15, and not 4.17.20", Type: "feat", Environments: released()},
		ledger.Change{Title: "Tidy", Type: "chore", Body: "lodash 4.17.15 4.17.20 released at 2026-03-03T09:00:00Z titan 1.2.3 and 4.5.6"},
	)}
	in.Public = audience.Reduce(in.Full, customers())
	for file, want := range map[string]int{
		`{"terms":["4.17.15","4.17.20","lodash"]}`:  0,
		`{"moves":[{"at":"2026-03-03T09:00:00Z"}]}`: 0,
		`{"terms":["titan","1.2.3","and","4.5.6"]}`: 1,
		`{"text":"titan 1.2.3 and 4.5.6"}`:          1,
	} {
		r, err := audience.Audit(fstest.MapFS{"data.json": {Data: []byte(file)}}, in)
		if err != nil {
			t.Fatal(err)
		}
		if got := min(len(r.Findings), 1); got != want {
			t.Errorf("%s: %v, want %d", file, r.Findings, want)
		}
	}
}

// TestWholeText: a title is public with whatever marks are in it, though a list
// in JSON is parted by the same marks, and a calendar writes them in its own way.
func TestWholeText(t *testing.T) {
	in := audience.AuditInput{Full: shop(
		ledger.Change{Title: `Prices of "/", "?", and of more than that`, Type: "feat", Environments: released()},
		ledger.Change{Title: "Tidy", Type: "chore", Body: `This says: Prices of "/", "?", and of more than that`},
	)}
	in.Public = audience.Reduce(in.Full, customers())
	file := "BEGIN:VCALENDAR\r\nSUMMARY:Prices of \"/\"\\, \"?\"\\, and of more than that\r\nEND:VCALENDAR\r\n"
	r, err := audience.Audit(fstest.MapFS{"new.ics": {Data: []byte(file)}}, in)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) > 0 {
		t.Errorf("%v", r.Findings)
	}
}

// TestFolded: a calendar is folded anywhere in a word. What is folded is found,
// and half a word is not what it would be alone.
func TestFolded(t *testing.T) {
	for text, want := range map[string]string{
		"BEGIN:VCALENDAR\r\nSUMMARY:the tit\r\n an-v2\r\n  flag\r\n":    "flag plain",
		"BEGIN:VCALENDAR\r\nSUMMARY:by Ann Author\r\n ess of books\r\n": "",
	} {
		if got := strings.Join(audit(t, "new.ics", text), ", "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestUnread: what hides its text is told, and what it is packed in opened.
func TestUnread(t *testing.T) {
	in := audience.AuditInput{Full: darkShop()}
	in.Public = audience.Reduce(in.Full, customers())
	r, err := audience.Audit(fstest.MapFS{
		"guide.pdf": {Data: []byte("%PDF-1.7 \x00\x01")}, "a.css.br": {Data: []byte("x")}, "b.gz": {Data: []byte("\x1f\x8b\x08 no stream")},
		"x.txt": {Data: []byte("x marks the spot")}, "y.css": {Data: []byte("x^2 + y^2")},
	}, in)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"a.css.br", "b.gz", "guide.pdf"}, r.Unread); d != "" {
		t.Error(d)
	}
}
