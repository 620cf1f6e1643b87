package main

import (
	"fmt"
	"slices"

	"daylight/generator"
	"daylight/generator/ledger"
)

// missing lists what a site would be more useful with, each with the command or
// the line that brings it. Nothing of it is a fault of the data.
func (l *loaded) missing(res *generator.Result) []ledger.Problem {
	led := res.Ledger
	var out []ledger.Problem
	add := func(rule, message, hint string) {
		origin := ledger.Origin{File: l.config}
		if l.config == "" && len(l.Repositories) > 0 {
			origin = ledger.Origin{Repository: l.Repositories[0].Name}
		}
		out = append(out, ledger.Problem{Origins: []ledger.Origin{origin}, Level: ledger.LevelInfo, Rule: rule, Message: message, Hint: hint})
	}
	if len(led.Changes) == 0 && len(led.Deployments) == 0 {
		add("no-changes", "there is no commit to report on", "make one, or say with repository.branch in site.toml which branch is the mainline")
		return out
	}
	switch {
	case len(led.Deployments) == 0 && len(led.Versions) == 0:
		add("no-deployments", "there is neither a deployment nor a version, so that nothing is known to run anywhere",
			"daylight record deployment --environment production, or git tag v1.0.0")
	case len(led.Deployments) == 0:
		add("no-deployments", "no deployment is recorded: each version counts as published from its tag on",
			"daylight record deployment --environment production, at the end of each deployment")
	case !slices.ContainsFunc(led.Environments, func(e ledger.Environment) bool { return e.Tier == ledger.TierProduction }):
		add("no-production", "no environment is of tier production, so that nothing is ever released to customers",
			`say under [[environments]] of site.toml which one users meet: tier = "production"`)
	}
	switch linked := slices.ContainsFunc(led.Changes, func(c ledger.Change) bool { return len(c.Flags) > 0 }); {
	case len(led.Flags) == 0:
		add("no-flags", "no flag is read: what is deployed counts as released at once",
			`name the manifest under [[flags]] in site.toml, files = ["flags.yaml"], or daylight record flag --key KEY --environment production --state on`)
	case !linked:
		add("no-links", fmt.Sprintf("no change is behind any of the %d flags, so that none of them holds a change back", len(led.Flags)),
			"write a trailer into the message of the commit that a flag holds back: Flag: "+string(led.Flags[0].Key))
	}
	if l.Config.Base == "" {
		add("no-address", "the site has no address, and so no feeds", `set base in site.toml: base = "https://example.org/"`)
	}
	if l.config == "" {
		add("no-configuration", "there is no site.toml: usual names and places are read", "daylight init")
	}
	return out
}
