package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"daylight/generator/config"
	"daylight/generator/deploylog"
	"daylight/generator/gitrepo"
	"daylight/generator/history"
	"daylight/generator/ledger"
)

// deploymentFlags are what a person says of a deployment.
type deploymentFlags struct {
	destination
	line      deploylog.Line
	weight    string
	startedAt string
	at        string
}

func (a *app) recordDeploymentCommand() *cobra.Command {
	var o deploymentFlags
	cmd := &cobra.Command{
		Use:   "deployment --environment NAME",
		Short: "Write down that a revision runs in an environment",
		Long: `Writes down one deployment: which revision, where, when, and how it went. Run it in
the pipeline, after the deployment. Without --at it has just happened.

Give --id with what names the deployment in your pipeline (the number of the run):
then a run that is repeated records it once, and a later record with the same id
and another --status tells how it went on.`,
		Example: `  daylight record deployment --environment production
  daylight record deployment --environment production --revision v1.4.0 --id "$RUN_ID" --url "$RUN_URL"
  daylight record deployment --environment production --slot canary --kind canary_step --weight 5
  daylight record deployment --environment production --to tag`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(cmd, "note", "file", "tag"); err != nil {
				return err
			}
			return a.recordDeployment(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&o.line.Environment, "environment", "e", "", "where it runs (required)")
	f.StringVar(&o.line.Component, "component", "", "the part that was deployed (default: the only one)")
	f.StringVar(&o.line.Revision, "revision", "", "the commit: an id, a tag or a branch (default: --ref, else HEAD)")
	f.StringVar(&o.line.Version, "ref", "", "the tag, version or image as your pipeline calls it")
	f.StringVar(&o.line.Status, "status", "succeeded", "pending, running, succeeded, failed, cancelled or superseded")
	f.StringVar(&o.line.Kind, "kind", "", "deploy, promote, rollback, redeploy, canary_step, traffic_switch or undeploy (default: found by comparison)")
	f.StringVar(&o.weight, "weight", "", "the share of the traffic afterwards, in percent")
	f.StringVar(&o.line.Slot, "slot", "", "the part of the environment: blue, canary")
	f.StringVar(&o.startedAt, "started-at", "", "when it began")
	f.StringVar(&o.at, "at", "", "when it was done, or began where it is not done (default: now)")
	f.StringVar(&o.line.URL, "url", "", "an address with more, such as that of the pipeline's run")
	f.StringVar(&o.line.Actor, "actor", "", "who did it")
	f.StringVar(&o.line.Description, "description", "", "in a few words")
	f.StringVar(&o.line.ID, "id", "", "what names this deployment for ever, such as the number of the pipeline's run")
	o.register(cmd, "deployments", "deployments.jsonl", "note", "file", "tag")
	return cmd
}

func (a *app) recordDeployment(ctx context.Context, o deploymentFlags) error {
	if err := a.complete(&o); err != nil {
		return err
	}
	return a.put(o.destination, o.line.Environment, func(r *recorder, conf config.Config) error {
		r.warnPlace(conf)
		if o.to == "tag" {
			return r.deploymentTag(ctx, o)
		}
		target, err := r.target(&o)
		if err != nil {
			return err
		}
		line, problems, err := o.line.Write(r.input(), target)
		return r.writeRecord(ctx, target, checkedLine{"deployment", line, problems, err}, "Record a deployment to "+o.line.Environment)
	})
}

// complete reads the flags that are no plain texts.
func (a *app) complete(o *deploymentFlags) error {
	if strings.TrimSpace(o.line.Environment) == "" {
		return usageError{errors.New("record deployment: which environment?"), "add --environment production"}
	}
	if o.line.ID != "" && len(o.line.ID) > 200 {
		return usageError{errors.New("record deployment: the id has more than 200 characters"), "give the number of the pipeline's run"}
	}
	var err error
	if o.line.Weight, err = share("weight", o.weight); err != nil {
		return err
	}
	if o.line.StartedAt, err = instant("started-at", o.startedAt); err != nil {
		return err
	}
	at, err := instant("at", o.at)
	if err != nil {
		return err
	}
	if at.IsZero() {
		at = a.now().UTC()
	}
	status, _ := deploylog.Status(o.line.Status) // an unknown one is refused with the line
	if status != ledger.RecordPending && status != ledger.RecordRunning {
		o.line.FinishedAt = at
	} else if o.line.StartedAt.IsZero() {
		o.line.StartedAt = at
	}
	return nil
}

// target finds the commit that was deployed. A note hangs on it, and need not
// state it; a file states it, and may speak of a version of another repository.
func (r *recorder) target(o *deploymentFlags) (ledger.Hash, error) {
	named := cmp.Or(cmp.Or(o.line.Revision, o.line.Version), "HEAD")
	if o.to == "note" {
		h, err := r.commitOf(named)
		o.line.Revision = ""
		return h, err
	}
	if o.line.Revision == "" && o.line.Version != "" {
		return ledger.Hash{}, nil
	}
	h, err := r.commitOf(named)
	if full, fault := ledger.ParseHash(named); err != nil && fault == nil {
		h, err = full, nil // of a repository that is not here
	}
	o.line.Revision = h.String()
	return ledger.Hash{}, err
}

// deploymentTag sets a tag whose name says all: deploy/ENVIRONMENT/TIME, with
// the component in between where there is one.
func (r *recorder) deploymentTag(ctx context.Context, o deploymentFlags) error {
	l := o.line
	for _, x := range []struct {
		flag  string
		given bool
	}{
		{"status", l.FinishedAt.IsZero() || l.Status != "" && l.Status != "succeeded"},
		{"kind", l.Kind != ""}, {"weight", l.Weight != nil}, {"slot", l.Slot != ""}, {"id", l.ID != ""}, {"started-at", !l.StartedAt.IsZero()},
	} {
		if x.given {
			return usageError{fmt.Errorf("record deployment: a tag cannot hold --%s", x.flag), "use --to note"}
		}
	}
	target, err := r.commitOf(cmp.Or(cmp.Or(l.Revision, l.Version), "HEAD"))
	if err != nil {
		return err
	}
	at := l.FinishedAt.Truncate(time.Second)
	parts := []string{"deploy", l.Environment}
	if l.Component != "" {
		parts = append(parts, l.Component)
	}
	name := strings.Join(append(parts, at.Format("2006-01-02T15-04-05Z")), "/")
	if !readable(name, l, target, at) {
		return usageError{fmt.Errorf("record deployment: tag %q would not be read as this deployment", name),
			"names in tags may hold letters, digits, dots, hyphens and underscores; else use --to note"}
	}
	message := cmp.Or(l.Description, "Deployed "+cmp.Or(l.Version, target.Short())+" to "+l.Environment) + "\n"
	for _, more := range []string{l.Actor, l.URL} {
		if more != "" {
			message += "\n" + more + "\n"
		}
	}
	w, err := r.git.AddTag(ctx, gitrepo.NewTag{Name: name, Target: history.Hash(target), Message: message, At: at, Remote: r.remote})
	if err != nil {
		return err
	}
	r.tell(w, "a tag on "+target.Short(), name)
	return nil
}

// readable reports whether the reader of tags sees this deployment in the name.
func readable(name string, l deploylog.Line, target ledger.Hash, at time.Time) bool {
	records, problems := deploylog.Tags{}.Read(deploylog.Input{Tags: []history.Tag{{Name: name, Target: history.Hash(target), Kind: history.TargetCommit}}})
	return len(records) == 1 && len(problems) == 0 && string(records[0].Environment) == l.Environment &&
		string(records[0].Component) == l.Component && records[0].FinishedAt.Equal(at)
}
