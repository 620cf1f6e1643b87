package config

// wording checks what the linter of the vocabulary is told.
func (k *checker) wording() {
	w := k.c.Wording
	k.globs("wording.files", w.Files)
	k.globs("wording.ignore", w.Ignore)
	k.globs("wording.public", w.Public)
	k.choice("wording.level", w.Level)
	for i, r := range w.Rules {
		path := element("wording.rules", i)
		k.required(path+".name", r.Name)
		k.required(path+".level", r.Level)
		k.oneOf(path+".level", r.Level, append(choices("level"), "off"))
	}
}
