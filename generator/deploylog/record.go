package deploylog

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"time"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// event is a record as notes and files have it, with what its place tells.
type event struct {
	fields    object
	origin    ledger.Origin // of the line; values in it have their own line and column
	key       string        // what makes the id where the record states none
	target    ledger.Hash   // the commit that a note is on; zero in files
	firstSeen time.Time     // zero when unknown
	// source begins the id where it is not the reader's name: the format, so
	// that number 12 of one system is not number 12 of another.
	source string
	more   []ledger.Origin // further places that tell of the event
}

// record adds the record of an event, unless it lacks what every record needs.
func (r *reading) record(e event) {
	if r.release(e) {
		return
	}
	env, _ := e.fields.text("environment")
	if env == "" {
		if env = string(r.Environment); env == "" {
			r.report(ledger.LevelWarning, "no-environment", &e.origin, `add "environment" to the record, or set it on the source`, "a deployment names no environment")
			return
		}
	}
	if !r.allowed(ledger.EnvironmentName(env)) || r.Guessed && !knownEnvironment(env) {
		return
	}
	rec := ledger.Record{
		ID: r.eventID(e), Repository: r.of(), Environment: ledger.EnvironmentName(env),
		Component: r.Component, Origins: append([]ledger.Origin{e.origin}, e.more...),
	}
	if c, _ := e.fields.text("component"); c != "" {
		rec.Component = ledger.ComponentName(c)
	}
	rec.Slot, _ = e.fields.text("slot")
	rec.Actor, _ = e.fields.text("actor")
	rec.Description, _ = e.fields.text("description")
	rec.URL = r.address(e)
	rec.Kind = r.kind(e)
	rec.Status = r.status(e)
	rec.Hotfix, rec.Faulty = marks(e)
	rec.Weight = r.weight(e)
	if !r.times(&rec, e) {
		r.report(ledger.LevelWarning, "deployment-without-time", &e.origin, `add "at" to the record`, "nothing tells when a deployment to %s was", short(env))
		return
	}
	if at := rec.FinishedAt; !r.within(at) && !at.IsZero() || at.IsZero() && !r.within(rec.StartedAt) {
		return
	}
	r.eventRevision(&rec, e)
	r.records = append(r.records, rec)
}

// at is the place of a value within the record.
func (e event) at(n *decode.Node) *ledger.Origin {
	o := e.origin
	if n != nil && n.Line > 0 {
		o.Line, o.Col = n.Line, n.Col
	}
	return &o
}

func (r *reading) eventID(e event) string {
	source := cmp.Or(e.source, r.source)
	if id, _ := e.fields.text("id"); id != "" && len(id) <= 200 {
		return r.idOf(source, id)
	}
	sum := sha256.Sum256([]byte(e.key))
	return r.idOf(source, hex.EncodeToString(sum[:8]))
}

// address takes an address only where it is one of the web: it becomes a link.
func (r *reading) address(e event) string {
	text, n := e.fields.text("url")
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		r.report(ledger.LevelInfo, "bad-url", e.at(n), "", "%s is no address of the web, and is left out", short(text))
		return ""
	}
	return text
}

func (r *reading) kind(e event) ledger.DeploymentKind {
	if yes, ok := e.fields.find("rollback").Bool(); ok && yes {
		return ledger.KindRollback
	}
	text, n := e.fields.text("kind")
	switch fold(text) {
	case "", "hotfix", "hot_fix", "emergency": // what they are compared with tells the kind
		return ""
	case "deploy", "deployment", "deployed", "release", "upgrade", "rolling":
		return ledger.KindDeploy
	case "promote", "promotion", "promoted":
		return ledger.KindPromote
	case "rollback", "roll_back", "rolled_back", "rolledback":
		return ledger.KindRollback
	case "redeploy", "redeployment", "restart":
		return ledger.KindRedeploy
	case "canary_step", "canary":
		return ledger.KindCanaryStep
	case "traffic_switch", "switch", "traffic":
		return ledger.KindTrafficSwitch
	case "undeploy", "undeployed", "remove", "removed", "stop", "stopped", "teardown":
		return ledger.KindUndeploy
	}
	r.report(ledger.LevelWarning, "unknown-kind", e.at(n), unknownHint(text, "deploy", "promote", "rollback", "redeploy", "canary_step", "traffic_switch", "undeploy"),
		"unknown kind %s of a deployment; it is inferred", short(text))
	return ""
}

// marks reads what a record says of how it went: that it is a hotfix, and that it
// was bad although it succeeded.
func marks(e event) (hotfix, faulty bool) {
	kind, _ := e.fields.text("kind")
	switch fold(kind) {
	case "hotfix", "hot_fix", "emergency":
		hotfix = true
	}
	status, _ := e.fields.text("status")
	yes, _ := e.fields.find("hotfix").Bool()
	bad, _ := e.fields.find("faulty").Bool()
	return hotfix || yes, bad || fold(status) == "rolled_back"
}

func unknownHint(text string, known ...string) string {
	if near := decode.Nearest(text, known); near != "" {
		return "did you mean " + near + "?"
	}
	return "there are " + strings.Join(known, ", ")
}

// status normalises the words of all systems that we know.
func (r *reading) status(e event) ledger.RecordStatus {
	text, n := e.fields.text("status")
	status, ok := Status(text)
	if !ok {
		r.report(ledger.LevelWarning, "unknown-status", e.at(n), unknownHint(text, "pending", "running", "succeeded", "failed", "cancelled", "superseded"),
			"unknown status %s of a deployment; it is never live", short(text))
	}
	return status
}

// Status normalises the outcome of a deployment; "" is a success, since most
// records are written after one. ok is false for words that are not known.
func Status(text string) (status ledger.RecordStatus, ok bool) {
	switch fold(text) {
	case "", "success", "successful", "succeeded", "pass", "passed", "ok", "done", "deployed", "complete", "completed", "rolled_back", "active", "true":
		return ledger.RecordSucceeded, true
	case "queued", "waiting", "created", "blocked", "pending", "scheduled":
		return ledger.RecordPending, true
	case "in_progress", "inprogress", "running", "executing", "started", "deploying":
		return ledger.RecordRunning, true
	case "failure", "error", "failed", "timedout", "timed_out", "faulty", "fail", "false":
		return ledger.RecordFailed, true
	case "cancelled", "canceled", "aborted", "skipped":
		return ledger.RecordCancelled, true
	case "inactive", "superseded":
		return ledger.RecordSuperseded, true
	case "unknown":
		return ledger.RecordUnknown, true
	}
	return ledger.RecordUnknown, false
}

// weight reads 25, "25%", or [0, 40] for a share that is only bounded.
func (r *reading) weight(e event) *ledger.Share {
	n := e.fields.find("weight")
	if n == nil {
		return nil
	}
	ends := []*decode.Node{n, n}
	if n.Is(decode.List) {
		ends = n.Items
	}
	if len(ends) == 2 {
		low, _ := ends[0].Scalar()
		high, _ := ends[1].Scalar()
		lo, errLo := ledger.ParsePercent(low)
		hi, errHi := ledger.ParsePercent(high)
		if errLo == nil && errHi == nil && lo <= hi {
			return &ledger.Share{Lo: lo, Hi: hi}
		}
	}
	r.report(ledger.LevelWarning, "bad-weight", e.at(n), "write a number from 0 to 100", "the weight of a deployment is no percentage")
	return nil
}

// times sets start and end; false when nothing is known.
func (r *reading) times(rec *ledger.Record, e event) bool {
	started, finished, single := r.time(e, "started_at"), r.time(e, "finished_at"), r.time(e, "at")
	rec.TimeBasis = ledger.BasisDeclared
	ended := rec.Status != ledger.RecordPending && rec.Status != ledger.RecordRunning
	switch {
	case ended && !finished.IsZero():
	case ended && !single.IsZero():
		finished = single
	case ended && !started.IsZero():
		finished = started
	case !ended && started.IsZero():
		// An end that is stated of what has not ended is kept as it was said;
		// such a record is never live.
		started = single
	}
	if started.IsZero() && finished.IsZero() {
		if e.firstSeen.IsZero() {
			return false
		}
		rec.TimeBasis = ledger.BasisFirstSeen
		if ended {
			finished = e.firstSeen.UTC()
		} else {
			started = e.firstSeen.UTC()
		}
	}
	if ended && started.After(finished) {
		r.report(ledger.LevelWarning, "ends-before-start", &e.origin, "", "a deployment ended at %s, before it started at %s",
			finished.Format(time.RFC3339), started.Format(time.RFC3339))
		started = time.Time{}
	}
	rec.StartedAt, rec.FinishedAt = started, finished
	return true
}

func (r *reading) time(e event, name string) time.Time {
	text, n := e.fields.text(name)
	if text == "" {
		return time.Time{}
	}
	t, ok := parseTime(text, r.Zone)
	if !ok {
		hint := "write it as 2006-01-02T15:04:05Z"
		if e.firstSeen.IsZero() {
			r.report(ledger.LevelWarning, "bad-time", e.at(n), hint, "the time %s cannot be read", short(text))
		} else {
			r.report(ledger.LevelWarning, "bad-time", e.at(n), hint, "the time %s cannot be read; the line was first seen at %s", short(text), e.firstSeen.UTC().Format(time.RFC3339))
		}
		return time.Time{}
	}
	return t.at
}

// unknownRef stands where a record names nothing that could be followed.
const unknownRef = "unknown"

// eventRevision finds the commit: what the record states, else what its version
// means, else the commit that the note is on.
func (r *reading) eventRevision(rec *ledger.Record, e event) {
	revision, n := e.fields.text("revision")
	version, v := e.fields.text("version")
	switch {
	case revision != "":
		r.follow(rec, version, revision, e.at(n))
	case !e.target.IsZero() && r.of() == r.Repository:
		rec.Revision, rec.Ref = e.target, version
		return
	case version != "":
		r.follow(rec, version, version, e.at(v))
	case rec.Kind == ledger.KindUndeploy || rec.Kind == ledger.KindTrafficSwitch:
		return // they speak of what is there
	default:
		r.report(ledger.LevelWarning, "no-revision", &e.origin, `add "revision" or "version" to the record`, "a deployment to %s names no commit and no version", short(string(rec.Environment)))
		// The lane is unknown from here on, which only a ref that leads nowhere says.
		rec.Ref = unknownRef
		return
	}
	if !e.target.IsZero() && !rec.Revision.IsZero() && rec.Revision != e.target && r.of() == r.Repository {
		r.report(ledger.LevelWarning, "revision-differs", e.at(n), "what the record states counts", "the note is on %s, and states the revision %s", e.target.Short(), rec.Revision.Short())
	}
}

// follow resolves the ref that names the revision, and falls back to the version
// where there is one. A ref that leads nowhere is kept, with a zero revision.
func (r *reading) follow(rec *ledger.Record, version, ref string, at *ledger.Origin) {
	rec.Ref = ref
	if version != "" {
		rec.Ref = version
	}
	refs := []string{ref}
	if version != "" && version != ref {
		refs = append(refs, version)
	}
	found, waits := r.defers(Pending{Repository: rec.Repository, Refs: refs, Kind: PendingRecord, Ref: rec.Ref, Origin: *at})
	if !waits {
		found = r.resolve(ref)
	}
	if found.State != Resolved && version != "" && version != ref {
		if second := r.resolve(version); second.State == Resolved {
			r.report(ledger.LevelWarning, "unresolved-revision", at, "the version of the record counts", "the revision %s is not in the repository; version %s is", short(ref), short(version))
			found = second
		}
	}
	switch found.State {
	case Resolved:
		rec.Revision = found.Hash
	case Ambiguous:
		r.report(ledger.LevelWarning, "ambiguous-revision", at, "write more digits of the commit, or the full name of the tag", "%s means more than one commit", short(ref))
	default:
		r.report(ledger.LevelWarning, "unresolved-revision", at, "fetch all branches and tags: git fetch --unshallow --tags", "%s is no commit, tag or version of the repository", short(ref))
	}
}
