package pages

import (
	"strings"

	"daylight/generator/metrics"
)

// methodPage says what is measured, how, and why others come to other numbers
// from the same data.
func (t *team) methodPage() Page {
	p := at(methodPath)
	page := &MethodPage{Frame: t.timeless().frame(p, "metricsmethod", "What the numbers mean", metricsPath),
		Definitions: metricDefinitions(), Others: otherTools(), Choices: methodChoices(&t.in.Metrics)}
	page.Crumbs = []Link{{"Metrics", p.to(metricsPath)}}
	for _, r := range metrics.Reasons() {
		page.Reasons = append(page.Reasons, Definition{strings.ReplaceAll(string(r.Reason), "_", " "), capital(r.Text) + "."})
	}
	return made(p.path, "metricsmethod", page)
}

// methodChoices are the settings of this site that decide numbers.
func methodChoices(r *metrics.Report) []Definition {
	median := "Between two observations the median and the percentiles lie proportionally: the median of 1 and 4 days is 2.5 days."
	if r.Median == metrics.Lower {
		median = "Between two observations the median and the percentiles are the lower of them: the median of 1 and 4 days is 1 day."
	}
	start := "At the committer date of the change's commit on the mainline."
	if r.Start == metrics.FromFirstCommit {
		start = "At the author date of the oldest commit that the change brought in."
	}
	return []Definition{{"Percentiles", median}, {"Lead times begin", start}, {"Weeks and days", "Those of the time zone " + r.Zone + "; weeks begin on Monday."},
		{"Taken back soon", "Within " + count(r.UnReleaseDays, "day") + " of the release; releases whose days are not over are left out."}}
}

func metricDefinitions() []Definition {
	return []Definition{
		{"Change lead time", "Of each change, from its commit to the end of the deployment that first made it live here; the median is shown. Changes that came with the very first record of a lane are left out, since nobody wrote down what ran before."},
		{"Deployment frequency", "Deployments that succeeded, divided by the weeks that the records cover. Rollbacks and redeployments are deployments. Attempts that failed, steps that only move traffic, and undeployments are not."},
		{"Failed deployment recovery time", "Of each deployment that failed, from its end to the declared end of the incident, else to the end of the rollback, the hotfix or the repair; the median is shown."},
		{"Change fail rate", "The share of deployments that had to be taken back or mended, as far as something marks them: a rollback (declared, or seen in history), a record's own word, a hotfix, a trailer on the commit that mends, or an incident. Without any mark the rate is unknown."},
		{"Deployment rework rate", "The share of deployments that were made because something was wrong: rollbacks, hotfixes, and those that brought a repair. Unknown without any mark."},
		{"Release frequency", "Moments at which somebody began to see something, or more people did. Ten changes behind one flag are one release. What a later deployment brings back as it had been is none."},
		{"Release lead time", "Of each change, from its commit to the moment at which everybody whom the release threshold names could see it."},
		{"Dark time", "Of each change, from its first deployment to the first exposure to anybody. Nothing for what was visible at once."},
		{"Rollout time", "Of each change, from the first exposure to the release."},
		{"Un-releases", "Moments at which something was taken from everybody while its code stayed deployed, and the share of released changes that this happened to."},
		{"Drift", "Changes that one environment has and another lacks, and how long the oldest of them has waited."},
	}
}

// otherTools tells how others come to their numbers, in the words of this site.
func otherTools() []OtherTool {
	return []OtherTool{
		{"This site", "commit on the mainline to the end of the deployment; what is negative or came with the first record is left out and counted", "interpolated, or the lower one on request",
			"deployments per week of the records; the rhythm by days with a deployment", "failed deployments, each once, of all deployments; unknown without marks", "end of the deployment to the declared end or the end of the repair"},
		{"Four Keys (archived)", "commit to deployment; zero and negative ones are dropped in silence", "interpolated", "median of the days with a deployment a week, in four classes",
			"incidents joined to changes, divided by deployments: one bad deployment of ten changes may count ten times", "opening of the incident, or the deployment that caused it, to its closing"},
		{"Apache DevLake", "coding, review and deployment added up in minutes, each rounded up; a missing part counts as nothing; the first deployment of a scope attributes nothing", "the lower one", "the same classes, from days with deployments",
			"deployments with an incident, which is always linked to the last production success before it", "end of the deployment to the end of the incident"},
		{"GitLab", "merge to production: the time before the merge is missing", "median", "an average per day", "incidents divided by deployments, as if each had one", "how long incidents are open, whatever caused them"},
		{"Sleuth", "first commit to deployment", "a mean over deployments", "a count; a turned flag is a deployment too", "deployments with an incident, a rollback or poor health", "time in a failing state"},
		{"Octopus", "creation of the earliest undeployed release to the end of its deployment: works on releases, not commits", "a mean", "a count", "failed tasks, and those that somebody helped to succeed", "failed task to the next success"},
		{"Datadog", "commit to deployment, averaged over the commits of a deployment", "a mean", "a count", "rollbacks that it detects, and rules for reverts and labels", "by the same detection"},
		{"LaunchDarkly", "first commit to deployment, in four parts", "mean, median or a percentile, by choice", "deployments, and releases of flags beside them", "not measured", "not measured"},
	}
}
