package feed_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
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
		content, isHTML := item["content_html"].(string)
		text, isText := item["content_text"].(string)
		if !isHTML && !isText || content+text == "" {
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
		r.html(content, "item/content_html", true)
		r.lists(item)
		r.objects(item, "item")
	}
	if s, ok := f["language"].(string); ok {
		r.language(s, "feed/language")
	}
	r.objects(f, "feed")
}

// lists checks the tags and attachments of an item.
func (r *report) lists(item map[string]any) {
	if tags, ok := item["tags"]; ok {
		list, isList := tags.([]any)
		for _, t := range list {
			s, isString := t.(string)
			isList = isList && isString && strings.TrimSpace(s) != ""
		}
		if !isList {
			r.fail("InvalidTags", "item")
		}
	}
	attachments, ok := item["attachments"].([]any)
	if !ok && item["attachments"] != nil {
		r.fail("InvalidAttachment", "item")
	}
	for _, v := range attachments {
		a, _ := v.(map[string]any)
		address, _ := a["url"].(string)
		kind, _ := a["mime_type"].(string)
		if address == "" || kind == "" {
			r.fail("InvalidAttachment", "item")
		}
	}
}

// objects checks what the format does not know: an object whose name is an
// underscore and a letter, and that says what it is about.
func (r *report) objects(m map[string]any, where string) {
	for key, v := range m {
		if !strings.HasPrefix(key, "_") {
			continue
		}
		object, ok := v.(map[string]any)
		about, _ := object["about"].(string)
		if !ok || len(key) < 2 || !unicode.IsLetter(rune(key[1])) {
			r.fail("InvalidExtension", where+"/"+key)
			continue
		}
		if about == "" {
			r.warn("MissingAbout", where+"/"+key)
			continue
		}
		r.fullLink(about, where+"/"+key+"/about")
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
	people, isList := list.([]any)
	if !isList {
		r.fail("EmptyAuthor", where)
	}
	for _, a := range people {
		known := false
		author, _ := a.(map[string]any)
		for _, key := range []string{"name", "url", "avatar"} {
			s, _ := author[key].(string)
			known = known || s != ""
		}
		if !known {
			r.fail("EmptyAuthor", where)
		}
	}
}

var (
	icalLine = regexp.MustCompile(`^[A-Z0-9-]+(;[A-Z0-9-]+=[^:;"]*)*:`)
	icalUTC  = regexp.MustCompile(`^\d{8}T\d{6}Z$`)
	icalDay  = regexp.MustCompile(`^\d{8}$`)
	icalRaw  = regexp.MustCompile(`(^|[^\\])(\\\\)*(;|,|\\[^\\;,nN])`) // a mark that is not escaped
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
	properties, values := map[string]int{}, map[string]string{}
	uids := map[string]bool{}
	components := 0
	unfolded := strings.ReplaceAll(text, "\r\n ", "")
	for l := range strings.SplitSeq(strings.TrimSuffix(unfolded, "\r\n"), "\r\n") {
		if !icalLine.MatchString(l) || strings.ContainsFunc(l, func(c rune) bool { return c < ' ' || c == 0x7f }) {
			r.fail("BadLine", l)
			continue
		}
		name, value, _ := strings.Cut(l, ":")
		name, parameter, _ := strings.Cut(name, ";")
		switch name {
		case "BEGIN":
			stack = append(stack, value)
			if len(stack) == 2 {
				if components == 0 {
					r.head(properties, values)
				}
				components++
				properties, values = map[string]int{}, map[string]string{}
			}
		case "END":
			if len(stack) == 0 || stack[len(stack)-1] != value {
				r.fail("Unbalanced", l)
				return
			}
			stack = stack[:len(stack)-1]
			if value == "VEVENT" {
				r.vevent(properties, values)
			}
		default:
			properties[name]++
			values[name] = value
			if parameter == "VALUE=DATE" {
				values[name+" day"] = value
			}
			r.property(name, parameter, value, uids)
		}
	}
	if len(stack) > 0 || components == 0 {
		r.fail("EmptyCalendar", "calendar")
	}
}

// head checks what a calendar says before its first component.
func (r *report) head(properties map[string]int, values map[string]string) {
	if properties["VERSION"] != 1 || values["VERSION"] != "2.0" || properties["PRODID"] != 1 {
		r.fail("MissingProperty", "VERSION and PRODID")
	}
}

func (r *report) property(name, parameter, value string, uids map[string]bool) {
	switch name {
	case "SUMMARY", "DESCRIPTION", "NAME", "X-WR-CALNAME":
		if icalRaw.MatchString(value) {
			r.fail("RawText", name)
		}
	case "DTSTART", "DTEND":
		if parameter == "VALUE=DATE" && !icalDay.MatchString(value) || parameter == "" && !icalUTC.MatchString(value) && len(value) != len("19700101T000000") {
			r.fail("InvalidDate", value)
		}
	case "SEQUENCE":
		if n, err := strconv.Atoi(value); err != nil || n < 0 {
			r.fail("InvalidSequence", value)
		}
	case "TRANSP":
		if value != "TRANSPARENT" {
			r.warn("BlocksTime", value)
		}
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

func (r *report) vevent(properties map[string]int, values map[string]string) {
	if start, day := values["DTSTART day"]; day && (properties["DTEND"] > 0 && values["DTEND"] <= start) {
		r.fail("EmptyDay", start)
	}
	if v := values["DTSTART"]; v != "" && values["DTSTART day"] == "" && !icalUTC.MatchString(v) {
		r.fail("InvalidDate", v)
	}
	for _, name := range []string{"UID", "DTSTAMP", "DTSTART", "SUMMARY"} {
		if properties[name] != 1 {
			r.fail("MissingProperty", fmt.Sprintf("%s is there %d times", name, properties[name]))
		}
	}
	if properties["DTEND"] > 0 && properties["DURATION"] > 0 {
		r.fail("TwoEnds", "VEVENT")
	}
}
