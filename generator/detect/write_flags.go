package detect

import (
	"slices"
	"strings"
)

// reads reports whether the file names flags that are read.
func (f Findings) reads() bool {
	return len(f.Flags) > 0 || slices.ContainsFunc(f.OwnFlags, func(o OwnFlags) bool { return o.Sure != Guess })
}

// flags lists manifests. When a change of one takes effect is the question that no
// file answers, so it is put to the reader.
func (w *writer) flags(f Findings) {
	w.gap()
	if !f.reads() {
		w.comment("No flag files in a known format were found. Without flags, a change is")
		w.comment("released when it is deployed.")
		w.line("# [[flags]]")
		w.line(`# files = ["flags.yaml"]`)
	}
	for _, g := range f.Flags {
		w.gap()
		w.comment("likely: the content of %s, first %s.", plural(g.Count, "file"), g.First)
		w.comment("Check effect: does the running program read the file from git (\"merge\"), or")
		w.comment("does it ship with the build (\"deployment\")? Released dates depend on it.")
		w.line("[[flags]]")
		w.set("format", g.Format)
		w.list("files", g.Files)
		w.line(`# effect = "deployment"`)
		if f.Applied != nil {
			w.comment("The files are applied together with what %s names.", f.Applied.File)
			w.set("deployed_with", f.Name)
		}
	}
	for _, o := range firstFew(f.OwnFlags) {
		w.gap()
		w.ownFlags(o)
	}
	for _, g := range firstFew(f.Weak) {
		w.gap()
		w.say("Perhaps flags (a guess), and not read, since names like this are those of tests and examples: %s, first %s.", plural(g.Count, "file"), g.First)
		w.line("# [[flags]]")
		w.comment("format = %s", quote(g.Format))
		w.comment("files = [%s]", quote(g.Files[0]))
	}
	w.unread(f)
}

// ownFlags proposes how to read flags in a form of the project's own. A guess
// stays a comment.
func (w *writer) ownFlags(o OwnFlags) {
	entry := &writer{}
	entry.line("[[flags]]")
	entry.set("format", o.Format)
	entry.list("files", o.Files)
	if o.Root != "" {
		entry.set("root", o.Root)
	}
	if o.Below {
		entry.list("environments", []string{"*"})
	}
	if len(o.Values) > 0 {
		entry.list("values", o.Values)
	}
	if o.Sure == Guess {
		w.comment("Perhaps flags in a form of your own (a guess), and not read: %s.", o.why())
		for line := range strings.Lines(entry.b.String()) {
			w.comment("%s", strings.TrimSuffix(line, "\n"))
		}
		return
	}
	w.say("%s: %s.", o.Sure, o.why())
	if o.Format == "catalogue" {
		w.comment("It says what the flags are for, and not how they are set: that is unknown.")
	} else {
		w.comment("They are taken to ship with the build; effect = \"merge\" where the running program")
		w.comment("reads them from git. Words that are not understood are told by daylight check.")
	}
	w.b.WriteString(entry.b.String())
}

// unread names files that nobody but the project itself can explain.
func (w *writer) unread(f Findings) {
	if len(f.Own) == 0 {
		return
	}
	w.gap()
	w.comment("Perhaps flags in a form of your own (a guess), and not read: %s.", strings.Join(f.Own[:min(len(f.Own), most)], ", "))
	w.comment("The docs on describing flags tell how to say what is in them, beginning with:")
	w.line("# [[flags]]")
	w.line(`# format = "generic"`)
	w.comment("files = [%s]", quote(f.Own[0]))
}
