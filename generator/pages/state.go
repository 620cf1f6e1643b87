package pages

import (
	"strings"

	"daylight/generator/ledger"
)

// Badge is a state in one word, with the name of its shape and colour. The word
// alone says it all; the shape and the colour repeat it.
type Badge struct{ Class, Word string }

// statusBadge names a status.
func statusBadge(s ledger.Status) Badge {
	switch s {
	case ledger.StatusNotDeployed:
		return Badge{"not-deployed", "Not deployed"}
	case ledger.StatusDark:
		return Badge{"dark", "Dark"}
	case ledger.StatusLimited:
		return Badge{"limited", "Limited"}
	case ledger.StatusReleased:
		return Badge{"released", "Released"}
	case ledger.StatusUnReleased:
		return Badge{"un-released", "Un-released"}
	case ledger.StatusRolledBack:
		return Badge{"rolled-back", "Rolled back"}
	case ledger.StatusReverted:
		return Badge{"reverted", "Reverted"}
	}
	return Badge{"unknown", "Unknown"}
}

// statuses is the order in which groups of changes are shown: what people can
// use first.
func statuses() []ledger.Status {
	return []ledger.Status{
		ledger.StatusReleased, ledger.StatusLimited, ledger.StatusDark, ledger.StatusUnReleased,
		ledger.StatusRolledBack, ledger.StatusReverted, ledger.StatusNotDeployed, ledger.StatusUnknown,
	}
}

// held reports whether a live revision holds a change of this status.
func held(s ledger.Status) bool {
	switch s {
	case ledger.StatusDark, ledger.StatusLimited, ledger.StatusReleased, ledger.StatusUnReleased:
		return true
	}
	return false
}

// flagBadge names the state of a flag. A share or groups stand in place of the
// word, since they say more.
func flagBadge(s ledger.FlagState, share ledger.Share, groups []ledger.GroupShare) Badge {
	switch s {
	case ledger.FlagOn:
		return Badge{"released", "On"}
	case ledger.FlagOff:
		return Badge{"dark", "Off"}
	case ledger.FlagPartial, ledger.FlagTargeted:
		if len(groups) > 0 {
			return Badge{"limited", brief(share, groups)}
		}
		return Badge{"limited", capital(brief(share, groups))}
	}
	return Badge{"unknown", "Unknown"}
}

// brief names the people who are let in where there is room for a few words:
// "25 %", "beta", "beta + 5 %". Names of groups stay as they are written.
func brief(share ledger.Share, groups []ledger.GroupShare) string {
	if share.Lo == ledger.Hundred {
		return "everyone"
	}
	var parts []string
	for _, g := range groups {
		switch {
		case g.Percent.Hi == 0: // a group that is let in nowhere
		case g.Percent == ledger.Everybody():
			parts = append(parts, oneLine(g.Name))
		default:
			parts = append(parts, g.Percent.String()+" % of "+oneLine(g.Name))
		}
	}
	if share.Hi > 0 {
		parts = append(parts, percentWords(share))
	}
	if len(parts) == 0 {
		return "nobody"
	}
	return strings.Join(parts, " + ")
}

// percentWords writes a share with its unit: "25 %", "up to 40 %".
func percentWords(s ledger.Share) string {
	if s == ledger.Undecided() {
		return "unknown share"
	}
	return s.String() + " %"
}

// capital begins a text with a capital letter; only a-z changes, since names
// come in every script.
func capital(s string) string {
	if s != "" && 'a' <= s[0] && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// whole gives a share in whole percent for a bar's height or width: its upper
// end rounded up, so that a trace is seen, and below 100 when it is.
func whole(s ledger.Share) int {
	const unit = ledger.Hundred / 100
	n := int((s.Hi + unit - 1) / unit)
	if n == 100 && s.Hi < ledger.Hundred {
		return 99
	}
	return n
}

// basisWords says what a date rests on.
func basisWords(b ledger.Basis) string {
	switch b {
	case ledger.BasisDeclared:
		return "declared"
	case ledger.BasisTagName:
		return "tag name"
	case ledger.BasisTaggerDate:
		return "tagger date"
	case ledger.BasisCommitterDate:
		return "committer date"
	case ledger.BasisFirstSeen:
		return "first seen"
	}
	return "unknown basis"
}

// kindWords names what a deployment was.
func kindWords(k ledger.DeploymentKind) string {
	switch k {
	case ledger.KindDeploy:
		return "Deployment"
	case ledger.KindPromote:
		return "Promotion"
	case ledger.KindRollback:
		return "Rollback"
	case ledger.KindRedeploy:
		return "Redeployment"
	case ledger.KindCanaryStep:
		return "Canary step"
	case ledger.KindTrafficSwitch:
		return "Traffic switch"
	case ledger.KindUndeploy:
		return "Undeployment"
	}
	return "Deployment"
}

// recordBadge names the outcome of a deployment.
func recordBadge(s ledger.RecordStatus) Badge {
	switch s {
	case ledger.RecordSucceeded:
		return Badge{"succeeded", "Succeeded"}
	case ledger.RecordFailed:
		return Badge{"failed", "Failed"}
	case ledger.RecordCancelled:
		return Badge{"not-deployed", "Cancelled"}
	case ledger.RecordSuperseded:
		return Badge{"not-deployed", "Superseded"}
	case ledger.RecordPending:
		return Badge{"limited", "Pending"}
	case ledger.RecordRunning:
		return Badge{"limited", "Running"}
	}
	return Badge{"unknown", "Unknown"}
}
