package main

import (
	"fmt"
	"os/exec"
	"runtime"
)

// showInBrowser opens an address of ours with the program that the system has
// for it. It does not wait for that program.
func showInBrowser(address string) error {
	name, given := opener(runtime.GOOS)
	program := exec.Command(name, append(given, address)...) // the address is our own, on loopback
	if err := program.Start(); err != nil {
		return fmt.Errorf("open a browser: %w", err)
	}
	go func() { _ = program.Wait() }() // how it ends is nobody's business
	return nil
}

// opener is the program that opens an address on a system.
func opener(system string) (name string, given []string) {
	switch system {
	case "darwin":
		return "open", nil
	case "windows":
		return "rundll32", []string{"url.dll,FileProtocolHandler"}
	}
	return "xdg-open", nil
}
