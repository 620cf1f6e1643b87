package ledger_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// A drawer writes the lines of a random scenario. What it draws is what readers
// of git can find: parents come before children, copies and reverts name commits
// that exist, and the records of a lane follow one of three customs.
type drawer struct {
	*rapid.T
	lines      []string
	commits    []drawnCommit
	tip        int // index of the mainline's tip
	components []string
	keys       []string
}

type drawnCommit struct {
	name    string
	parents []int
	main    bool
	merge   bool
}

// clock is the grid of instants: half days from the first of January. It is
// coarse, so that different facts often fall on the same instant.
func clock(n int) string {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * 12 * time.Hour)
	if n%2 == 0 {
		return at.Format("01-02")
	}
	return at.Format("01-02T15:04")
}

const lastInstant = 60

func (d *drawer) add(format string, args ...any) {
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

// chance is true in about one of n cases, and shrinks to false.
func (d *drawer) chance(n int, what string) bool {
	return rapid.IntRange(0, n-1).Draw(d.T, what) == n-1
}

func (d *drawer) number(lo, hi int, what string) int { return rapid.IntRange(lo, hi).Draw(d.T, what) }

func (d *drawer) one(list []string, what string) string {
	return rapid.SampledFrom(list).Draw(d.T, what)
}

// scenarios draws whole histories as text.
func scenarios() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		d := &drawer{T: t, tip: -1}
		if d.chance(3, "two components") {
			d.components = []string{"web", "api"}
			d.add("components web api")
		}
		for i := range d.number(1, 9, "commits") {
			d.commit(i)
		}
		d.relations()
		if d.chance(6, "shallow") {
			for range d.number(1, 2, "borders") {
				i := d.number(0, len(d.commits)-1, "border")
				d.add("shallow %s", d.commits[i].name)
				d.commits[i].parents = nil
			}
		}
		for i := range d.number(0, 3, "versions") {
			d.version(i)
		}
		d.deployments()
		for i := range d.number(0, 2, "flags") {
			d.flag(fmt.Sprintf("f%d", i+1))
		}
		if d.chance(5, "a flag elsewhere") {
			d.flagElsewhere("far")
		}
		for range d.number(0, 3, "links") {
			d.link()
		}
		d.policy()
		return strings.Join(d.lines, "\n") + "\n"
	})
}

// past lists the ancestors of a commit, itself included.
func (d *drawer) past(i int) []int {
	seen := map[int]bool{}
	todo := []int{i}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if at >= 0 && !seen[at] {
			seen[at] = true
			todo = append(todo, d.commits[at].parents...)
		}
	}
	var out []int
	for at := range d.commits {
		if seen[at] {
			out = append(out, at)
		}
	}
	return out
}

// commit draws a commit of the mainline, of a branch, or a merge of one or two
// branches that are not merged yet.
func (d *drawer) commit(i int) {
	c := drawnCommit{name: string(rune('a' + i)), main: true}
	at := 4 * i
	if i > 0 && d.chance(8, "misdated") {
		at = d.number(0, lastInstant, "date")
	}
	options := ""
	if d.components != nil {
		options = d.one([]string{"", "", " touches=web", " touches=api", " touches=none"}, "touches")
	}
	kind := 0
	if i > 0 {
		kind = d.number(0, 3, "kind of commit")
	}
	var open []int
	for b := range d.commits {
		if d.tip >= 0 && !slices.Contains(d.past(d.tip), b) {
			open = append(open, b)
		}
	}
	switch {
	case kind >= 2 && len(open) > 0 && d.chance(2, "merges"):
		c.merge = true
		c.parents = []int{d.tip, rapid.SampledFrom(open).Draw(d.T, "merged")}
		if other := rapid.SampledFrom(open).Draw(d.T, "merged too"); d.chance(3, "octopus") && other != c.parents[1] {
			c.parents = append(c.parents, other)
		}
		d.add("merge %s %s %s%s", c.name, clock(at), strings.Join(d.names(c.parents[1:]), " "), options)
	case kind >= 1 && i > 0 && d.chance(2, "branches"):
		c.main = false
		c.parents = []int{d.number(0, i-1, "parent")}
		if other := d.number(0, i-1, "other parent"); d.chance(6, "merge on a branch") && other != c.parents[0] {
			c.parents, c.merge = append(c.parents, other), true
		}
		d.add("branch %s %s on=%s%s", c.name, clock(at), strings.Join(d.names(c.parents), ","), options)
	default:
		if d.tip >= 0 {
			c.parents = []int{d.tip}
		}
		d.add("commit %s %s%s", c.name, clock(at), options)
	}
	d.commits = append(d.commits, c)
	if c.main {
		d.tip = i
	}
}

func (d *drawer) names(list []int) (out []string) {
	for _, i := range list {
		out = append(out, d.commits[i].name)
	}
	return out
}

// relations draws reverts of ancestors, copies onto branches, and
// re-applications of what the mainline has.
func (d *drawer) relations() {
	merged := d.past(d.tip)
	reverted := map[int]int{}
	for i, c := range d.commits {
		past := d.past(i)
		past = past[:len(past)-1]
		switch {
		case c.merge || len(past) == 0:
		case d.chance(4, "reverts"):
			reverted[i] = rapid.SampledFrom(past).Draw(d.T, "reverted")
			d.add("revert %s %s", c.name, d.commits[reverted[i]].name)
		case !d.chance(4, "is a copy"):
		case slices.Contains(merged, i):
			// Of two that landed, the later is a re-application, after a revert.
			var undone []int
			for _, at := range past {
				if of, ok := reverted[at]; ok && d.commits[of].main {
					undone = append(undone, of)
				}
			}
			if c.main && len(undone) > 0 {
				d.add("reapply %s %s", c.name, d.commits[rapid.SampledFrom(undone).Draw(d.T, "re-applied")].name)
			}
		default:
			// An original on the mainline, or written before on another branch.
			of := d.number(0, len(d.commits)-1, "original")
			if (d.commits[of].main || of < i && !d.commits[of].merge) && !slices.Contains(past, of) && of != i {
				d.add("backport %s %s", c.name, d.commits[of].name)
			}
		}
	}
}

func (d *drawer) anyCommit(what string) string {
	return d.commits[d.number(0, len(d.commits)-1, what)].name
}

func (d *drawer) version(i int) {
	options := ""
	if d.chance(4, "pre-release") {
		options = " pre=yes"
	}
	if d.components != nil && d.chance(3, "component's line") {
		options += " of=" + d.one(d.components, "line")
	}
	d.add("version v%d %s %s%s", i+1, d.anyCommit("tagged"), clock(d.number(0, lastInstant, "tagged at")), options)
}

// deployments draws the records of up to four lanes, in the order of time.
func (d *drawer) deployments() {
	components := d.components
	if components == nil {
		components = []string{""}
	}
	at := 0
	customs := map[string]int{}
	slots := map[string][]string{}
	for range d.number(0, 10, "records") {
		at = min(lastInstant, at+d.number(0, 8, "later by"))
		env, component := d.one([]string{"production", "production", "staging"}, "environment"), d.one(components, "component")
		lane := env + "/" + component
		if _, known := customs[lane]; !known {
			customs[lane] = d.number(0, 2, "custom")
		}
		options := ""
		if component != "" {
			options = " to=" + component
		}
		if d.chance(12, "does not succeed") {
			options += " status=" + d.one([]string{"failed", "cancelled", "running"}, "outcome")
			d.add("deploy %s %s %s%s", env, d.anyCommit("not deployed"), clock(at), options)
			continue
		}
		switch customs[lane] {
		case 0:
			d.plainRecord(env, clock(at), options)
		case 1:
			slots[lane] = d.slotRecord(env, clock(at), options, slots[lane])
		default:
			d.canaryRecord(env, clock(at), options)
		}
	}
}

func (d *drawer) plainRecord(env, at, options string) {
	switch {
	case d.chance(8, "undeploys"):
		d.add("undeploy %s %s%s", env, at, options)
	case d.chance(8, "a part of the traffic, and no slot"):
		d.add("deploy %s %s %s%s weight=%s", env, d.anyCommit("canary"), at, options, d.one([]string{"25", "60"}, "weight"))
	case d.chance(12, "unresolved"):
		d.add("deploy %s ?gone %s%s", env, at, options)
	default:
		kind := d.one([]string{"", "", "", " kind=deploy", " kind=rollback", " kind=promote"}, "declared kind")
		d.add("deploy %s %s %s%s%s", env, d.anyCommit("deployed"), at, options, kind)
	}
}

// slotRecord draws a record of a blue-green lane. Traffic is only given to slots
// that run something, and the first slot's is known: of two shares that nobody
// knows, how much is common to both is a matter of taste.
func (d *drawer) slotRecord(env, at, options string, running []string) []string {
	slot := d.one([]string{"blue", "green"}, "slot")
	switch {
	case slices.Contains(running, slot) && d.chance(2, "switches"):
		d.add("switch %s %s %s%s%s", env, slot, at, options, d.one([]string{"", " weight=60"}, "traffic"))
	case slices.Contains(running, slot) && d.chance(6, "slot is undeployed"):
		d.add("undeploy %s %s%s slot=%s", env, at, options, slot)
		return slices.DeleteFunc(slices.Clone(running), func(s string) bool { return s == slot })
	default:
		weight := " weight=100"
		if len(running) > 0 {
			weight = d.one([]string{"", "", " weight=0", weight, " weight=33.3"}, "traffic")
		}
		d.add("deploy %s %s %s%s slot=%s%s", env, d.anyCommit("deployed"), at, options, slot, weight)
		running = append(slices.Clone(running), slot)
	}
	return running
}

func (d *drawer) canaryRecord(env, at, options string) {
	switch d.number(0, 3, "canary record") {
	case 0:
		d.add("deploy %s %s %s%s", env, d.anyCommit("deployed"), at, options)
	case 1:
		d.add("deploy %s %s %s%s slot=stable weight=100", env, d.anyCommit("deployed"), at, options)
	default:
		d.add("deploy %s %s %s%s kind=canary_step weight=%s", env, d.anyCommit("canary"), at, options, d.one([]string{"10", "50", "0.5"}, "weight"))
	}
}
