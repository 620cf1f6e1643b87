package pages

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// mostAddresses is how many addresses one sitemap may hold.
const mostAddresses = 50_000

// robots tells crawlers what they may read.
func robots(s Site) Page {
	text := "User-agent: *\nAllow: /\n"
	if s.NoIndex {
		text = "User-agent: *\nDisallow: /\n"
	} else if s.Base != "" {
		text += "\nSitemap: " + s.absolute("/sitemap.xml") + "\n"
	}
	return Page{Path: "/robots.txt", Data: Text(text)}
}

// sitemap collects the addresses of a site while its pages are made, and writes
// them last. It keeps nothing for a site that must not be indexed.
type sitemap struct {
	site Site
	urls []string
}

func (m *sitemap) wants() bool { return m.site.Base != "" && !m.site.NoIndex }

func (m *sitemap) add(p Page) {
	if m.wants() && strings.HasSuffix(p.Path, "/") && !p.Unlisted && p.Template != "redirect" && p.Template != "choices" {
		m.urls = append(m.urls, m.site.absolute(p.Path))
	}
}

// pages writes one file, or an index with parts for more than fit into one.
func (m *sitemap) pages(yield func(Page) bool) bool {
	if !m.wants() {
		return true
	}
	if len(m.urls) <= mostAddresses {
		return yield(Page{Path: "/sitemap.xml", Data: urlSet("urlset", "url", m.urls)})
	}
	var parts []string
	for n := 1; len(m.urls) > 0; n++ {
		path := "/sitemap-" + strconv.Itoa(n) + ".xml"
		part := m.urls[:min(len(m.urls), mostAddresses)]
		m.urls = m.urls[len(part):]
		parts = append(parts, m.site.absolute(path))
		if !yield(Page{Path: path, Data: urlSet("urlset", "url", part)}) {
			return false
		}
	}
	return yield(Page{Path: "/sitemap.xml", Data: urlSet("sitemapindex", "sitemap", parts)})
}

func urlSet(root, item string, urls []string) Text {
	var b strings.Builder
	b.WriteString(xml.Header + "<" + root + " xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
	for _, u := range urls {
		b.WriteString("<" + item + "><loc>")
		if err := xml.EscapeText(&b, []byte(u)); err != nil {
			panic(err) // a strings.Builder takes all that it is given
		}
		b.WriteString("</loc></" + item + ">\n")
	}
	b.WriteString("</" + root + ">\n")
	return Text(b.String())
}
