// Package metrics computes the numbers of delivery from a ledger. It is pure:
// facts and a ledger in, a [Report] out; it reads no file and no clock.
//
// The two nouns are [Lane] and [Spread]. A Lane is one component in one
// environment, with its numbers for several windows of time, counted back from
// as-of; components are never blended. A Spread is a distribution of durations:
// median and percentiles, how many observations they rest on, and how many were
// left out, each with its [Reason].
//
// # DORA's five
//
// By DORA's definitions since 2024, in DORA's two groups. Throughput: change lead
// time, deployment frequency, failed deployment recovery time. Instability:
// change fail rate, deployment rework rate. D are the deployments of a lane that
// succeeded and finished in the window: rollbacks and redeployments are in it;
// failed ones, steps of traffic and undeployments are not.
//
//   - Change lead time: over the changes that a deployment of D made live for the
//     first time, from the commit on the mainline to the end of the deployment.
//   - Deployment frequency: |D| per day that the records cover, and the gap
//     between one and the next.
//   - Failed deployment recovery time: over the members of D that failed, from
//     their end (or from the switch that gave them the traffic) to the declared
//     end of the incident, else to the end of what mended it.
//   - Change fail rate: the share of D that had to be taken back or mended.
//   - Deployment rework rate: the share of D that was unplanned, and made because
//     something was wrong.
//
// DORA speaks of production alone. The other environments have the same formulas
// here, and nobody should call those DORA's.
//
// # The release side
//
// DORA does not tell a deployment from a release. What follows is ours, and
// never called DORA's: release frequency (instants at which somebody began to see
// something, not changes), release lead time (commit to released), dark time
// (deployed to first exposed), rollout time (first exposed to released),
// un-release time and share, and the drift between environments.
//
// # What failed
//
// Whether a deployment failed stands in no commit: somebody has to mark it. Marks
// are those of [Source]. A lane without any mark has an unknown fail rate, and
// never one of 0 %: nobody may conclude from silence that all was well.
//
// # What is left out
//
// What cannot be measured is counted with its reason. The most important one is
// [ReasonFirstRecord]: the first record of a lane brings the whole history of the
// code, whose deployment before it nobody wrote down.
//
// # Exactness
//
// Durations are whole nanoseconds, percentiles are interpolated between the two
// nearest observations (or the lower of them, see [Lower]), rounded down. No
// floating point is used. Lists have the total order that their field names.
package metrics
