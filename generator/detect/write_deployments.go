package detect

import (
	"fmt"
	"strings"
)

// deployments lists the sources of records. Guesses stay comments: a wrong source
// gives wrong dates, a missing one gives none.
func (w *writer) deployments(f Findings) {
	w.gap()
	for _, d := range firstFew(f.Rare) {
		w.comment("Perhaps deployments (a guess), and not read: %s.", d.why())
	}
	if !f.deploys() {
		w.comment("No record of deployments was found. Until there is one, versions count as")
		w.comment("published from their tag on. One tag for each deployment is enough:")
		w.line("# [[deployments]]")
		w.line(`# from = "tags"`)
		w.line(`# pattern = "deploy/{environment}/{time}"`)
	}
	for _, d := range firstFew(f.Deployments) {
		w.gap()
		w.deploymentTags(d)
	}
	for _, n := range f.Notes {
		w.gap()
		w.comment("%s: %s.", n.sure(), n.why())
		w.line("[[deployments]]")
		w.line(`from = "notes"`)
		w.set("ref", n.Ref)
		if e := noteEnvironment(n.Ref); e != "" {
			w.set("environment", string(e))
		}
	}
	for _, e := range f.Events {
		w.gap()
		w.events(e)
	}
	if f.Applied != nil {
		w.gap()
		w.applied(*f.Applied)
	}
	for _, d := range firstFew(f.Desired) {
		w.gap()
		if f.Applied != nil && d.Sure != Guess {
			w.gated(d, *f.Applied)
			continue
		}
		w.desired(d)
	}
	moving := f.Moving
	if f.Hydrated != "" {
		w.gap()
		moving = w.hydrated(f)
	}
	for _, m := range moving {
		w.gap()
		w.moving(m)
	}
}

// gap sets a part off from what is above it.
func (w *writer) gap() {
	if !strings.HasSuffix(w.b.String(), "\n\n") {
		w.line("")
	}
}

// deploys reports whether a source of deployments goes into the file.
func (f Findings) deploys() bool {
	active := len(f.Deployments) + len(f.Notes) + len(f.Events) + len(f.Hydrated)
	for _, d := range f.Desired {
		if d.Sure != Guess {
			active++
		}
	}
	for _, m := range f.Moving {
		if m.Sure != Guess {
			active++
		}
	}
	return active > 0
}

func (w *writer) deploymentTags(d TagShape) {
	w.comment("%s: %s.", d.Sure, d.why())
	w.line("[[deployments]]")
	w.line(`from = "tags"`)
	w.set("pattern", d.Pattern)
	if !d.has("{environment}") {
		w.comment("The tags name no environment; that it is production is a guess.")
		w.line(`environment = "production"`)
	}
	if d.has("{time}") && !zoned(d.Example) {
		w.comment("The times have no offset and are taken as UTC. If they are not:")
		w.line(`# zone = "Europe/Berlin"`)
	}
}

func (w *writer) events(e EventFiles) {
	w.comment("%s: %s.", e.sure(), e.why())
	w.line("[[deployments]]")
	w.line(`from = "files"`)
	w.list("files", e.Files[:min(len(e.Files), 4*most)])
	w.set("format", e.Format)
	if e.Place {
		w.comment("The records name no environment; that it is production is a guess.")
		w.line(`environment = "production"`)
	}
}

// desired proposes a desired state. One that is a guess stays a comment.
func (w *writer) desired(d Desired) {
	line, set := w.line, w.set
	if d.Sure == Guess {
		line = func(s string) { w.line("# " + s) }
		set = func(key, value string) { w.comment("%s = %s", key, quote(value)) }
		w.comment("Perhaps what environments are to run (a guess), and not read: %s.", d.why())
	} else {
		w.comment("%s: %s.", d.Sure, d.why())
		w.comment("Each change of the value is one deployment. Where the code of a component is")
		w.comment("in another repository, name that under [[repositories]].")
	}
	line("[[deployments]]")
	line(`from = "gitops"`)
	if d.Sure == Guess {
		w.comment("files = [%s]", quote(d.Pattern))
	} else {
		w.list("files", []string{d.Pattern})
	}
	if d.Value != "" {
		set("value", d.Value)
	}
	if d.Hold != "" {
		set("hold", d.Hold)
	}
	if len(d.Environments) > 0 && d.Sure != Guess {
		w.list("environments", d.Environments)
	}
	if d.Gate != "" {
		w.comment("If an environment follows only when %s changes:", d.Gate)
		w.comment("gate = [%s]", quote(d.Gate))
	}
}

// applied proposes the deployments of what is in this repository: a new tag to
// where users are, and each commit to what follows at once.
func (w *writer) applied(a Applied) {
	w.say("likely: %s names the tag %s. Each commit that changes it deploys what is here to %s; that the other environments follow each change of a file is a guess.", a.File, a.Tag, a.Users)
	source := func(environment, glob string) {
		w.line("[[deployments]]")
		w.line(`from = "gitops"`)
		w.list("files", []string{glob})
		w.line(`value = "@commit"`)
		w.set("environment", environment)
	}
	source(a.Users, a.File)
	for _, e := range a.Others {
		source(e, a.Folder+"/**")
	}
}

// gated proposes a desired state that users see once a file names a new tag.
func (w *writer) gated(d Desired, a Applied) {
	w.say("%s: %s. In %s the values take effect when %s changes. Where the code is in another repository, name that under [[repositories]].", d.Sure, d.why(), a.Users, a.File)
	for i, list := range [][]string{{a.Users}, a.Others} {
		if len(list) == 0 {
			continue
		}
		w.line("[[deployments]]")
		w.line(`from = "gitops"`)
		w.list("files", []string{d.Pattern})
		if d.Value != "" {
			w.set("value", d.Value)
		}
		if d.Hold != "" {
			w.set("hold", d.Hold)
		}
		if i == 0 {
			w.list("gate", []string{a.File})
		}
		w.list("environments", list)
	}
}

// hydrated proposes the branches that a source hydrator renders to, and gives the
// refs that are left: what such a branch holds is not the code.
func (w *writer) hydrated(f Findings) (rest []MovingRefs) {
	pattern, ready := "environments/{environment}", false
	for _, m := range f.Moving {
		if m.From == "branch" && !ready {
			pattern, ready = m.Pattern, true
			continue
		}
		rest = append(rest, m)
	}
	lines := []string{"[[deployments]]", `from = "gitops"`, "branch = " + quote(pattern), `files = ["**"]`, `value = "@note"`, "ref = " + quote(f.Hydrated)}
	w.comment("likely: notes in refs/notes/%s say which commit was rendered to a branch.", f.Hydrated)
	if !ready {
		w.comment("No branch is named after an environment; say how they are called:")
	}
	for _, line := range lines {
		if ready {
			w.line(line)
			continue
		}
		w.comment("%s", line)
	}
	return rest
}

// moving proposes refs that move. A guess stays a comment.
func (w *writer) moving(m MovingRefs) {
	quoted := make([]string, len(m.Environments))
	for i, e := range m.Environments {
		quoted[i] = quote(e)
	}
	lines := []string{"[[deployments]]", "from = " + quote(m.From), "pattern = " + quote(m.Pattern),
		fmt.Sprintf("environments = [%s]", strings.Join(quoted, ", "))}
	if m.Pattern == "{environment}" { // it would fit every other name, too
		lines = nil
		for i := range m.Environments {
			lines = append(lines, "[[deployments]]", "from = "+quote(m.From), "pattern = "+quoted[i], "environment = "+quoted[i])
		}
	}
	if m.Sure == Guess {
		w.comment("Perhaps what runs now (a guess), and not read: %s.", m.why())
	} else {
		w.comment("%s: %s. A ref that is only moved says what runs", m.Sure, m.why())
		w.comment("now; newer records with a date of their own win over it.")
	}
	for _, line := range lines {
		if m.Sure == Guess {
			w.comment("%s", line)
			continue
		}
		w.line(line)
	}
}

// zoned reports whether the time in a tag's name has an offset.
func zoned(tag string) bool {
	text := strings.ToLower(timePart.FindString(tag))
	return strings.HasSuffix(text, "z") || strings.HasSuffix(text, "utc") || strings.Contains(text, "+")
}
