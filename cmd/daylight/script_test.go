package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"daylight/generator/gitrepo/script"
)

// TestMain makes the command itself available to the scripts.
func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){"daylight": main})
}

// tests removes what the tests shared, after the last of them.
type tests struct{ *testing.M }

func (m tests) Run() int {
	status := m.M.Run()
	if demoMade != "" {
		os.RemoveAll(demoMade)
	}
	return status
}

type writerKey struct{}

// writing is the history that the verbs of a script write to.
type writing struct{ *script.Writer }

// inRepository is the verb that goes on in another folder: "repository shop". The
// date begins anew there.
func inRepository(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: repository folder")
	}
	ts.Value(writerKey{}).(*writing).Writer = script.New(ts.MkAbs(args[0]))
}

// TestScripts runs the scenarios: a history with fixed dates, a command, and
// what it must say. See testdata/script/README.md for the verbs.
func TestScripts(t *testing.T) {
	t.Parallel()
	verbs := map[string]func(*testscript.TestScript, bool, []string){}
	for _, name := range script.Verbs() {
		verbs[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			w := ts.Value(writerKey{}).(*writing)
			err := w.Do(append([]string{name}, args...))
			switch {
			case err != nil && !neg:
				ts.Fatalf("%s: %v", name, err)
			case err == nil && neg:
				ts.Fatalf("%s did what it should not", name)
			}
		}
	}
	verbs["repository"] = inRepository
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		Cmds:                verbs,
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("UPDATE") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("TZ", "Pacific/Chatham") // an odd zone: nothing may depend on it
			env.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			env.Values[writerKey{}] = &writing{script.New(env.WorkDir)}
			return nil
		},
	})
}
