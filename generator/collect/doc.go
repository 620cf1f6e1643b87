// Package collect walks a repository's history, asks the sources what it says,
// and returns ledger.Facts.
package collect
