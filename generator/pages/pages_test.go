package pages

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"daylight/generator/ledger"
)

func TestMonthsCutFromTheOldEnd(t *testing.T) {
	month := func(i int) (string, string) {
		if i < 3 {
			return "2026-04", "April 2026"
		}
		return "2026-03", "March 2026"
	}
	pages := months("/changes/", 3+250, month)
	var got []string
	for _, p := range pages {
		got = append(got, p.path+" "+p.title+" "+strconv.Itoa(len(p.items)))
	}
	want := []string{
		"/changes/2026-04/ April 2026 3",
		"/changes/2026-03/ March 2026, part 3 50",
		"/changes/2026-03/part-2/ March 2026, part 2 100",
		"/changes/2026-03/part-1/ March 2026, part 1 100",
	}
	if !slices.Equal(got, want) {
		t.Errorf("pages:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if last := pages[3].items; last[0] != 153 || last[99] != 252 {
		t.Errorf("the oldest part holds %d to %d", last[0], last[199])
	}
	// One more change in March leaves the older parts as they are.
	more := months("/changes/", 4+250, func(i int) (string, string) { return month(max(i-1, 0)) })
	if len(more[3].items) != 100 || len(more[2].items) != 100 {
		t.Error("a new change moved an older part")
	}
}

// A hotfix that was never merged stands where people look for it: in the month
// in which it was deployed.
func TestChangesOffTheMainlineHaveAPlace(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	merged := func(n int) ledger.Change { at := day(n); return ledger.Change{Merged: &at} }
	hotfix := func(days ...int) ledger.Change {
		c := ledger.Change{OffMainline: true}
		for _, n := range days {
			c.Environments = append(c.Environments, ledger.InEnvironment{State: ledger.State{Deployed: ledger.Date{When: ledger.When{At: day(n)}}}})
		}
		return c
	}
	never := ledger.Change{OffMainline: true, Environments: ledger.InEnvironments{{}}}
	order, rank := orderOf([]ledger.Change{merged(20), merged(10), hotfix(16, 15), never, hotfix(10)})
	if !slices.Equal(order, []int{0, 2, 1, 4, 3}) || !slices.Equal(rank, []int{0, 2, 1, 4, 3}) {
		t.Errorf("order %v, rank %v", order, rank)
	}
}

// The items of several lists, one after the other, on pages of ten.
func TestSpansOfLists(t *testing.T) {
	lengths := []int{12, 0, 9}
	for page, want := range map[int][][2]int{
		1: {{0, 10}, {0, 0}, {0, 0}}, 2: {{10, 12}, {0, 0}, {0, 8}}, 3: {{12, 12}, {0, 0}, {8, 9}}, 4: {{12, 12}, {0, 0}, {9, 9}},
	} {
		if got := span(lengths, 10, page); !slices.Equal(got, want) {
			t.Errorf("page %d: %v, want %v", page, got, want)
		}
	}
	if n := partsOf(lengths, 10); n != 3 {
		t.Errorf("%d parts, want 3", n)
	}
}

func TestColumnsAreWhatEverybodyAsksAbout(t *testing.T) {
	envs := func(tiers ...ledger.Tier) (out []ledger.Environment) {
		for _, tier := range tiers {
			out = append(out, ledger.Environment{Tier: tier})
		}
		return out
	}
	const p, s, q, d, o = ledger.TierProduction, ledger.TierStaging, ledger.TierTesting, ledger.TierDevelopment, ledger.TierOther
	for _, c := range []struct {
		all           []ledger.Environment
		front, folded []int
	}{
		{envs(p, o, d), []int{0, 1, 2}, nil},
		{envs(p, o, o, s, d, o, q), []int{0, 3, 6}, []int{1, 2, 4, 5}},
		{envs(p, p, p, p, p, p, p, s), []int{0, 1, 2, 3, 4, 5}, []int{6, 7}},
		{envs(o, o, d, o, o, o, o), []int{0, 1, 2, 3, 4, 5}, []int{6}},
	} {
		if front, folded := chooseColumns(c.all); !slices.Equal(front, c.front) || !slices.Equal(folded, c.folded) {
			t.Errorf("of %v: front %v, folded %v", c.all, front, folded)
		}
	}
}

func TestBriefSaysWho(t *testing.T) {
	percent := func(lo, hi ledger.Percent) ledger.Share { return ledger.Share{Lo: lo * 100_000, Hi: hi * 100_000} }
	beta := []ledger.GroupShare{{Name: "beta", Percent: ledger.Everybody()}}
	for _, c := range []struct {
		share  ledger.Share
		groups []ledger.GroupShare
		want   string
	}{
		{ledger.Everybody(), beta, "everyone"},
		{ledger.Share{}, nil, "nobody"},
		{percent(25, 25), nil, "25 %"},
		{percent(0, 40), nil, "up to 40 %"},
		{ledger.Share{}, beta, "beta"},
		{percent(5, 5), beta, "beta + 5 %"},
		{ledger.Undecided(), nil, "unknown share"},
	} {
		if got := brief(c.share, c.groups); got != c.want {
			t.Errorf("%v %v: %q, want %q", c.share, c.groups, got, c.want)
		}
	}
}

func TestAShareIsNeverRoundedToEverybody(t *testing.T) {
	almost := ledger.Exactly(ledger.Hundred - 1)
	trace := ledger.Exactly(1)
	if whole(almost) != 99 || whole(trace) != 1 || whole(ledger.Everybody()) != 100 || whole(ledger.Share{}) != 0 {
		t.Errorf("%d %d %d %d", whole(almost), whole(trace), whole(ledger.Everybody()), whole(ledger.Share{}))
	}
}

func TestStampsAreInTheZoneOfDisplay(t *testing.T) {
	zone := time.FixedZone("XST", 2*3600)
	c := clock{time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC), zone}
	got := c.stamp(time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC))
	want := Stamp{"2026-03-02T23:30:00Z", "3 Mar 2026", "3 March 2026, 01:30 XST", "17 days ago"}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if s := c.stamp(time.Date(2026, 3, 25, 0, 0, 0, 0, time.UTC)); s.Age != "in 5 days" {
		t.Errorf("what is to come is %q", s.Age)
	}
	if c.stamp(time.Time{}).Known() {
		t.Error("an unknown instant has a date")
	}
}

func TestLinkTemplates(t *testing.T) {
	for template, want := range map[string]string{
		"https://h/{path}#L{line}": "https://h/a%20dir/x%3Fy.go#L7",
		"javascript:{path}":        "",
		"":                         "",
		"//h/{path}":               "",
	} {
		if got := expand(template, "path", "a dir/x?y.go", "line", "7"); got != want {
			t.Errorf("%s: %q, want %q", template, got, want)
		}
	}
}

func TestTicketsAreFoundOnce(t *testing.T) {
	tm := &team{framer: framer{site: Site{Links: Links{Ticket: "https://t.example/{ticket}", TicketPattern: regexp.MustCompile(`\b([A-Z]+-\d+)\b`)}}}}
	got := tm.tickets(&ledger.Change{Title: "SHOP-12: basket", Body: "See SHOP-12 and SHOP-9."})
	want := []Link{{"SHOP-12", "https://t.example/SHOP-12"}, {"SHOP-9", "https://t.example/SHOP-9"}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestHostileLinesAreOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"a\n b\t c":            "a b c",
		"a\u202eb\u200bc":      "abc",
		"\x1b[31mred":          "[31mred",
		"bad \xff byte":        "bad byte",
		"keeps 👩\u200d🚀 whole": "keeps 👩\u200d🚀 whole",
	} {
		if got := oneLine(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := oneLine(strings.Repeat("ö", 1000)); len(got) > longestTitle+3 {
		t.Errorf("%d bytes", len(got))
	}
}

func TestSitemapIsCutAtItsLimit(t *testing.T) {
	m := sitemap{site: Site{Base: "https://x.example/"}}
	for i := range mostAddresses + 1 {
		m.add(Page{Path: "/changes/" + strconv.Itoa(i) + "/", Template: "change"})
	}
	var paths []string
	m.pages(func(p Page) bool { paths = append(paths, p.Path); return true })
	if want := []string{"/sitemap-1.xml", "/sitemap-2.xml", "/sitemap.xml"}; !slices.Equal(paths, want) {
		t.Errorf("files %q, want %q", paths, want)
	}
}
