package flagfile

import (
	"path/filepath"
	"testing"

	"daylight/generator/ledger"
)

// fuzzFormat damages the scenarios of a format, and reads them with the options
// of any of them.
func fuzzFormat(f *testing.F, format Format) {
	all := scenarios(f, format.Name())
	for i, s := range all {
		for _, file := range s.files {
			f.Add(file.Data, filepath.Ext(file.Path), i)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, ext string, i int) {
		files := []File{{"flags" + ext, data}}
		format.Match(files[0].Path, data)
		o := Options{Attribute: "env", Environments: []ledger.EnvironmentName{"production"}, MaxBytes: 1 << 16}
		if i >= 0 && i < len(all) {
			o.Shape = all[i].options.Shape
		}
		settings, problems := format.Decode(files, o)
		checkPromises(t, files, settings, problems)
	})
}

// FuzzFormats reads with every format what was damaged of any: a new format is
// in it from its first line in the list.
func FuzzFormats(f *testing.F) {
	formats := Formats()
	for i, format := range formats {
		for _, s := range scenarios(f, format.Name()) {
			for _, file := range s.files {
				f.Add(file.Data, filepath.Ext(file.Path), i)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, ext string, i int) {
		if i < 0 || i >= len(formats) {
			return
		}
		files := []File{{"flags" + ext, data}}
		formats[i].Match(files[0].Path, data)
		settings, problems := formats[i].Decode(files, Options{MaxBytes: 1 << 16})
		checkPromises(t, files, settings, problems)
	})
}

func FuzzGOFF(f *testing.F)         { fuzzFormat(f, GOFF{}) }
func FuzzFlagd(f *testing.F)        { fuzzFormat(f, Flagd{}) }
func FuzzShort(f *testing.F)        { fuzzFormat(f, Short{}) }
func FuzzFlipt(f *testing.F)        { fuzzFormat(f, Flipt{}) }
func FuzzDotenv(f *testing.F)       { fuzzFormat(f, Dotenv{}) }
func FuzzGeneric(f *testing.F)      { fuzzFormat(f, Generic{}) }
func FuzzMicrosoft(f *testing.F)    { fuzzFormat(f, Microsoft{}) }
func FuzzGitLab(f *testing.F)       { fuzzFormat(f, GitLab{}) }
func FuzzGitLabFlags(f *testing.F)  { fuzzFormat(f, GitLabFlags{}) }
func FuzzUnleash(f *testing.F)      { fuzzFormat(f, Unleash{}) }
func FuzzLaunchDarkly(f *testing.F) { fuzzFormat(f, LaunchDarkly{}) }
func FuzzVersioned(f *testing.F)    { fuzzFormat(f, Versioned{}) }
func FuzzGrowthBook(f *testing.F)   { fuzzFormat(f, GrowthBook{}) }
func FuzzFlagsmith(f *testing.F)    { fuzzFormat(f, Flagsmith{}) }
func FuzzConfigCat(f *testing.F)    { fuzzFormat(f, ConfigCat{}) }
func FuzzFlipper(f *testing.F)      { fuzzFormat(f, Flipper{}) }
func FuzzWaffle(f *testing.F)       { fuzzFormat(f, Waffle{}) }
func FuzzPostHog(f *testing.F)      { fuzzFormat(f, PostHog{}) }
func FuzzStatsig(f *testing.F)      { fuzzFormat(f, Statsig{}) }
func FuzzCatalogue(f *testing.F)    { fuzzFormat(f, Catalogue{}) }

func FuzzLaunchDarklyAudit(f *testing.F) { fuzzFormat(f, LaunchDarklyAudit{}) }
func FuzzUnleashEvents(f *testing.F)     { fuzzFormat(f, UnleashEvents{}) }
