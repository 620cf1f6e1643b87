package deploylog

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// Trailers reads deployments from the trailers of commits and of annotated tags:
//
//	Deployed-to: production
//	Deployed-at: 2026-03-03T09:00:00Z
//	Deployed-by: Ann
//	Deployment-status: succeeded
//	Rollback-of: v1.5.0
//
// Deployed-to is required, and may name several environments, with commas
// between them. What was deployed is the commit, or what the tag is on, unless
// Deployed-revision says otherwise (a commit, a tag or a version), and
// Deployed-component says of what. Without Deployed-at it was when the commit or
// the tag was made.
//
// GitOps Promoter writes trailers of its own into the commits by which it moves
// an environment's branch forward: Pull-request-target-branch is the environment,
// Sha-dry-proposed what was promoted. Input.Pattern tells how those branches are
// called; without one, environment/ and env/ before a name are left out.
type Trailers struct{}

// Name is "trailers".
func (Trailers) Name() string { return "trailers" }

// TrailerMessage is a message with trailers.
type TrailerMessage struct {
	Commit   history.Hash // that the message is of, or that the tag is on
	Tag      string       // "" for the message of a commit
	At       time.Time    // when it was made; zero is unknown
	Who      string
	Subject  string
	Trailers []Trailer // required
}

// Trailer is a "Key: value" line at the end of a message.
type Trailer struct {
	Key   string
	Value string
	Line  int // in the message, from 1
}

// SpeaksOfDeployment reports whether a trailer is one that [Trailers] looks at,
// by its key: most trailers of a history are not, and need not be handed over.
func SpeaksOfDeployment(key string) bool {
	if len(key) < 3 {
		return false
	}
	switch key[0] | 0x20 {
	case 'd', 'r', 'p', 's':
		key = fold(key)
		return strings.HasPrefix(key, "deploy") || strings.HasPrefix(key, "rollback") || key == promotedSha || strings.HasPrefix(key, "pull_request_")
	}
	return false
}

// The keys of GitOps Promoter, folded.
const (
	promotedSha    = "sha_dry_proposed"
	promotedBranch = "pull_request_target_branch"
	promotedAt     = "pull_request_merge_time"
	promotedURL    = "pull_request_url"
)

// ownKeys are ours, as they are written.
func ownKeys() []string {
	return []string{"Deployed-to", "Deployed-at", "Deployed-by", "Deployed-revision", "Deployed-component", "Deployment-status", "Rollback-of"}
}

// Read implements [Reader].
func (t Trailers) Read(in Input) ([]ledger.Record, []ledger.Problem) {
	r := &trailerReading{reading: &reading{Input: in, source: t.Name()}}
	var err error
	if r.branches, err = parseNames(strings.Fields(in.Pattern), in.Environments); err != nil {
		r.report(ledger.LevelError, "bad-pattern", nil, "correct the pattern in site.toml", "%v", err)
		return r.done()
	}
	for i := range in.Messages {
		r.message(&in.Messages[i])
	}
	slices.SortStableFunc(r.records, func(a, b ledger.Record) int {
		return cmp.Or(instantOf(a).Compare(instantOf(b)), cmp.Compare(a.ID, b.ID))
	})
	return r.done()
}

type trailerReading struct {
	*reading
	branches []*namePattern
}

// said are the trailers of one message that matter, by folded key, the last of
// each, as git counts.
type said struct {
	*TrailerMessage
	by map[string]Trailer
}

func (s said) text(key string) string { return strings.TrimSpace(s.by[key].Value) }

// at is the place of a trailer.
func (r *trailerReading) at(s said, key string) *ledger.Origin {
	o := &ledger.Origin{Repository: r.Repository, Commit: ledger.Hash(s.Commit), Tag: s.Tag}
	if t, ok := s.by[key]; ok {
		o.Line, o.Col = t.Line, 1
	}
	return o
}

func (r *trailerReading) message(m *TrailerMessage) {
	s := said{m, map[string]Trailer{}}
	for _, t := range m.Trailers {
		key := fold(t.Key)
		if key == "deployed_to" && s.text(key) != "" {
			t.Value = s.text(key) + ", " + t.Value // one line for each environment
		}
		s.by[key] = t
	}
	r.misspelt(s)
	if s.text(promotedSha) != "" && s.text(promotedBranch) != "" {
		r.promotion(s)
	}
	to := s.text("deployed_to")
	if to == "" {
		for _, key := range []string{"deployed_at", "deployed_by", "deployment_status", "deployed_to"} {
			if _, there := s.by[key]; there {
				r.report(ledger.LevelWarning, "no-environment", r.at(s, key), "add a trailer Deployed-to: production", "trailers tell of a deployment, and not where to")
				break
			}
		}
		return
	}
	for name := range strings.SplitSeq(to, ",") {
		if name = strings.TrimSpace(name); name != "" && r.allowed(ledger.EnvironmentName(name)) && len(name) <= longestTag {
			r.deployment(s, ledger.EnvironmentName(name))
		}
	}
}

// misspelt reports trailers that nearly are ours.
func (r *trailerReading) misspelt(s said) {
	known := ownKeys()
	for _, t := range s.Trailers {
		key := fold(t.Key)
		if !strings.HasPrefix(key, "deploy") && !strings.HasPrefix(key, "rollback") ||
			slices.ContainsFunc(known, func(k string) bool { return fold(k) == key }) {
			continue
		}
		if near := decode.Nearest(t.Key, known); near != "" {
			o := r.at(s, "")
			o.Line, o.Col = t.Line, 1
			r.report(ledger.LevelWarning, "near-miss", o, "did you mean "+near+"?", "the trailer %s is not known, and not read", short(t.Key))
		}
	}
}

// begin makes the record that both kinds of trailers have in common.
func (r *trailerReading) begin(s said, env ledger.EnvironmentName) ledger.Record {
	key := cmp.Or(s.Tag, ledger.Hash(s.Commit).String()[:16])
	rec := ledger.Record{
		ID: r.id(key + ":" + string(env)), Repository: r.of(), Environment: env, Component: r.Component, Status: ledger.RecordSucceeded,
		Actor: s.Who, Description: s.Subject, FinishedAt: s.At.UTC(), TimeBasis: ledger.BasisCommitterDate,
	}
	if s.Tag != "" {
		rec.TimeBasis = ledger.BasisTaggerDate
	}
	return rec
}

// deployment makes the record of one environment that Deployed-to names.
func (r *trailerReading) deployment(s said, env ledger.EnvironmentName) {
	rec := r.begin(s, env)
	rec.Origins = []ledger.Origin{*r.at(s, "deployed_to")}
	if k := s.text("deployed_component"); k != "" {
		rec.Component = ledger.ComponentName(k)
		rec.ID += ":" + k
	}
	rec.Actor = cmp.Or(s.text("deployed_by"), rec.Actor)
	word := s.text("deployment_status")
	status, known := Status(word)
	if !known {
		r.report(ledger.LevelWarning, "unknown-status", r.at(s, "deployment_status"), unknownHint(word, "pending", "running", "succeeded", "failed", "cancelled", "superseded"),
			"unknown status %s of a deployment; it is never live", short(word))
	}
	rec.Status = status
	r.dated(&rec, s, "deployed_at")
	if _, there := s.by["rollback_of"]; there {
		rec.Kind = ledger.KindRollback
	}
	if ref := s.text("deployed_revision"); ref != "" {
		r.follow(&rec, "", ref, r.at(s, "deployed_revision"))
	} else {
		r.itself(&rec, s)
	}
	r.add(rec)
}

// itself takes the commit of the message for what was deployed.
func (r *trailerReading) itself(rec *ledger.Record, s said) {
	rec.Ref = s.Tag
	if r.of() == r.Repository {
		rec.Revision = ledger.Hash(s.Commit)
		return
	}
	if rec.Ref == "" {
		rec.Ref = ledger.Hash(s.Commit).Short()
	}
	r.report(ledger.LevelWarning, "unresolved-revision", &rec.Origins[0], "add a trailer Deployed-revision", "the message is in %s, and does not say which commit of %s was deployed", r.Repository, r.of())
}

// promotion makes the record of what GitOps Promoter promoted.
func (r *trailerReading) promotion(s said) {
	branch := s.text(promotedBranch)
	env := ledger.EnvironmentName(environmentOf(branch))
	if at, ok := matchName(r.branches, branch); ok {
		env = cmp.Or(ledger.EnvironmentName(at.environment), r.Environment, env)
	} else if len(r.branches) > 0 {
		return // the branch of something else
	}
	if !r.allowed(env) {
		return
	}
	rec := r.begin(s, env)
	rec.Kind = ledger.KindPromote
	rec.Origins = []ledger.Origin{*r.at(s, promotedSha)}
	r.dated(&rec, s, promotedAt)
	if url := s.text(promotedURL); strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://") {
		rec.URL = url
	}
	r.follow(&rec, "", s.text(promotedSha), r.at(s, promotedSha))
	r.add(rec)
}

// environmentOf is the environment that a branch is called after.
func environmentOf(branch string) string {
	branch = strings.TrimPrefix(branch, "refs/heads/")
	for _, prefix := range []string{"environment/", "environments/", "env/", "envs/"} {
		if rest, ok := strings.CutPrefix(branch, prefix); ok && rest != "" {
			return rest
		}
	}
	return branch
}

// dated sets the time that a trailer states, where it can be read.
func (r *trailerReading) dated(rec *ledger.Record, s said, key string) {
	text := s.text(key)
	if text != "" {
		if t, ok := parseTime(text, r.Zone); ok {
			rec.FinishedAt, rec.TimeBasis = t.at, ledger.BasisDeclared
		} else {
			r.report(ledger.LevelWarning, "bad-time", r.at(s, key), "write it as 2006-01-02T15:04:05Z", "the time %s cannot be read; the date of the message counts", short(text))
		}
	}
	if rec.Status == ledger.RecordPending || rec.Status == ledger.RecordRunning {
		rec.StartedAt, rec.FinishedAt = rec.FinishedAt, time.Time{}
	}
}

// add keeps a record that has a time in the period of the source.
func (r *trailerReading) add(rec ledger.Record) {
	at := instantOf(rec)
	if at.IsZero() {
		r.report(ledger.LevelWarning, "deployment-without-time", &rec.Origins[0], "add a trailer Deployed-at", "nothing tells when a deployment to %s was", short(string(rec.Environment)))
		return
	}
	if r.within(at) {
		r.records = append(r.records, rec)
	}
}
