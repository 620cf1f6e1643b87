// Package stale finds the flags that need somebody: those that are past their
// use, and those of which the manifest, the code and the deployments say
// different things. The two nouns are [Report] and [List].
//
// # What is looked at
//
// A ledger, as of its instant, and the facts that it rests on. A flag that is
// meant to stay is never past its use, nor is one with a step still planned.
//
// # What it does not do
//
// It reads nothing and changes no date: its lists are for people, who know why a
// flag is still there.
package stale
