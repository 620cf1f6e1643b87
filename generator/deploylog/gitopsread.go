package deploylog

import (
	"runtime"
	"sync"
	"sync/atomic"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// maxTold bounds the problems of one kind that are told one by one.
const maxTold = 20

// readVersions reads the versions that were placed since, on every core. Each
// has a place of its own, so that the order does not matter.
func (d *desired) readVersions(from int) {
	jobs := d.jobs[from:]
	results := make([]version, len(jobs))
	var next atomic.Int64
	var wg sync.WaitGroup
	const batch = 64
	for range min(runtime.GOMAXPROCS(0), len(jobs)/batch+1) {
		wg.Go(func() {
			for {
				end := int(next.Add(batch))
				for i := end - batch; i < min(end, len(jobs)); i++ {
					results[i] = d.readVersion(jobs[i])
				}
				if end >= len(jobs) {
					return
				}
			}
		})
	}
	wg.Wait()
	d.versions = append(d.versions, results...)
}

func (d *desired) readVersion(j versionJob) version {
	data, err := d.r.Desired.Blob(j.blob)
	if err != nil {
		return version{fault: &decode.Error{File: j.path.path, Line: 1, Col: 1, Message: err.Error()}, unread: true}
	}
	return d.scan.read(j.path.path, j.path.name, data)
}

// tell reports what the reading as a whole found wanting.
func (d *desired) tell() {
	if !d.matched {
		d.r.report(ledger.LevelWarning, "no-files", nil, "correct the files of the source", "no file of the history fits %s", d.r.Desired.Files[0])
	}
	if d.unnoted > 0 {
		d.r.report(ledger.LevelWarning, "no-note", nil, "fetch the notes: git fetch origin '+refs/notes/*:refs/notes/*'",
			"%s of the branches without a note in refs/notes/%s; what ran before runs on", counted(d.unnoted, "commit"), d.r.noteRef())
	}
	d.tellFaults()
	d.refs.tell()
}

// tellFaults reports versions that cannot be read, each where history first had
// it, and files whose newest version has no value.
func (d *desired) tellFaults() {
	told, valued := 0, false
	for i := range d.versions {
		v, j := &d.versions[i], &d.jobs[i]
		valued = valued || len(v.values) > 0
		newest := j.path.current == int32(i)
		faults := v.faults
		if !newest {
			faults = nil // lines that others hide are told while they are there
		}
		if v.fault != nil {
			faults = []*decode.Error{v.fault}
		}
		for _, f := range faults {
			if told++; told > maxTold {
				continue
			}
			origin := ledger.Origin{Repository: d.r.Repository, Commit: j.seen, File: j.path.path, Line: f.Line, Col: f.Col}
			if v.unread {
				d.r.report(ledger.LevelWarning, "missing-object", &origin, "fetch the missing objects: git fetch --refetch", "cannot read the desired state: %s", f.Message)
				continue
			}
			d.r.report(ledger.LevelWarning, "unreadable", &origin, "what the file said before counts until it can be read again", "cannot read the desired state: %s", f.Message)
		}
	}
	if told > maxTold {
		d.r.report(ledger.LevelWarning, "unreadable", nil, "", "%d more versions of files cannot be read", told-maxTold)
	}
	if d.matched && !valued && len(d.versions) > 0 && told == 0 {
		value := d.r.Desired.Value
		if value == "" {
			value = "a value that the tools known to us write"
		}
		d.r.report(ledger.LevelWarning, "no-value", &ledger.Origin{Repository: d.r.Repository, Commit: d.jobs[0].seen, File: d.jobs[0].path.path, Line: 1, Col: 1},
			"correct the value of the source", "no version of the files has %s", value)
	}
}
