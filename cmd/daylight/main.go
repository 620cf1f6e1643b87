// Command daylight makes release-versus-deploy reports of git repositories.
//
// Deployed is not released: a deployment puts code into an environment, a
// release lets people see it. From a repository alone (tags, deployment
// annotations, feature-flag manifests and their history) daylight works out both
// dates of every change, with the evidence, and renders one static site per
// audience.
//
// Results go to standard output and messages to standard error. The exit status
// is 0 when all is done, though warnings may have been printed; 1 for a failure,
// or a finding of level error from check; 2 for wrong usage or configuration.
//
// This package holds the commands and the wiring: flags, colour and exit
// statuses stay here, and nothing imports it. `daylight help` lists the
// commands.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // site.toml names time zones, and not every machine has them
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
