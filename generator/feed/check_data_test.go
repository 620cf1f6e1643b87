package feed_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// checkJSON holds the rules of JSON Feed 1.1.
func (r *report) checkJSON(data []byte) {
	var f map[string]any
	if err := json.Unmarshal(data, &f); err != nil {
		r.fail("SyntaxError", err.Error())
		return
	}
	r.known(f, "feed", "version title home_page_url feed_url description user_comment next_url icon favicon authors language expired hubs items")
	if f["version"] != "https://jsonfeed.org/version/1.1" {
		r.fail("Version", "feed")
	}
	for _, key := range []string{"title", "home_page_url", "feed_url"} {
		if s, _ := f[key].(string); s == "" {
			r.fail("MissingElement", "feed/"+key)
		}
	}
	r.authors(f, "feed")
	items, ok := f["items"].([]any)
	if !ok {
		r.fail("MissingElement", "feed/items")
	}
	seen := map[string]bool{}
	for _, v := range items {
		item, _ := v.(map[string]any)
		r.known(item, "item", "id url external_url title content_html content_text summary image banner_image date_published date_modified authors tags language attachments")
		id, _ := item["id"].(string)
		if id == "" || seen[id] {
			r.fail("InvalidID", "item "+id)
		}
		seen[id] = true
		r.tag(id, "item/id")
		if _, ok := item["content_html"].(string); !ok {
			r.fail("MissingContent", id)
		}
		for _, key := range []string{"date_published", "date_modified"} {
			s, _ := item[key].(string)
			r.rfc3339Date(s, "item/"+key)
		}
		if s, _ := item["url"].(string); s != "" {
			r.fullLink(s, "item/url")
		}
		r.authors(item, "item")
		html, _ := item["content_html"].(string)
		r.html(html, "item/content_html", true)
	}
}

// known reports names that the format does not have and that are no extension.
func (r *report) known(m map[string]any, where, names string) {
	for key := range m {
		if !strings.HasPrefix(key, "_") && !strings.Contains(" "+names+" ", " "+key+" ") {
			r.fail("UndefinedElement", where+"/"+key)
		}
	}
}

func (r *report) authors(m map[string]any, where string) {
	list, ok := m["authors"]
	if !ok {
		return
	}
	for _, a := range list.([]any) {
		if len(a.(map[string]any)) == 0 {
			r.fail("EmptyAuthor", where)
		}
	}
}

var (
	icalLine = regexp.MustCompile(`^[A-Z0-9-]+(;[A-Z0-9-]+=[^:;"]*)*:`)
	icalUTC  = regexp.MustCompile(`^\d{8}T\d{6}Z$`)
)

// checkICal holds the rules of RFC 5545 for what we write.
func (r *report) checkICal(data []byte) {
	if !utf8.Valid(data) {
		r.fail("BadCharacters", "calendar")
	}
	text := string(data)
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") || !strings.HasSuffix(text, "\r\n") {
		r.fail("LineEnd", "calendar")
	}
	for l := range strings.SplitSeq(text, "\r\n") {
		if len(l) > 75 {
			r.fail("LongLine", l)
		}
		if !utf8.ValidString(l) {
			r.fail("CutCharacter", l)
		}
	}
	var stack []string
	properties := map[string]int{}
	uids := map[string]bool{}
	components := 0
	unfolded := strings.ReplaceAll(text, "\r\n ", "")
	for l := range strings.SplitSeq(strings.TrimSuffix(unfolded, "\r\n"), "\r\n") {
		if !icalLine.MatchString(l) || strings.ContainsFunc(l, func(c rune) bool { return c < ' ' || c == 0x7f }) {
			r.fail("BadLine", l)
			continue
		}
		name, value, _ := strings.Cut(l, ":")
		name, _, _ = strings.Cut(name, ";")
		switch name {
		case "BEGIN":
			stack = append(stack, value)
			if len(stack) == 2 {
				components++
				properties = map[string]int{}
			}
		case "END":
			if len(stack) == 0 || stack[len(stack)-1] != value {
				r.fail("Unbalanced", l)
				return
			}
			stack = stack[:len(stack)-1]
			if value == "VEVENT" {
				r.vevent(properties)
			}
		default:
			properties[name]++
			r.property(name, value, uids)
		}
	}
	if len(stack) > 0 || components == 0 {
		r.fail("EmptyCalendar", "calendar")
	}
}

func (r *report) property(name, value string, uids map[string]bool) {
	switch name {
	case "UID":
		if uids[value] {
			r.fail("DuplicateUID", value)
		}
		uids[value] = true
	case "DTSTAMP", "LAST-MODIFIED":
		if !icalUTC.MatchString(value) {
			r.fail("InvalidDate", value)
		}
	case "URL":
		if u, err := url.Parse(value); err != nil || !u.IsAbs() {
			r.fail("InvalidFullLink", value)
		}
	case "STATUS":
		if value != "TENTATIVE" && value != "CONFIRMED" && value != "CANCELLED" {
			r.fail("InvalidStatus", value)
		}
	}
}

func (r *report) vevent(properties map[string]int) {
	for _, name := range []string{"UID", "DTSTAMP", "DTSTART", "SUMMARY"} {
		if properties[name] != 1 {
			r.fail("MissingProperty", fmt.Sprintf("%s is there %d times", name, properties[name]))
		}
	}
	if properties["DTEND"] > 0 && properties["DURATION"] > 0 {
		r.fail("TwoEnds", "VEVENT")
	}
}
