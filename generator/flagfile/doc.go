// Package flagfile decodes feature-flag manifests. It knows nothing of git,
// history, or which commit a file is from: bytes in, settings and problems out.
//
// The two types are [Format] and [Setting]. A Format knows one convention; a
// Setting is what one version of a manifest says of one flag in one environment.
// Package collect asks once per version of the files, and turns differences
// ([Same]) into the steps of a flag's history.
//
// # What a setting is
//
// Exposure is computed and never read from one field, since the top-level switch
// of most formats lies: every rule that can be reached is walked. What somebody
// gets whom no condition names is the Percent, an exact interval. A condition
// that lets more people in is a group, one that keeps people out is an exclude;
// a condition that serves what everybody else gets is none. Where the file leaves
// the answer to the code's default, Fallback is set and the state is off.
//
// # Which variant counts
//
// Of a boolean flag, true is the treatment. Otherwise the baseline is, in this
// order: what [Options] say; the variant named off, false, disabled, control,
// none, default, old or legacy; the only value that is false, 0, empty or null;
// the one that the format itself serves when the flag does nothing; the variant
// that everybody gets now. [Setting].BaselineBy says which rule was
// used. Names of flags are never taken for a negation.
//
// # Rules in order
//
// Most formats are rules that are asked in turn, of which the first that takes
// somebody decides; alternatives are the same. Shares that are counted by one
// field cut one line, and are exact; of shares counted by different fields the
// overlap is not known, so that 30 % or 50 % is 50 to 80 %. What another flag of
// the file has to do first is in Needs, and is applied.
//
// # Home-made files
//
// A [Shape] tells where the flags of a file are, and what its words mean; a jq
// program does the rest. What nobody explained is unknown, never on.
//
// # Versions of a file
//
// A [Memory] makes of the next version of a file only what is new. It changes
// no result.
//
// # The plan
//
// Steps that are written down for later come out as Plan, in the order of time,
// and the Setting itself is the one before the first of them: whoever has a
// clock applies those that are due. A ramp is ten steps of equal length, each
// with the interval of shares that it passes through.
//
// # What is broken
//
// A flag that cannot be read is a [ledger.Problem] with file, line and column,
// and is off or unknown, never on; it is marked as Broken, so that whoever knows
// its last good state can keep that. The other flags of the file are still read.
// A file that cannot be parsed at all has a problem of the rule "unreadable",
// and no settings: its last good version stands.
//
// # The short form
//
// Our own format is described at [Short].
//
// # Adding a format
//
// Write a file with a type that has the methods of Format, add it to the list
// in formats.go, and add testdata/<name>/*.txtar with a manifest and what is
// wanted of it. TestFormats holds every format to one suite.
package flagfile
