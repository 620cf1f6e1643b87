package render_test

import (
	"slices"
	"strings"
	"testing"

	"daylight/generator/ledger"
	"daylight/generator/pages"
)

func TestBoardAnswersAtAGlance(t *testing.T) {
	doc := document(t, site(t, pages.Team(sampleInput(""))), "index.html")
	for selector, want := range map[string][]string{
		".lanes thead th":                 {"Component", "production", "staging"},
		".lanes tbody th":                 {"checkout", "shop"},
		".lanes .live .version":           {"v1.4.0", "v1.5.0", "v1.5.0", "v1.5.1-rc.1"},
		".lanes .live .who":               {"75 % of traffic", "25 % of traffic"},
		".lanes .behind.is-dark":          {"2 dark here"},
		".tally .number":                  {"2", "3", "0", "3", "2", "2"},
		"[aria-labelledby=dark] .flag":    {"basket-v2"},
		"[aria-labelledby=planned] .flag": {"instalments", "instalments"},
	} {
		if got := texts(doc, selector); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", selector, got, want)
		}
	}
	behind := strings.Join(texts(doc, ".lanes .behind"), "; ")
	if !strings.Contains(behind, "1 change behind staging") || !strings.Contains(behind, "2 changes behind the mainline") {
		t.Errorf("drift reads %q", behind)
	}
	if got := texts(doc, "[aria-labelledby=taken-back] .badge"); !slices.Equal(got, []string{"Un-released", "Reverted", "Rolled back"}) {
		t.Errorf("taken back: %q", got)
	}
}

func TestListShowsBothDates(t *testing.T) {
	doc := document(t, site(t, pages.Team(sampleInput(""))), "changes/index.html")
	var gift string
	for _, row := range find(doc, "tbody tr") {
		if strings.HasPrefix(text(row), "Gift cards") {
			gift = text(find(row, "[data-label=production]")[0])
		}
	}
	if gift != "Released deployed 3 Feb 2026 released 14 Feb 2026" {
		t.Errorf("the cell reads %q", gift)
	}
	badges := texts(doc, "td .badge")
	for _, word := range []string{"Not deployed", "Dark", "Limited", "Released", "Un-released", "Rolled back", "Reverted", "Unknown"} {
		if !slices.Contains(badges, word) {
			t.Errorf("no change is %s", word)
		}
	}
}

// changeFile finds the page of a change of the sample by its title.
func changeFile(title string) string {
	for _, c := range sampleChanges() {
		if c.Title == title {
			return "changes/" + string(c.ID) + "/index.html"
		}
	}
	return ""
}

func TestChangeTellsItsStory(t *testing.T) {
	files := site(t, pages.Team(sampleInput("")))
	doc := document(t, files, changeFile("Gift cards"))
	if got := texts(doc, ".dates tbody tr [data-label=Deployed] time"); !slices.Equal(got, []string{"3 Feb 2026", "2 Feb 2026"}) {
		t.Errorf("deployed: %q", got)
	}
	if got := text(find(doc, ".dates tbody tr")[0]); !strings.Contains(got, "dark for 7 days") {
		t.Errorf("dates of production: %q", got)
	}
	story := texts(doc, ".story li")
	if len(story) != 8 || !strings.Contains(story[0], "Merged") || !strings.Contains(story[6], "Released in production") {
		t.Errorf("story: %q", story)
	}
	if got := texts(doc, ".way .row-label"); !slices.Equal(got, []string{"In the code, then in v1.3.0", "Production", "Staging"}) {
		t.Errorf("the picture's rows: %q", got)
	}
	if got := len(find(doc, ".way .look-limited rect")); got != 2 {
		t.Errorf("%d stretches of dawn, want 2", got)
	}
	basket := document(t, files, changeFile("Basket: new layout"))
	if got := texts(basket, ".note-text h3"); !slices.Equal(got, []string{"A basket that follows you"}) {
		t.Errorf("what people are told: %q", got)
	}
	sorted := document(t, files, changeFile("Sort orders by delivery date"))
	if got := text(find(sorted, "main")[0]); !strings.Contains(got, "Reverted by") || !strings.Contains(got, "is not deployed to staging yet") {
		t.Error("a revert that staging has not got yet is not told")
	}
}

func TestShortAddressesLead(t *testing.T) {
	files := site(t, pages.Team(sampleInput("https://x.example/")))
	one := document(t, files, "changes/pr/112/index.html")
	if got := attr(find(one, "meta[http-equiv=refresh]")[0], "content"); !strings.HasPrefix(got, "0; url=../../../changes/") {
		t.Errorf("refresh: %q", got)
	}
	if got := len(find(document(t, files, "changes/pr/107/index.html"), "main ul li a")); got != 2 {
		t.Errorf("a number of two changes lists %d", got)
	}
	if len(find(document(t, files, "changes/feedfacecafe/index.html"), "meta[http-equiv=refresh]")) != 1 {
		t.Error("an alias does not lead to its change")
	}
}

func TestFlagPage(t *testing.T) {
	files := site(t, pages.Team(sampleInput("")))
	doc := document(t, files, "flags/instalments/index.html")
	if got := len(find(doc, ".picture .look-planned rect")); got != 3 {
		t.Errorf("%d planned stretches, want 3: what is there now until the first step, and two steps", got)
	}
	if got := texts(doc, "aside .badge"); !slices.Equal(got, []string{"50 %", "On"}) {
		t.Errorf("planned: %q", got)
	}
	if got := texts(doc, ".changes tbody th a"); !slices.Contains(got, "Pay in instalments at the checkout") {
		t.Errorf("behind it: %q", got)
	}
	odd := document(t, files, "flags/~4fld~20~46lag~2fwith~20odd~20name/index.html")
	if got := texts(odd, ".is-warning"); len(got) != 1 || !strings.Contains(got[0], "off for all users for") {
		t.Errorf("a stale flag says %q", got)
	}
	if got := texts(document(t, files, "flags/index.html"), "[aria-labelledby=retired] .flag"); !slices.Equal(got, []string{"gift-cards"}) {
		t.Errorf("retired: %q", got)
	}
}

func TestDeploymentPage(t *testing.T) {
	doc := document(t, site(t, pages.Team(sampleInput(""))), "deployments/tag~3adeploy~2fproduction~2f03-03/index.html")
	if got := texts(doc, "[aria-labelledby=gained] tbody th a"); !slices.Contains(got, "Basket: new layout") {
		t.Errorf("it brought %q", got)
	}
	if got := texts(doc, "[aria-labelledby=lost] tbody th a"); !slices.Contains(got, "Sort orders by delivery date") {
		t.Errorf("it took away %q", got)
	}
	if got := texts(doc, ".neighbours a"); !slices.Equal(got, []string{"v1.5.0", "v1.3.0"}) {
		t.Errorf("its neighbours are %q", got)
	}
}

func TestVersionSaysHowMuchOfItIsReleased(t *testing.T) {
	doc := document(t, site(t, pages.Team(sampleInput(""))), "versions/v1.3.0/index.html")
	if got := texts(doc, ".title .lead"); !slices.Equal(got, []string{"1 of 2 released."}) {
		t.Errorf("lead: %q", got)
	}
	if got := texts(doc, ".group h2 .badge"); !slices.Equal(got, []string{"Released", "Reverted"}) {
		t.Errorf("groups: %q", got)
	}
}

func TestProblemsSayWhatToDo(t *testing.T) {
	doc := document(t, site(t, pages.Team(sampleInput(""))), "problems/index.html")
	if got := texts(doc, "h2 code"); !slices.Equal(got, []string{"unknown-flag", "unknown-status"}) {
		t.Errorf("rules: %q", got)
	}
	if got := texts(doc, ".hint"); len(got) != 2 || got[1] != "Write succeeded, failed or cancelled" {
		t.Errorf("hints: %q", got)
	}
	if got := texts(doc, ".origin"); !slices.Contains(got, "deployments.jsonl:7:14") {
		t.Errorf("places: %q", got)
	}
}

func TestByVersionIsSaidOnEveryPage(t *testing.T) {
	in := sampleInput("")
	in.Ledger.ReleasesBy = ledger.ReleasesVersion
	files := site(t, pages.Team(in))
	for file := range files {
		if !strings.HasSuffix(file, ".html") {
			continue
		}
		if got := texts(document(t, files, file), ".notice"); len(got) == 0 || !strings.HasPrefix(got[0], "By version") {
			t.Errorf("%s does not say it", file)
		}
	}
}

func TestEmptySiteTeaches(t *testing.T) {
	files := site(t, pages.Team(emptyInput()))
	for file, want := range map[string]string{
		"index.html": "daylight record deployment", "flags/index.html": "Flag: key", "versions/index.html": "v1.0.0",
		"environments/index.html": "deploy/production", "changes/index.html": "mainline",
	} {
		if got := text(find(document(t, files, file), ".empty")[0]); !strings.Contains(got, want) {
			t.Errorf("%s: %q does not tell of %s", file, got, want)
		}
	}
}

func TestCustomersSeeWhatTheyCanUse(t *testing.T) {
	files := site(t, pages.Customers(samplePublic("https://shop.example/")))
	doc := document(t, files, "index.html")
	if got := texts(doc, ".day h2"); !slices.Equal(got, []string{"14 March 2026", "5 March 2026", "10 February 2026", "21 January 2026"}) {
		t.Errorf("days: %q", got)
	}
	if got := texts(doc, ".note .badge"); !slices.Equal(got, []string{"25 % of users", "Taken back on 6 Mar 2026"}) {
		t.Errorf("badges: %q", got)
	}
	if got := texts(document(t, files, "notes/recommendations/index.html"), ".notice"); len(got) != 1 || !strings.Contains(got[0], "cannot use it") {
		t.Errorf("a note that was taken back says %q", got)
	}
	if got := texts(document(t, files, "versions/index.html"), "[id=version-v1.3.0]"); len(got) != 1 {
		t.Error("a note's link to its version leads nowhere")
	}
	if s := string(files["sitemap.xml"]); !strings.Contains(s, "<loc>https://shop.example/notes/instalments/</loc>") {
		t.Errorf("sitemap: %s", s)
	}
	if s := string(files["robots.txt"]); !strings.Contains(s, "Sitemap: https://shop.example/sitemap.xml") {
		t.Errorf("robots: %s", s)
	}
}
