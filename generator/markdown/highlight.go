package markdown

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/util"
)

// Bounds of highlighting; what is beyond is shown plain. The lexers are regular
// expressions that backtrack, and what gives up by the clock would not be the
// same on every machine: so they get short texts only.
const (
	maxCode = 20 << 10
	maxLine = 1 << 10
)

// languageName gives the name of a fenced block's language when it is a plain
// word, else "".
func languageName(info []byte) string {
	if len(info) == 0 || len(info) > 30 {
		return ""
	}
	for _, c := range info {
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '-' || c == '#' || c == '.' || c == '_':
		default:
			return ""
		}
	}
	return strings.ToLower(string(info))
}

// highlight writes code with a span around each token that has a colour.
func highlight(w util.BufWriter, language, code string) {
	tokens := tokenize(language, code)
	if tokens == nil {
		_, _ = w.Write(util.EscapeHTML([]byte(code)))
		return
	}
	for i := 0; i < len(tokens); {
		class := tokenClass(tokens[i].Type)
		value := tokens[i].Value
		for i++; i < len(tokens) && tokenClass(tokens[i].Type) == class; i++ {
			value += tokens[i].Value
		}
		if class == "" || strings.TrimSpace(value) == "" {
			_, _ = w.Write(util.EscapeHTML([]byte(value)))
			continue
		}
		_, _ = w.WriteString(`<span class="` + class + `">`)
		_, _ = w.Write(util.EscapeHTML([]byte(value)))
		_, _ = w.WriteString("</span>")
	}
}

// tokenize gives nil for code that is to be shown plain. A lexer that panics on
// odd input (their state machines do) or loses text costs the colours only.
func tokenize(language, code string) (tokens []chroma.Token) {
	if language == "" || len(code) > maxCode || longLine(code) {
		return nil
	}
	lexer := lexers.Get(language)
	if lexer == nil || strings.Contains(language, ".") { // a name, not a file
		return nil
	}
	defer func() {
		if recover() != nil {
			tokens = nil
		}
	}()
	it, err := lexer.Tokenise(&chroma.TokeniseOptions{State: "root"}, code)
	if err != nil {
		return nil
	}
	n := 0
	for t := it(); t != chroma.EOF; t = it() {
		tokens = append(tokens, t)
		n += len(t.Value)
	}
	if n != len(code) {
		return nil
	}
	return tokens
}

func longLine(code string) bool {
	for line := range strings.Lines(code) {
		if len(line) > maxLine {
			return true
		}
	}
	return false
}

// tokenClass gives the class of a token, "" for what has the text's own colour.
// There are few, so that a theme can colour them all well.
func tokenClass(t chroma.TokenType) string {
	switch {
	case t == chroma.CommentPreproc, t == chroma.CommentPreprocFile:
		return "cp"
	case t.InCategory(chroma.Comment):
		return "c"
	case t.InCategory(chroma.Keyword):
		return "k"
	case t.InSubCategory(chroma.LiteralString):
		return "s"
	case t.InCategory(chroma.Literal):
		return "m"
	case t == chroma.NameFunction, t == chroma.NameFunctionMagic, t == chroma.NameClass, t == chroma.NameDecorator:
		return "nf"
	case t == chroma.NameTag, t == chroma.NameAttribute, t == chroma.NameProperty, t == chroma.NameLabel:
		return "nt"
	case t == chroma.NameBuiltin, t == chroma.NameBuiltinPseudo, t == chroma.NameConstant, t.InSubCategory(chroma.NameVariable):
		return "nb"
	case t == chroma.GenericInserted:
		return "gi"
	case t == chroma.GenericDeleted:
		return "gd"
	case t == chroma.GenericHeading, t == chroma.GenericSubheading, t == chroma.GenericStrong:
		return "gh"
	case t == chroma.GenericPrompt:
		return "c"
	}
	return ""
}

// codeColour is the colour of a class of tokens in both schemes.
type codeColour struct{ class, name, light, dark string }

// codeColours have a contrast of at least 4.5 to lightCode and darkCode.
func codeColours() []codeColour {
	return []codeColour{
		{"k", "keyword", "#7a2a9a", "#d3a6f2"},
		{"s", "string", "#1c6b3a", "#93d7a8"},
		{"m", "number", "#8f4a00", "#f0b884"},
		{"c", "comment", "#59616e", "#9ca6b6"},
		{"cp", "directive", "#8a3b12", "#f0a98a"},
		{"nf", "function", "#1d4fb8", "#94b9ff"},
		{"nt", "tag", "#0f6273", "#7fd3e3"},
		{"nb", "builtin", "#75510a", "#e3c876"},
		{"gi", "inserted", "#1c6b3a", "#93d7a8"},
		{"gd", "deleted", "#a8262f", "#ff9ea4"},
		{"gh", "heading", "#1d4fb8", "#94b9ff"},
	}
}

// The backgrounds of code in the two schemes.
const (
	lightCode, lightText = "#f4f5f8", "#1d222b"
	darkCode, darkText   = "#171b24", "#e3e7ee"
)

// CSS gives the style sheet for highlighted code: custom properties named
// --code-…, which a theme may set otherwise, and the rules that use them. The
// dark ones apply by the reader's preference, and by data-scheme="dark" or
// "light" on the root element.
func CSS() []byte {
	var b, light, dark bytes.Buffer
	fmt.Fprintf(&light, "--code-background:%s;--code-text:%s", lightCode, lightText)
	fmt.Fprintf(&dark, "--code-background:%s;--code-text:%s", darkCode, darkText)
	for _, c := range codeColours() {
		fmt.Fprintf(&light, ";--code-%s:%s", c.name, c.light)
		fmt.Fprintf(&dark, ";--code-%s:%s", c.name, c.dark)
	}
	fmt.Fprintf(&b, ":root{%s}\n", light.Bytes())
	fmt.Fprintf(&b, "@media (prefers-color-scheme:dark){:root:not([data-scheme=light]){%s}}\n", dark.Bytes())
	fmt.Fprintf(&b, ":root[data-scheme=dark]{%s}\n", dark.Bytes())
	b.WriteString(".code{background:var(--code-background);color:var(--code-text)}\n")
	for _, c := range codeColours() {
		fmt.Fprintf(&b, ".code .%s{color:var(--code-%s)}\n", c.class, c.name)
	}
	b.WriteString(".code .gh{font-weight:bold}\n")
	return b.Bytes()
}
