package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"daylight/generator/decode"
)

// flagHint says what to do about a flag that could not be read: it names the
// flag that was likely meant.
func flagHint(cmd *cobra.Command, err error) string {
	list := cmd.CommandPath() + " --help lists the flags"
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" {
		return list
	}
	var names []string
	add := func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	}
	cmd.Flags().VisitAll(add) // sorted by name
	if near := decode.Nearest(unknown.GetSpecifiedName(), names); near != "" {
		return fmt.Sprintf("did you mean --%s? %s", near, list)
	}
	return list
}

// commandHint says what to do about a command that is not there.
func commandHint(parent *cobra.Command, word string) string {
	list := "daylight help lists the commands"
	if parent.HasParent() {
		list = parent.CommandPath() + " --help lists them"
	}
	var names []string
	for _, c := range parent.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	if near := decode.Nearest(word, names); near != "" {
		return fmt.Sprintf("did you mean %q? %s", parent.CommandPath()+" "+near, list)
	}
	return list
}

// choices says what to do about a name that is none of those that there are: it
// names the one that was likely meant, then all.
func choices(name string, names ...string) string {
	hint := "there are: " + joined(names)
	if near := decode.Nearest(name, names); near != "" {
		hint = "did you mean " + plain(near) + "? " + hint
	}
	return hint
}

// unknownCommand gives the word of cobra's complaint about the first argument.
func unknownCommand(err error) (string, bool) {
	rest, ok := strings.CutPrefix(err.Error(), "unknown command ")
	if !ok {
		return "", false
	}
	quoted, qerr := strconv.QuotedPrefix(rest)
	if qerr != nil {
		return "", true
	}
	word, _ := strconv.Unquote(quoted) // it is a quoted prefix
	return word, true
}

// subcommand refuses arguments of a command that only holds others.
func subcommand(cmd *cobra.Command, given []string) error {
	if len(given) == 0 {
		return nil
	}
	return usageError{fmt.Errorf("unknown command %q for %q", given[0], cmd.CommandPath()), commandHint(cmd, given[0])}
}
