// Package markdown turns Markdown into HTML that is safe to show, whoever wrote
// it. It is the only package that makes a [template.HTML]; everything else that
// reaches a page goes through html/template's escaping.
//
// The two nouns are [Renderer], which is made once and used by many goroutines,
// and [Page], which ties together the pieces of Markdown that one page shows, so
// that ids are unique on it and a term is linked at its first use only.
//
// # What is understood
//
// CommonMark, and GitHub's tables, strikethrough, task lists and bare addresses;
// footnotes; definition lists; callouts (a quote that begins with [!NOTE], [!TIP],
// [!IMPORTANT], [!WARNING] or [!CAUTION]); code in a known language is
// highlighted with classes, for which [CSS] has the colours.
//
// # What is safe
//
// Commit messages, tag messages, notes and files of a repository are hostile
// until shown otherwise. Raw HTML is shown as text, and comments are dropped.
// Links lead to http, https and mailto addresses or to places on the site; any
// other link is shown as its text. Images from elsewhere become links, since
// they would tell a third party who reads. There is no inline style and no
// script, and every attribute is written by code of this package or escaped.
//
// # What is bounded
//
// The size of the input, the nesting of quotes and lists, and the marks in one
// paragraph that the parser must match with each other. Beyond a bound, text is
// shown as it is written; nothing takes longer than its size allows.
//
// # What is accessible
//
// Code and tables that scroll can be reached by keyboard, check boxes have
// names, column headers a scope, and headings leave no level out.
//
// # What it does not do
//
// It does not know the site: links between pages and references to changes come
// from functions in [Options]; of the glossary it knows the terms and not their
// addresses.
package markdown
