package publish

// Die gives up a folder as a process does that is killed: its locks are gone,
// and everything else stays.
func (f *Folder) Die() {
	_ = f.lock.Close()
	f.twin.close()
}

// Quick reports whether the folder writes what is new and nothing else.
func (f *Folder) Quick() bool { return f.quick() }
