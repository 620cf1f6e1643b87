package wording

import "slices"

// factsKinds are what a rule that extends facts may be about.
func factsKinds() []string {
	return []string{"released_but_off", "release_date_of_deploy", "announced_before_release", "internal_names"}
}

func (b *builder) facts(r *Rule) bool {
	b.get("about")
	about := b.text("about")
	if !slices.Contains(factsKinds(), about) {
		b.at("about", "one of released_but_off, release_date_of_deploy, announced_before_release, internal_names", "about: unknown value %q", about)
		return false
	}
	return true
}
