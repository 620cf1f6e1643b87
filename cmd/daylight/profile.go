package main

import (
	"os"
	"runtime/pprof"

	"github.com/spf13/cobra"
)

// profiling adds a flag, for those who make daylight faster, that writes a CPU
// profile of any command.
func (a *app) profiling(root *cobra.Command) {
	var name string
	root.PersistentFlags().StringVar(&name, "cpu-profile", "", "write a CPU profile to this file")
	if err := root.PersistentFlags().MarkHidden("cpu-profile"); err != nil {
		panic(err) // the flag was added one line above
	}
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if name == "" {
			return nil
		}
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		return pprof.StartCPUProfile(f)
	}
	root.PersistentPostRun = func(*cobra.Command, []string) {
		if name != "" {
			pprof.StopCPUProfile()
		}
	}
}
