package story

import (
	"strconv"
	"strings"
	"time"

	"daylight/generator/ledger"
)

// tally counts the changes of a version by their status in an environment: "of
// the 5 changes that came with it, 3 are released and 2 are dark in production".
func (t *Teller) tally(v *ledger.Version, env ledger.EnvironmentName) string {
	counts := map[ledger.Status]int{}
	total := 0
	for _, id := range v.Changes {
		c := t.changes[changeKey{v.Repository, id}]
		if c == nil {
			continue
		}
		if in := inEnvironment(c, env); in != nil {
			counts[in.Status]++
			total++
		}
	}
	if total == 0 {
		return ""
	}
	var parts []string
	for _, st := range statuses() {
		if n := counts[st]; n > 0 {
			verb := " are "
			if n == 1 {
				verb = " is "
			}
			parts = append(parts, strconv.Itoa(n)+verb+StatusWord(st))
		}
	}
	name := clean(string(env))
	if total == 1 {
		return "the change that came with it " + strings.TrimPrefix(parts[0], "1 ") + " in " + name
	}
	if len(parts) == 1 {
		return "the " + count(total, "change") + " that came with it" + strings.TrimPrefix(parts[0], strconv.Itoa(total)) + " in " + name
	}
	return "of the " + count(total, "change") + " that came with it, " + enumerate(parts) + " in " + name
}

// statuses lists all statuses, from the best to the least known.
func statuses() []ledger.Status {
	return []ledger.Status{
		ledger.StatusReleased, ledger.StatusLimited, ledger.StatusDark, ledger.StatusUnReleased,
		ledger.StatusRolledBack, ledger.StatusReverted, ledger.StatusNotDeployed, ledger.StatusUnknown,
	}
}

// StatusWord is a status as it stands in a sentence: "not deployed", "dark",
// "un-released".
func StatusWord(s ledger.Status) string {
	switch s {
	case ledger.StatusNotDeployed:
		return "not deployed"
	case ledger.StatusUnReleased:
		return "un-released"
	case ledger.StatusRolledBack:
		return "rolled back"
	default:
		return clean(string(s))
	}
}

// changeLines tells the changes with these ids, in their order. An empty
// repository stands for any, in which a change of that id is known.
func (t *Teller) changeLines(ids []ledger.ChangeID, repository ledger.RepositoryName) []Line {
	var out []Line
	for _, id := range ids {
		if repository != "" {
			out = append(out, t.changeLine(repository, id))
			continue
		}
		for _, e := range t.repositories {
			if t.changes[changeKey{e, id}] != nil {
				out = append(out, t.changeLine(e, id))
			}
		}
	}
	return out
}

// changeLine is a change in a list: its id, title, and status in production.
func (t *Teller) changeLine(repository ledger.RepositoryName, id ledger.ChangeID) Line {
	c := t.changes[changeKey{repository, id}]
	if c == nil {
		return line(time.Time{}, string(id)+", of which nothing is known")
	}
	var standing []string
	for _, e := range t.ledger.Environments {
		if in := inEnvironment(c, e.Name); in != nil && e.Tier == ledger.TierProduction {
			standing = append(standing, StatusWord(in.Status)+" in "+clean(string(e.Name)))
		}
	}
	text := string(c.ID) + " " + strings.TrimSuffix(clean(c.Title), ".")
	if len(standing) > 0 {
		text += ": " + enumerate(standing)
	}
	l := line(time.Time{}, text)
	l.Origins = []ledger.Origin{{Repository: c.Repository, Commit: c.Commit}}
	return l
}
