package config

// Wording says what the linter of the vocabulary reads, and with which rules.
type Wording struct {
	// Files are globs of texts. Default: "**/*.md".
	Files []string `toml:"files"`
	// Ignore are globs of texts that are not read, beside folders whose names
	// begin with a dot, node_modules, vendor and the output.
	Ignore []string `toml:"ignore"`
	// Public are globs of texts that customers read, in which words of the team
	// are found too. Default: Changes.Notes.
	Public []string `toml:"public"`
	// Styles are folders of rules in Vale's form, one style each, beside those in
	// the folder wording of Build.Content.
	Styles []string `toml:"styles"`
	// Level is the least that is reported: suggestion (the default), warning or
	// error.
	Level string `toml:"level"`
	// Rules change the level of rules or styles.
	Rules []WordingRule `toml:"rules"`
}

// WordingRule changes the level of a rule.
type WordingRule struct {
	// Name of a rule or a style: "Daylight.AmbiguousShipped". Required.
	Name string `toml:"name"`
	// Level: suggestion, warning, error, or off. Required.
	Level string `toml:"level"`
}

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
