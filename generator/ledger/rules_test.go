package ledger_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// example names a file of examples, from the folder above this package, and a
// piece of it that only an example of the rule would hold.
type example struct{ file, holds string }

// ruleExamples lists, for each rule by which dates are found, the examples that
// show it. A rule is added here before it is built.
var ruleExamples = []struct {
	rule     string
	examples []example
}{
	{"backport: cherry picked from commit", []example{{"collect/testdata/backports.txtar", "of <fix one (#1)>: cherry picked from commit"}}},
	{"backport: the same Change-Id", []example{{"collect/testdata/backports.txtar", "of <fix two>: the same Change-Id"}}},
	{"backport: Backport #N", []example{{"collect/testdata/backports.txtar", "of <fix three (#3)>: Backport #N"}, {"collect/message_test.go", `"[backport 1.2] fix: x (#12) (#14)"`}, {"collect/message_test.go", "backport-of: #12"}}},
	{"backport: the same pull request", []example{{"collect/testdata/backports.txtar", "of <fix four (#4)>: the same pull request number"}}},
	{"backport: the same author, author date and subject", []example{{"collect/testdata/backports.txtar", ": the same author, author date and subject"}}},
	{"backport: the same patch", []example{{"collect/testdata/same-patch.txtar", ": the same patch"}}},
	{"backport: held by a copy", []example{{"ledger/testdata/backport.txtar", "backport "}}},
	{"a branch deployed before its merge", []example{
		{"ledger/testdata/before-the-merge.txtar", "merge "}, {"ledger/testdata/branch-deployed-before-its-merge.txtar", "once "}, {"collect/testdata/squashed-branch.txtar", "brings"},
	}},
	{"revert: This reverts commit", []example{{"collect/testdata/reverts.txtar", "undoes <feat: one (#1)>: This reverts commit"}}},
	{"revert: of a merge", []example{{"collect/testdata/reverts.txtar", "undoes <Merge pull request #5 from lumen/topic>"}}},
	{"revert: by its subject", []example{{"collect/testdata/reverts.txtar", `undoes <two (#2)>: Revert "subject"`}}},
	{"revert: Reapply", []example{{"collect/testdata/reverts.txtar", `: Reapply "subject"`}}},
	{"revert: Reverts #N", []example{{"collect/testdata/reverts.txtar", ": Reverts #N"}}},
	{"revert: revert: with a subject", []example{{"collect/testdata/reverts.txtar", ": revert: subject"}}},
	{"reverted, in what runs", []example{{"ledger/testdata/reverted.txtar", "reverted"}, {"ledger/testdata/reverted-before-deployment.txtar", "reverted"}}},
	{"reverted, and not deployed yet", []example{{"ledger/testdata/revert-not-yet-deployed.txtar", "revert "}}},
	{"reverts and re-applications to any depth", []example{
		{"ledger/testdata/revert-of-revert.txtar", "reapplied"}, {"ledger/testdata/reapplied-by-a-copy.txtar", "reapply "},
		{"ledger/testdata/returned-beside-its-revert.txtar", "returned"}, {"ledger/testdata/revert-by-the-name-of-a-copy.txtar", "revert h e"},
	}},
	{"partly reverted", []example{{"ledger/testdata/partly-reverted.txtar", "revert "}}},
	{"off the mainline", []example{{"ledger/testdata/off-the-mainline.txtar", "off the mainline"}}},
	{"diverged: gained and lost", []example{{"ledger/testdata/diverged.txtar", "diverged, deploy inferred, gained b, lost x"}}},
	{"two live revisions with weights", []example{{"ledger/testdata/canary.txtar", "kind=canary_step"}, {"ledger/testdata/canary-without-a-name.txtar", "weight=25"}, {"ledger/testdata/traffic-times-flag.txtar", "weight="}}},
	{"slots and switches", []example{{"ledger/testdata/blue-green.txtar", "switch "}, {"ledger/testdata/slot-without-a-weight.txtar", "slot="}, {"ledger/testdata/un-released-by-traffic.txtar", "traffic"}}},
	{"undeploy", []example{{"ledger/testdata/undeployed.txtar", "undeployed"}}},
	{"the same revision again", []example{{"ledger/testdata/redeployed.txtar", "redeploy inferred"}}},
	{"declared against inferred kinds", []example{{"ledger/testdata/declared-kind.txtar", "kind-disagrees"}, {"ledger/testdata/promoted.txtar", "promote inferred"}}},
	{"rolled back", []example{{"ledger/testdata/rolled-back.txtar", "returned"}, {"ledger/testdata/rolled-back-still.txtar", "rolled_back"}}},
	{"failed and cancelled are never live", []example{{"ledger/testdata/failed-is-never-live.txtar", "status=failed"}}},
	{"a revision that cannot be resolved", []example{
		{"ledger/testdata/unresolved-revision.txtar", "unknown"}, {"ledger/testdata/resolved-again.txtar", "?"}, {"ledger/testdata/gone-after-an-unknown-revision.txtar", "?"},
	}},
	{"several flags on one change", []example{{"ledger/testdata/two-flags.txtar", "link "}, {"ledger/testdata/two-groups.txtar", " and "}, {"ledger/testdata/one-flag-named-twice.txtar", "link "}}},
	{"!key", []example{{"ledger/testdata/negated.txtar", "!"}}},
	{"key=variant", []example{{"ledger/testdata/variants.txtar", "unknown-variant"}}},
	{"flags: unknown", []example{{"ledger/testdata/unknown-flag.txtar", "unknown-flag"}}},
	{"flags: retired", []example{
		{"ledger/testdata/flag-retired-as-released.txtar", "retired=released"}, {"ledger/testdata/flag-retired-as-dropped.txtar", "retired=dropped"},
		{"ledger/testdata/flag-removed-in-silence.txtar", "retired-undecided"}, {"ledger/testdata/retired-in-another-repository.txtar", "retired=released"},
	}},
	{"flags: renamed, and a second life", []example{{"collect/testdata/flag-renamed.txtar", "goes on"}, {"collect/testdata/second-life.txtar", "#2"}}},
	{"flags: broken in one old commit", []example{{"collect/testdata/broken-manifest.txtar", "last good state"}, {"collect/testdata/unreadable-manifest.txtar", "unknown"}, {"ledger/testdata/unreadable-flag.txtar", "unknown"}, {"ledger/testdata/readable-again.txtar", "unknown"}}},
	{"flags: before the first entry, and environments that are not named", []example{{"ledger/testdata/before-the-first-entry.txtar", "step "}, {"ledger/testdata/environment-not-named.txtar", "unknown"}, {"ledger/testdata/nothing-has-a-name.txtar", "production"}}},
	{"flags: an environment in a branch or a repository of its own", []example{{"ledger/testdata/environments-in-branches.txtar", "branch="}, {"ledger/testdata/environments-in-repositories.txtar", "repository "}, {"ledger/testdata/one-environment-in-two-repositories.txtar", "duplicate-flag"}}},
	{"flags: on without a live holder", []example{{"ledger/testdata/flag-before-the-code.txtar", "exposed-without-deployment"}}},
	{"effect: on merge", []example{{"ledger/testdata/rollout.txtar", "merge"}, {"ledger/testdata/delay.txtar", "delay="}, {"ledger/testdata/planned-steps.txtar", "@"}}},
	{"effect: with the deployment", []example{
		{"ledger/testdata/shipped-with-the-build.txtar", "deployment"}, {"ledger/testdata/shipped-from-a-branch.txtar", "at "},
		{"ledger/testdata/shipped-from-a-branch-by-default.txtar", "at basket x *"}, {"ledger/testdata/planned-for-everybody-else.txtar", "off@"}, {"ledger/testdata/shipped-with-another-component.txtar", "with="}, {"collect/testdata/shipped-by-a-hotfix.txtar", "deployment"},
	}},
	{"effect: a log of events", []example{{"ledger/testdata/log-of-events.txtar", "dated=yes"}, {"ledger/testdata/log-began-late.txtar", "unknown"}}},
	{"releases by version", []example{{"ledger/testdata/by-version.txtar", "published"}, {"ledger/testdata/by-version-from-a-branch.txtar", "published"}, {"ledger/testdata/first-version.txtar", "version "}}},
	{"releases by declaration", []example{{"ledger/testdata/declared.txtar", "declared"}, {"ledger/testdata/declared-and-flagged.txtar", "flag-says-less"}, {"ledger/testdata/declared-everywhere.txtar", "release *"}}},
	{"thresholds below 100, and groups", []example{{"ledger/testdata/threshold.txtar", "threshold "}, {"ledger/testdata/release-groups.txtar", "groups "}}},
	{"components by path and by scope", []example{{"collect/testdata/components.txtar", "by scope"}, {"ledger/testdata/no-component.txtar", "touches=none"}}},
	{"the same change in several components", []example{{"ledger/testdata/two-components.txtar", "production/web"}, {"ledger/testdata/a-component-begins-without-it.txtar", "components "}}},
	{"code, deployments and flags in three repositories", []example{{"collect/testdata/three-repositories.txtar", "three repositories"}}},
	{"clock skew", []example{{"ledger/testdata/clock-skew.txtar", "clock-skew"}, {"ledger/testdata/misdated-commit.txtar", "older date"}, {"ledger/testdata/commit-after-as-of.txtar", "asof"}}},
	{"equal instants", []example{{"ledger/testdata/one-instant.txtar", "deploy "}, {"ledger/testdata/one-instant-in-both.txtar", "deploy "}}},
	{"naive local times with a configured zone", []example{{"deploylog/testdata/tags/zone.txtar", "zone: -08:00"}}},
	{"shallow history", []example{
		{"ledger/testdata/shallow.txtar", "error shallow"}, {"ledger/testdata/shallow-mainline.txtar", "unknown up to 100"}, {"ledger/testdata/shallow-off-the-mainline.txtar", "shallow x"},
		{"ledger/testdata/shallow-flags.txtar", "shallow t"}, {"ledger/testdata/shallow-by-version.txtar", "shallow y"}, {"collect/testdata/shallow.txtar", "shallow"}, {"../cmd/daylight/testdata/script/shallow_clone.txtar", "shallow"},
	}},
	{"links: the five ways, with evidence", []example{
		{"collect/testdata/links.txtar", "by trailer ("}, {"collect/testdata/links.txtar", "by metadata ("}, {"collect/testdata/links.txtar", "by edit ("},
		{"collect/testdata/links.txtar", "by occurrence ("}, {"collect/testdata/links.txtar", "by path ("}, {"collect/testdata/links-in-merges.txtar", "behind"},
	}},
	{"titles: squashes of GitHub and GitLab", []example{{"collect/message_test.go", `{"github squash"`}, {"collect/message_test.go", `{"gitlab squash"`}, {"collect/message_test.go", `{"the last number wins"`}}},
	{"titles: merges of forges", []example{
		{"collect/message_test.go", `{"github merge"`}, {"collect/message_test.go", `{"gitlab merge"`}, {"collect/message_test.go", `{"bitbucket"`}, {"collect/message_test.go", `{"azure"`},
		{"collect/message_test.go", `{"gerrit"`}, {"collect/message_test.go", `{"phabricator"`}, {"collect/message_test.go", `{"bors"`}, {"collect/message_test.go", `{"merge queue"`}, {"collect/message_test.go", `{"a merge titled like a squash"`},
	}},
	{"titles: bullets of a squash", []example{{"collect/message_test.go", `{"squash bullets"`}, {"collect/message_test.go", `{"bullets, one without a type"`}}},
	{"titles: Conventional Commits with their footers", []example{{"collect/message_test.go", `{"breaking mark"`}, {"collect/message_test.go", `{"breaking footer"`}, {"collect/message_test.go", `{"footers with a long break"`}}},
	{"people: .mailmap", []example{{"collect/testdata/people-and-titles.txtar", ".mailmap"}}},
}

// TestEveryRuleHasAnExample holds the list to the files.
func TestEveryRuleHasAnExample(t *testing.T) {
	named := map[string]bool{}
	for _, r := range ruleExamples {
		if len(r.examples) == 0 {
			t.Errorf("%s: no example", r.rule)
		}
		for _, e := range r.examples {
			named[filepath.Base(e.file)] = true
			text, err := os.ReadFile(filepath.Join("..", e.file))
			if err != nil {
				t.Errorf("%s: %v", r.rule, err)
			} else if !strings.Contains(string(text), e.holds) {
				t.Errorf("%s: %s does not hold %q", r.rule, e.file, e.holds)
			}
		}
	}
	// What tells no rule of its own: the plain story, and combinations.
	others := []string{
		"as-of.txtar", "deployed-is-not-released.txtar", "groups.txtar", "log-gone-at-once.txtar", "log-of-events-removed.txtar",
		"merge.txtar", "two-environments.txtar", "without-a-flag.txtar",
	}
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if name := filepath.Base(path); !named[name] && !slices.Contains(others, name) {
			t.Errorf("%s is an example of no rule here", name)
		}
	}
}
