package audience_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"daylight/generator/audience"
	"daylight/generator/ledger"
)

// enumerations are types of the ledger whose values say nothing of a repository.
// Every other string and every commit is planted with a secret.
func enumerations() map[reflect.Type]bool {
	out := map[reflect.Type]bool{}
	for _, v := range []any{
		ledger.Status(""), ledger.MoveKind(""), ledger.Cause(""), ledger.Tier(""), ledger.FlagState(""), ledger.Effect(""),
		ledger.LinkRule(""), ledger.LinkRole(""), ledger.Basis(""), ledger.Level(""), ledger.ReleasesBy(""), ledger.DeploymentKind(""),
		ledger.KindBasis(""), ledger.Relation(""), ledger.RecordStatus(""), ledger.UsageRule(""),
	} {
		out[reflect.TypeOf(v)] = true
	}
	return out
}

// planter fills a ledger with secrets that occur nowhere else, and remembers
// where each was put.
type planter struct {
	next  int
	where map[string]string // secret -> path of the field
	words map[reflect.Type]bool
}

func (p *planter) secret(path string) string {
	p.next++
	s := fmt.Sprintf("secret%06dx", p.next)
	p.where[s] = path
	return s
}

// plant fills every empty string, number of a pull request, commit, pointer and
// list below v. A new field of the ledger is planted without a change here.
func (p *planter) plant(v reflect.Value, path string) {
	if v.Type() == reflect.TypeFor[ledger.Hash]() {
		if v.IsZero() {
			p.next++
			h, err := ledger.ParseHash(fmt.Sprintf("%08x%032x", 0xabcd0000+p.next, p.next))
			if err != nil {
				panic(err)
			}
			v.Set(reflect.ValueOf(h))
			p.where[h.String()] = path
		}
		return
	}
	if d, ok := v.Addr().Interface().(*ledger.Date); ok && !d.Known() {
		d.At = at("03-01") // an unknown date is written without its origins
	}
	if v.Type() == reflect.TypeFor[ledger.ChangeID]() && v.String() == "" {
		p.next++
		v.SetString(fmt.Sprintf("%08x%04x", 0xbeef0000+p.next, p.next)) // ids are hex digits
	}
	switch v.Kind() {
	case reflect.String:
		if v.String() == "" && !p.words[v.Type()] {
			v.SetString(p.secret(path))
		} else if !p.words[v.Type()] {
			p.where[v.String()] = path
		}
	case reflect.Pointer:
		if v.IsNil() {
			if v.Type() == reflect.TypeFor[*time.Time]() || v.Type() == reflect.TypeFor[*ledger.NoteText]() {
				return // that there is none is a case of its own
			}
			v.Set(reflect.New(v.Type().Elem()))
		}
		p.plant(v.Elem(), path)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			p.plant(v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice:
		if v.Len() == 0 && !keepsEmpty[path[strings.LastIndex(path, ".")+1:]] {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			p.plant(v.Index(i), path)
		}
	}
}

// keepsEmpty lists the fields in which an invented element would mean something:
// a flag that no manifest knows, a move without a date.
var keepsEmpty = map[string]bool{"Flags": true, "Moves": true, "Environments": true, "Aliases": true, "Reverts": true, "Excludes": true, "Steps": true}

// generate makes a ledger of some changes in some states, then plants secrets.
func generate(t *rapid.T) (*ledger.Ledger, *planter) {
	p := &planter{where: map[string]string{}, words: enumerations()}
	l := &ledger.Ledger{AsOf: at("03-20"), Environments: []ledger.Environment{
		{Name: "secret-production", Tier: ledger.TierProduction}, {Name: "secret-staging", Tier: ledger.TierStaging},
	}}
	l.Versions = []ledger.Version{{Repository: "secretrepository", Name: "secretversion", Component: "secretcomponent"}}
	for i := range rapid.IntRange(0, 3).Draw(t, "flags") {
		f := ledger.Flag{Key: ledger.FlagKey(fmt.Sprintf("secretflag%d", i))}
		if rapid.Bool().Draw(t, "note of flag") {
			f.Note = &ledger.NoteText{Kind: "added"} // filled below
		}
		l.Flags = append(l.Flags, f)
	}
	for range rapid.IntRange(1, 6).Draw(t, "changes") {
		c := ledger.Change{Type: rapid.SampledFrom([]string{"feat", "fix", "chore", "docs", ""}).Draw(t, "type")}
		c.Breaking = rapid.Bool().Draw(t, "breaking")
		if rapid.Bool().Draw(t, "note") {
			c.Note = &ledger.NoteText{Kind: "fixed"} // filled below
		}
		if n := len(l.Flags); n > 0 && rapid.Bool().Draw(t, "flagged") {
			c.Flags = []ledger.ChangeFlag{{
				Key: l.Flags[rapid.IntRange(0, n-1).Draw(t, "flag")].Key, Known: rapid.Bool().Draw(t, "known"),
				Role: rapid.SampledFrom([]ledger.LinkRole{ledger.RoleBehind, ledger.RoleMoves}).Draw(t, "role"), Negated: rapid.Bool().Draw(t, "negated"),
			}}
		}
		c.Environments = ledger.InEnvironments{
			in("secret-production", rapid.SampledFrom(states()).Draw(t, "production")),
			in("secret-staging", rapid.SampledFrom(states()).Draw(t, "staging")),
		}
		c.Repository = "secretrepository"
		if rapid.Bool().Draw(t, "versioned") {
			c.Version = "secretversion"
			c.Versions = []ledger.ChangeVersion{{Name: c.Version, Component: "secretcomponent"}}
		}
		c.PullRequest = 770000 + len(l.Changes)
		l.Changes = append(l.Changes, c)
	}
	p.plant(reflect.ValueOf(l).Elem(), "Ledger")
	return l, p
}

func states() []ledger.State {
	return []ledger.State{
		state(ledger.StatusNotDeployed),
		state(ledger.StatusDark, "03-03 deployed 0"),
		state(ledger.StatusLimited, "03-03 deployed 0", "03-04 exposed 25"),
		state(ledger.StatusLimited, "03-03 exposed 0 secretgroup"),
		state(ledger.StatusReleased, "03-03 released 100"),
		state(ledger.StatusUnReleased, "03-03 released 100", "03-05 un_released 0"),
		state(ledger.StatusRolledBack, "03-03 deployed 0", "03-05 rolled_back 0"),
		state(ledger.StatusUnknown),
	}
}

// allowed is the oracle, written apart from the reduction: the strings that
// design section 4 lets customers have.
func allowed(l *ledger.Ledger, r audience.Rules) map[string]bool {
	ok := map[string]bool{}
	note := func(n *ledger.NoteText) {
		if n != nil {
			ok[n.Title], ok[n.Text], ok[n.Name] = true, true, true
		}
	}
	for _, c := range l.Changes {
		ever := false
		for _, m := range c.Environments[0].Moves { // production
			ever = ever || m.Percent.Lo > 0
		}
		untold := r.Kind(&c) == ""
		behind := false
		for _, f := range c.Flags {
			ever = ever && (f.Known || f.Role != ledger.RoleBehind)
			behind = behind || f.Role == ledger.RoleBehind && !f.Negated
		}
		if !ever || untold && !behind {
			continue
		}
		ok[string(c.Version)] = true
		for _, v := range c.Versions {
			ok[string(v.Name)] = true
		}
		if !untold {
			note(c.Note)
			if c.Note == nil || c.Note.Title == "" {
				ok[c.Title] = true
			}
		}
		for _, f := range c.Flags {
			for i := range l.Flags {
				if l.Flags[i].Key == f.Key && f.Role == ledger.RoleBehind && !f.Negated {
					note(l.Flags[i].Note)
					ok[l.Flags[i].Description] = l.Flags[i].Note == nil
				}
			}
		}
	}
	return ok
}

// TestSecrets plants a secret in every string and every commit of a ledger. The
// reduced ledger holds those that customers may have and no other; the full one
// holds each, so that the search itself is proved.
func TestSecrets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, p := generate(t)
		r := customers()
		reduced, err := json.Marshal(audience.Reduce(l, r).Ledger())
		if err != nil {
			t.Fatal(err)
		}
		full, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		ok := allowed(l, customers())
		for _, public := range []string{l.Schema, "feat", "fix", "added", "fixed"} {
			ok[public] = true
		}
		for s, path := range p.where {
			if !ok[s] && strings.Contains(string(reduced), s) {
				t.Errorf("%s of %s is in %s", s, path, reduced)
			}
			if !strings.Contains(string(full), s) {
				t.Errorf("%s of %s is not in the full ledger: the test looks for nothing", s, path)
			}
		}
		for i := range l.Changes {
			if strings.Contains(string(reduced), fmt.Sprint(l.Changes[i].PullRequest)) {
				t.Errorf("a pull request is in %s", reduced)
			}
		}
	})
}
