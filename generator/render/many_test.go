package render_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"daylight/generator/ledger"
	"daylight/generator/pages"
)

// manyEnvironments is the sample with n sandboxes beside production and staging;
// each runs the shop, and holds every change of the sample.
func manyEnvironments(n int) *ledger.Ledger {
	l := sampleLedger()
	for i := range n {
		name := ledger.EnvironmentName(fmt.Sprintf("sandbox-%02d", i+1))
		live := l.Environments[1].Live[0]
		live.Deployment = ""
		l.Environments = append(l.Environments, ledger.Environment{Name: name, Tier: ledger.TierOther, Live: []ledger.Live{live}})
		for k := range l.Changes {
			in := l.Changes[k].Environments[1]
			in.Environment = name
			l.Changes[k].Environments = append(slices.Clip(l.Changes[k].Environments), in)
		}
	}
	return l
}

// Dozens of environments: those that everybody asks about stand in front, the
// others are folded, on every page.
func TestSandboxesAreFolded(t *testing.T) {
	in := sampleInput("")
	in.Ledger = manyEnvironments(38)
	files := site(t, pages.Team(in))
	board := document(t, files, "index.html")
	if got := texts(find(board, ".lanes table")[0], "thead th"); !slices.Equal(got, []string{"Component", "production", "staging"}) {
		t.Errorf("columns of the board: %q", got)
	}
	if got := texts(board, ".folded summary"); !slices.Equal(got, []string{"38 other environments"}) {
		t.Errorf("folded: %q", got)
	}
	if got := len(find(board, ".folded tbody tr")); got != 38 {
		t.Errorf("%d folded lanes", got)
	}
	list := document(t, files, "changes/index.html")
	if got := texts(list, "caption"); !slices.Equal(got, []string{"The newest changes, without 38 other environments"}) {
		t.Errorf("caption: %q", got)
	}
	change := document(t, files, changeFile("Gift cards"))
	if got := texts(change, ".folded summary"); !slices.Equal(got, []string{"Deployed to 38 other environments"}) {
		t.Errorf("a change says %q", got)
	}
	if got := len(find(change, ".statuses .where")); got != 2 {
		t.Errorf("%d statuses in front, want 2", got)
	}
}

// A few environments are all shown, whatever their tier.
func TestFewEnvironmentsAreColumns(t *testing.T) {
	in := sampleInput("")
	in.Ledger = manyEnvironments(4)
	board := document(t, site(t, pages.Team(in)), "index.html")
	if got := len(find(board, ".lanes thead th")); got != 7 || len(find(board, ".folded")) != 0 {
		t.Errorf("%d heads, want the component and 6 environments, and nothing folded", got)
	}
}

// One version, one deployment and one flag of everything, of which half is dark:
// lists are cut into parts, each change stands on one of them, and no page
// weighs more than a phone can take.
func TestLongListsAreCut(t *testing.T) {
	const all, heaviest = 1_050, 300_000
	in := sampleInput("")
	l := manyChanges(all)
	var ids []ledger.ChangeID
	for i := range l.Changes {
		l.Changes[i].Title = strings.Repeat("A title that is rather long ", 4)
		l.Changes[i].Version = "v1.5.0"
		ids = append(ids, l.Changes[i].ID)
	}
	l.Versions[1].Changes, l.Deployments[2].Gained, l.Flags[1].Changes = ids, ids[:900], ids[:150]
	for i := range 8 {
		l.Environments = append(l.Environments, ledger.Environment{Name: ledger.EnvironmentName(fmt.Sprintf("uat-%02d", i)), Tier: ledger.TierTesting})
		for k := range l.Changes {
			state := l.Changes[k].Environments[1]
			state.Environment = l.Environments[2+i].Name
			l.Changes[k].Environments = append(slices.Clip(l.Changes[k].Environments), state)
		}
	}
	in.Ledger = l
	files := site(t, pages.Team(in))
	for path, data := range files {
		if len(data) > heaviest {
			t.Errorf("%s weighs %d kB", path, len(data)/1000)
		}
	}
	for at, want := range map[string]int{
		"versions/v1.5.0/": 1_000, "deployments/tag~3adeploy~2fproduction~2f03-13/": 900, "flags/basket-v2/": 150,
	} {
		listed := map[string]bool{}
		for n := 1; ; n++ {
			path := at + "index.html"
			if n > 1 {
				path = fmt.Sprintf("%spart-%d/index.html", at, n)
			}
			if files[path] == nil {
				break
			}
			doc := document(t, files, path)
			for _, row := range find(doc, ".changes tbody th[scope=row]") {
				listed[strings.TrimLeft(attr(find(row, "a")[0], "href"), "./")] = true
			}
			if got := texts(doc, ".months a[aria-current=page]"); !slices.Equal(got, []string{fmt.Sprint("Part ", n)}) {
				t.Errorf("%s is part %q", path, got)
			}
		}
		if len(listed) != want {
			t.Errorf("%s lists %d changes, want %d", at, len(listed), want)
		}
	}
	if got := texts(document(t, files, "versions/v1.5.0/index.html"), ".more"); !slices.Equal(got, []string{"And 50 more, in the list of all changes"}) {
		t.Errorf("what is left: %q", got)
	}
}

// Customers of a product with hundreds of versions: a note's link finds its
// version on the part on which that stands.
func TestManyVersionsForCustomers(t *testing.T) {
	in := samplePublic("https://x.example/")
	in.Versions = nil
	for i := range 250 {
		in.Versions = append(in.Versions, pages.Version{Name: fmt.Sprintf("v2.%d.0", 250-i), At: day("03-01 10:00").AddDate(0, 0, -i)})
	}
	in.Notes[0].Version = "v2.7.0"
	files := site(t, pages.Customers(in))
	link := find(document(t, files, "notes/instalments/index.html"), ".in-version a")[0]
	if got := attr(link, "href"); got != "../../versions/part-3/#version-v2.7.0" {
		t.Errorf("the link is %q", got)
	}
	if got := find(document(t, files, "versions/part-3/index.html"), "[id=version-v2.7.0]"); len(got) != 1 {
		t.Errorf("the version is there %d times", len(got))
	}
	if got := texts(document(t, files, "versions/index.html"), ".months a"); !slices.Equal(got, []string{"Part 1", "Part 2", "Part 3"}) {
		t.Errorf("parts: %q", got)
	}
}
