package flagfile

import (
	"regexp"

	"daylight/generator/ledger"
)

// GitLab reads the definitions that GitLab keeps of its own flags
// (docs.gitlab.com, development/feature_flags), one YAML file each:
//
//	name: bitbucket_user_mapping
//	introduced_by_url: https://gitlab.com/example/shop/-/merge_requests/165855
//	type: beta
//	group: group::import
//	default_enabled: false
//
// The default is what is in a version. What is set while the program runs, for a
// share of users or for one site, is in no file.
type GitLab struct{}

// Name is "gitlab".
func (GitLab) Name() string { return "gitlab" }

var (
	gitlabName    = regexp.MustCompile(`(?m)^name:\s*\S`)
	gitlabDefault = regexp.MustCompile(`(?m)^default_enabled:`)
)

// Match looks for a name and a default_enabled at the root.
func (GitLab) Match(_ string, head []byte) bool {
	return gitlabName.Match(head) && gitlabDefault.Match(head)
}

// Effect is that of files which ship with the build.
func (GitLab) Effect() ledger.Effect { return ledger.EffectDeployment }

// Decode implements [Format].
func (GitLab) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		for _, doc := range r.documents(data) {
			if doc.IsNull() || r.notMap("in this file", doc) {
				continue
			}
			key, ok := doc.Get("name").Scalar()
			if !ok || key == "" {
				r.doubt(doc, "malformed-flag", "give it a name", "the flag has no name")
				continue
			}
			base := r.base(key, doc)
			if e, ok := doc.Entry("name"); ok {
				base.Origin = r.origin(e.Line, e.Col)
			}
			for _, e := range doc.Entries {
				base.Meta.takeMeta(e)
				if e.Key == "group" {
					setText(&base.Meta.Owner, e.Value)
				}
			}
			value := doc.Get("default_enabled")
			enabled, ok := value.Bool()
			if !ok {
				at := doc
				if value != nil {
					at = value
				}
				r.doubt(at, "unknown-state", "write default_enabled: true or false", "flag %s: default_enabled is neither true nor false", quote(key))
				r.unknown(base, "unknown state")
				continue
			}
			r.emit(base, nil, constant(serving(enabled), "default_enabled").logic())
		}
	})
}
