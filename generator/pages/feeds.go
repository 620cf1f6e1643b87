package pages

// FeedsPage tells how to subscribe, and to what.
type FeedsPage struct {
	Frame
	// First is the feed to take by somebody who wants one: the first of those of
	// the whole site; FirstAddress and Calendar are its files for a feed reader and
	// for a calendar, zero where it has none.
	First        FeedView
	FirstAddress FeedLink
	Calendar     FeedLink
	Groups       []FeedGroup
	// List is the file of all feeds that readers import, zero when there are
	// none.
	List FeedLink
	// More leads to what there is for programs and for other pages.
	More []Link
}

// FeedGroup is a list of feeds under one heading.
type FeedGroup struct {
	Title string // "" for those of the whole site
	ID    string // of the heading
	Feeds []FeedView
	// Folded is "37 feeds" where there are many, which are shown on demand; else
	// "".
	Folded string
}

// FeedView is one feed with its files.
type FeedView struct {
	Title, About string
	Page         Link // about the same thing; its Href is "" when there is none
	Formats      []FeedLink
	Archives     string // "3 archives", with what is too old for it; or ""
}

// FeedLink is one file of a feed. Address is what a reader is told to paste: the
// absolute address where the site knows it.
type FeedLink struct{ Name, Type, Href, Address string }

// listedFeeds is how many feeds of a group are shown without being asked for.
const listedFeeds = 12

// opmlPath is where the list of all feeds stands.
const opmlPath = "/feeds/feeds.opml"

func (f framer) feedsPage() Page {
	p := at("/feeds/")
	title := "Feeds"
	if f.audience != "team" {
		title = "Subscribe" // what a customer wants to do, and not what it is made of
	}
	page := &FeedsPage{Frame: f.timeless().frame(p, "feeds", title, "/feeds/")}
	place := map[string]int{}
	for _, feed := range f.feeds {
		v := FeedView{Title: feed.Title, About: feed.About}
		if feed.Archives > 0 {
			v.Archives = count(feed.Archives, "archive")
		}
		if feed.Scope != "" {
			v.Page = Link{feed.Title, p.to(feed.Scope)}
		}
		for _, format := range feed.Formats {
			v.Formats = append(v.Formats, f.feedLink(p, format))
		}
		i, ok := place[feed.Group]
		if !ok {
			i = len(page.Groups)
			place[feed.Group] = i
			page.Groups = append(page.Groups, FeedGroup{Title: feed.Group, ID: "feeds-" + Segment(feed.Group)})
		}
		page.Groups[i].Feeds = append(page.Groups[i].Feeds, v)
	}
	page.lead()
	for i := range page.Groups {
		if n := len(page.Groups[i].Feeds); n > listedFeeds {
			page.Groups[i].Folded = count(n, "feed")
		}
	}
	if len(f.feeds) > 0 {
		page.List = f.feedLink(p, FeedFormat{"OPML", "text/x-opml", opmlPath})
	}
	for _, m := range []Link{{"Data for programs", "/data/"}, {"Badges for other pages", "/badges/"}} {
		if f.has[m.Href] {
			page.More = append(page.More, Link{m.Text, p.to(m.Href)})
		}
	}
	return made("/feeds/", "feeds", page)
}

// lead finds the feed for those who want one.
func (page *FeedsPage) lead() {
	if len(page.Groups) == 0 {
		return
	}
	page.First = page.Groups[0].Feeds[0]
	for _, l := range page.First.Formats {
		switch {
		case l.Type == "text/calendar":
			page.Calendar = l
		case page.FirstAddress.Href == "":
			page.FirstAddress = l
		}
	}
}

func (f framer) feedLink(p place, format FeedFormat) FeedLink {
	return FeedLink{Name: format.Name, Type: format.Type, Href: p.to(format.Path), Address: f.site.absolute(format.Path)}
}
