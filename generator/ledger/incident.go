package ledger

import (
	"cmp"
	"strings"
	"time"
	"unicode"
)

// Incident is an event that degraded or threatened service, as a file of a team
// states it. It decides no date of any change: the metrics alone read it.
type Incident struct {
	ID string `json:"id,omitzero"` // required: unique within its repository
	// Repository whose deployments it may have come from; "" is any.
	Repository  RepositoryName  `json:"repository,omitzero"`
	Component   ComponentName   `json:"component,omitzero"`   // "" is any
	Environment EnvironmentName `json:"environment,omitzero"` // "" is every one of tier production
	// Deployment that caused it: an id, a version, a tag or a commit (at least 7
	// digits), as written; "" where the file does not say.
	Deployment string    `json:"deployment,omitzero"`
	StartedAt  time.Time `json:"started_at,omitzero"`  // required
	ResolvedAt time.Time `json:"resolved_at,omitzero"` // zero while it lasts, or when nobody wrote it down
	Title      string    `json:"title,omitzero"`
	URL        string    `json:"url,omitzero"` // http or https, or ""
	Origins    []Origin  `json:"origins,omitzero"`
}

// CompareIncidents is the total order of incidents: start, repository, id,
// origin.
func CompareIncidents(a, b Incident) int {
	var first, second Origin
	if len(a.Origins) > 0 {
		first = a.Origins[0]
	}
	if len(b.Origins) > 0 {
		second = b.Origins[0]
	}
	return cmp.Or(a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.Repository, b.Repository), cmp.Compare(a.ID, b.ID),
		CompareOrigins(first, second))
}

// Repair says that a commit mends what is broken in production: it names an
// incident, or the deployment that brought the fault; or, with neither, that it is
// the merge of a branch whose name says that it mends something.
type Repair struct {
	Repository RepositoryName `json:"repository,omitzero"`
	Commit     Hash           `json:"commit,omitzero"`
	Key        string         `json:"key,omitzero"`        // the trailer, as written
	Incident   string         `json:"incident,omitzero"`   // the incident's id, or
	Deployment string         `json:"deployment,omitzero"` // an id, a version, a tag or a commit, as written
	Origins    []Origin       `json:"origins,omitzero"`
}

// CompareRepairs is the total order of repairs: repository, commit, incident,
// deployment, key.
func CompareRepairs(a, b Repair) int {
	return cmp.Or(cmp.Compare(a.Repository, b.Repository), CompareHashes(a.Commit, b.Commit), cmp.Compare(a.Incident, b.Incident),
		cmp.Compare(a.Deployment, b.Deployment), cmp.Compare(a.Key, b.Key))
}

// NamesHotfix reports whether the name of a tag, a version or a branch has one of
// the words between characters that are no letters, whatever its case:
// "release/hotfix-7" has "hotfix", "hotfixture" has not.
func NamesHotfix(name string, words []string) bool {
	name = strings.ToLower(name)
	for _, word := range words {
		word = strings.ToLower(word)
		for from := 0; word != ""; {
			i := strings.Index(name[from:], word)
			if i < 0 {
				break
			}
			start, end := from+i, from+i+len(word)
			before := strings.TrimRightFunc(name[:start], unicode.IsLetter)
			after := strings.TrimLeftFunc(name[end:], unicode.IsLetter)
			if len(before) == start && len(after) == len(name)-end {
				return true
			}
			from = end
		}
	}
	return false
}
