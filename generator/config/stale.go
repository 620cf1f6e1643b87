package config

import (
	"fmt"
	"regexp"
)

// Stale says when a flag is past its use, and how code asks for flags.
type Stale struct {
	// Days without a move after which a flag that is on or off for everyone is
	// past its use. Default: 60.
	Days int `toml:"days"`
	// Usages are regular expressions over the code whose first group is the key of
	// a flag. What they find and no manifest has is listed.
	Usages []string `toml:"usages"`
	// Ignore are globs of files in which flags are not looked for.
	Ignore []string `toml:"ignore"`
}

// UsagePatterns are Usages, compiled. Those that cannot be are left out: they are
// faults of the configuration.
func (s Stale) UsagePatterns() (out []*regexp.Regexp) {
	for _, u := range s.Usages {
		if re, err := regexp.Compile(u); err == nil && re.NumSubexp() > 0 {
			out = append(out, re)
		}
	}
	return out
}

const maxStaleDays = 10_000

func (k *checker) stale(s Stale) {
	if s.Days < 0 || s.Days > maxStaleDays || s.Days == 0 && k.at.Has("stale.days") {
		k.fault("stale.days", "a number of days from 1 on", "stale.days %d is out of range", s.Days)
	}
	for i, u := range s.Usages {
		at := element("stale.usages", i)
		re, err := regexp.Compile(u)
		switch {
		case err != nil:
			k.fault(at, "", "%s: %v", at, err)
		case re.NumSubexp() == 0:
			k.fault(at, `put brackets around the key: 'isOn\("([^"]+)"\)'`, "%s: the pattern has no group for the key", at)
		}
	}
	for i, g := range s.Ignore {
		if g == "" {
			k.fault(fmt.Sprintf("stale.ignore[%d]", i), "", "stale.ignore: an empty glob takes nothing")
		}
	}
}
