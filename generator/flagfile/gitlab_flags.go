package flagfile

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"daylight/generator/decode"
	"daylight/generator/ledger"
)

// GitLabFlags reads the flags of projects that use the feature flags of GitLab,
// as its API lists them (docs.gitlab.com/api/feature_flags), in JSON or YAML:
//
//	[{"name": "basket-v2", "active": true, "version": "new_version_flag", "strategies": [
//	  {"name": "gradualRolloutUserId", "parameters": {"groupId": "default", "percentage": "25"},
//	   "scopes": [{"environment_scope": "production"}]}]}]
//
// The strategies are those of [Unleash], each with the environments in which it
// counts: names, "review/*", or "*" for all. Who passes one of those of an
// environment has the flag there; without any it is off.
type GitLabFlags struct{}

// Name is "gitlab-flags".
func (GitLabFlags) Name() string { return "gitlab-flags" }

var gitlabScope = regexp.MustCompile(`(environment_scope|new_version_flag|legacy_flag)`)

// Match looks for what no other list of flags has.
func (GitLabFlags) Match(name string, head []byte) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".json", ".yaml", ".yml":
		return gitlabScope.Match(head) && unleashStrategies.Match(head)
	}
	return false
}

// Decode implements [Format].
func (GitLabFlags) Decode(files []File, o Options) ([]Setting, []ledger.Problem) {
	return layers(files, o, func(r *reading, data []byte) {
		for _, doc := range r.documents(data) {
			list := []*decode.Node{doc} // one flag alone is what the API answers, too
			switch {
			case doc.IsNull():
				continue
			case doc.Is(decode.List):
				list = doc.Items
			}
			for _, n := range list {
				if r.notMap("in the list of flags", n) {
					continue
				}
				if key, ok := r.keyOf(n, "name"); ok {
					r.gitlabFlag(key, n)
				}
			}
		}
	})
}

// maxGitLabScopes bounds how often an environment of a flag is compared with a
// scope of one of its strategies.
const maxGitLabScopes = 100_000

// gitlabStrategy is a strategy with the environments in which it counts.
type gitlabStrategy struct {
	node   *decode.Node
	number int
	scopes []string
}

// gitlabFlag adds a setting for each environment that a strategy names, and one
// for all others.
func (r *reading) gitlabFlag(key string, n *decode.Node) {
	base := r.base(key, n)
	for _, e := range n.Entries {
		base.Meta.takeMeta(e)
	}
	active, ok := switchIn(n.Get("active"))
	if !ok {
		at := n
		if v := n.Get("active"); v != nil {
			at = v
		}
		r.doubt(at, "unknown-state", "write active: true or false", "flag %s: active is neither true nor false", quote(key))
		r.unknown(base, "unknown state")
		return
	}
	if version, _ := n.Get("version").Scalar(); version == "legacy_flag" {
		r.doubt(n, "not-supported", "GitLab turns it into one with strategies when it is saved", "flag %s is of the old kind, without strategies of its own; it is not read", quote(key))
		r.unknown(base, "legacy flag")
		return
	}
	var strategies []gitlabStrategy
	environments, scopes := []string{""}, 0
	if list := n.Get("strategies"); list.Is(decode.List) {
		for i, item := range list.Items {
			s := gitlabStrategy{item, i, gitlabScopes(item)}
			strategies = append(strategies, s)
			scopes += len(s.scopes)
			for _, scope := range s.scopes {
				if !strings.Contains(scope, "*") {
					environments = append(environments, scope)
				}
			}
		}
	}
	for _, env := range r.Environments { // a wildcard may take one that nobody names
		environments = append(environments, string(env))
	}
	slices.Sort(environments)
	environments = slices.Compact(environments)
	if len(environments)*scopes > maxGitLabScopes {
		r.doubt(n, "flag-too-complex", "take away environments that are no more", "flag %s has too many environments", quote(key))
		r.unknown(base, "too many environments")
		return
	}
	for _, env := range environments {
		s := base
		s.Environment = ledger.EnvironmentName(env)
		r.gitlabEmit(s, key, active, strategies)
	}
}

// gitlabScopes lists the environments of a strategy.
func gitlabScopes(n *decode.Node) (out []string) {
	if list := n.Get("scopes"); list.Is(decode.List) {
		for _, item := range list.Items {
			if scope, ok := item.Get("environment_scope").Scalar(); ok {
				out = append(out, scope)
			}
		}
	}
	return out
}

// gitlabEmit walks the strategies that count in an environment.
func (r *reading) gitlabEmit(base Setting, key string, active bool, strategies []gitlabStrategy) {
	o := constant(serving(false), "strategies")
	if !active {
		o.via, strategies = "active", nil
	}
	for _, s := range strategies {
		if !slices.ContainsFunc(s.scopes, func(scope string) bool { return gitlabCovers(scope, string(base.Environment)) }) {
			continue
		}
		if c, ok := r.gitlabRule(key, s); ok {
			o.rules = append(o.rules, allocation{rest: serving(true)}.within(c)...)
		}
	}
	l := o.logic()
	l.switched = true
	r.emit(base, nil, l)
}

// gitlabCovers reports whether a scope takes an environment; "" is one that no
// scope names.
func gitlabCovers(scope, env string) bool {
	if scope == "*" || env == "" {
		return scope == "*"
	}
	if !strings.Contains(scope, "*") {
		return scope == env
	}
	takes, err := regexp.Compile("^" + strings.ReplaceAll(regexp.QuoteMeta(scope), `\*`, ".*") + "$")
	return err == nil && takes.MatchString(env)
}

// gitlabRule turns a strategy into a rule: those of Unleash, and a list of users
// that GitLab keeps beside the flags.
func (r *reading) gitlabRule(key string, s gitlabStrategy) (choice, bool) {
	name, _ := s.node.Get("name").Scalar()
	if name != "gitlabUserList" {
		return r.unleashStrategy(unleashSet{}, key, s.node, s.number)
	}
	list := s.node.Get("user_list")
	ids, given := list.Get("user_xids").Scalar()
	users := strings.FieldsFunc(ids, func(c rune) bool { return c == ',' || c == ' ' })
	title, _ := list.Get("name").Scalar()
	switch {
	case list.IsNull():
		r.doubt(s.node, "malformed-flag", "export the flags with their user lists", "flag %s names a list of users, which the file does not have", quote(key))
		return choice{}, false
	case given && len(users) == 0:
		return choice{}, false // a list of nobody
	}
	c := people("user", users, nil)
	c.label, c.via = cut(cmp.Or(title, c.label)), name
	if len(users) == 0 {
		c.when = &cond{text: c.label}
	}
	return c, true
}
