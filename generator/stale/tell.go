package stale

import (
	"fmt"

	"daylight/generator/ledger"
)

// Told is what people are told of an entry: what is the matter, without the flag
// and its dates, and what to do; lower case, no full stop.
type Told struct {
	Text string
	Hint string
}

// Tell says what is the matter with an entry of a list.
func (e Entry) Tell(kind Kind, days int) Told {
	switch kind {
	case OnForEveryone:
		return Told{fmt.Sprintf("on for everyone for more than %d days", days), "take the guard out of the code, then the flag out of the manifest"}
	case OffForEveryone:
		return Told{fmt.Sprintf("off for everyone for more than %d days", days), "release what is behind it, or take it away"}
	case Expired:
		return Told{"past the date that its entry gives", "take it away, or give it another date"}
	case NoOwner:
		return Told{"nobody is named as its owner", "name one in its entry"}
	case NotInCode:
		return Told{"no code asks for it", "take it out of the manifest, or say in stale.usages or coderefs.yaml how the code spells it"}
	case NotInManifest:
		return Told{map[string]string{"trailer": "a commit names it, and no manifest has it", "pattern": "the code asks for it, and no manifest has it",
			"alias": "coderefs.yaml lists how it is spelled, and no manifest has it"}[e.As], "add it to a manifest, or correct the name"}
	case Undeployed:
		return Told{"it lets somebody in, and none of its changes runs there", "deploy the changes behind it, or turn it off until then"}
	case ReleasedByRemoval:
		return removal(e)
	case InNoVersion:
		return Told{"it was exposed between two versions, and is in none", "look whether it was meant"}
	}
	return Told{string(kind), ""}
}

func removal(e Entry) Told {
	was := map[ledger.FlagState]string{ledger.FlagOff: "off", ledger.FlagPartial: "on for a part of the users", ledger.FlagTargeted: "on for a group"}[e.State]
	if e.As == "released" {
		return Told{"taken away while it was " + was + ": its removal was the release", ""}
	}
	return Told{"taken away while it was " + was + ": nothing tells whether everybody has what was behind it",
		"say it in the commit that removes a flag: Flag-Retired: " + string(e.Key) + "=released, or =dropped"}
}
