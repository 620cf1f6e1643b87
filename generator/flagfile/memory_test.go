package flagfile

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"daylight/generator/ledger"
)

// versionsOf writes a long history of a file: each version turns one flag, and
// now and then one is added above the others, removed, or broken.
func versionsOf(format string, flags, versions int) [][]byte {
	state := make([]int, flags)
	var out [][]byte
	for v := range versions {
		state[v*7%flags] = v % 101
		var b strings.Builder
		for i, percent := range state {
			if i == v%flags && v%10 == 9 {
				continue // removed for a while
			}
			switch format {
			case "short":
				fmt.Fprintf(&b, "flag-%d:\n  # of team %d\n  owner: team-%d\n  production: %d%%\n  staging: on\n", i, i%9, i%9, percent)
			case "goff":
				fmt.Fprintf(&b, "flag-%d:\n  variations: {on: true, off: false}\n  defaultRule: {percentage: {on: %d, off: %d}}\n", i, percent, 100-percent)
			case "flagd":
				fmt.Fprintf(&b, ",\n    \"flag-%d\": {\n      \"state\": \"ENABLED\",\n      \"variants\": {\"on\": true, \"off\": false},\n      \"defaultVariant\": \"off\",\n"+
					"      \"targeting\": {\"fractional\": [[\"on\", %d], [\"off\", %d]]}\n    }", i, percent, 100-percent)
			}
		}
		text := b.String()
		if format == "flagd" {
			text = "{\n  \"$schema\": \"https://flagd.dev/schema/v0/flags.json\",\n  \"flags\": {" + strings.TrimPrefix(text, ",") + "\n  }\n}\n"
		}
		if v%10 == 3 {
			text = strings.Replace(text, "on", "onn", 1) // a mistake
		}
		if v%10 == 5 {
			text = strings.Replace(text, "flag-1", "flag-2", 1) // a key that is there twice
		}
		if v%10 == 7 {
			text = text[:len(text)*2/3] // cut off
		}
		out = append(out, []byte(text))
	}
	return out
}

func remembering() map[string]struct {
	format Format
	path   string
} {
	return map[string]struct {
		format Format
		path   string
	}{
		"short": {Short{}, "flags.yaml"}, "goff": {GOFF{}, "flags.goff.yaml"}, "flagd": {Flagd{}, "demo.flagd.json"},
	}
}

// TestMemory holds that a Memory changes nothing but the time: along a history,
// and with each scenario after each other.
func TestMemory(t *testing.T) {
	for name, x := range remembering() {
		o := Options{Memory: &Memory{}}
		kept := 0
		for v, data := range versionsOf(name, 30, 60) {
			compareMemory(t, fmt.Sprintf("%s, version %d", name, v), x.format, []File{{x.path, data}}, o)
			if _, ok := o.Memory.Changed(); ok {
				kept++
			}
		}
		if kept < 20 {
			t.Errorf("%s: only %d of 60 versions are cut into entries", name, kept)
		}
		for _, s := range scenarios(t, name) {
			s.options.Memory = &Memory{}
			for range 2 {
				for _, f := range s.files {
					compareMemory(t, s.path, x.format, []File{f}, s.options)
				}
			}
		}
	}
}

func compareMemory(t *testing.T, what string, f Format, files []File, o Options) {
	t.Helper()
	settings, problems := f.Decode(files, o)
	o.Memory = nil
	want, told := f.Decode(files, o)
	if got, want := printed(settings, problems), printed(want, told); got != want {
		t.Errorf("%s: with a memory\n%s\nwithout\n%s", what, got, want)
	}
	if len(settings) == len(want) {
		for i := range settings {
			if !reflect.DeepEqual(settings[i], want[i]) {
				t.Errorf("%s: with a memory %+v, without %+v", what, settings[i], want[i])
			}
		}
	}
}

// TestMemoryBrief holds that a brief Memory gives what changed, and can be asked
// for the rest.
func TestMemoryBrief(t *testing.T) {
	o := Options{Memory: &Memory{Brief: true}}
	read := func(text string) string {
		settings, _ := Short{}.Decode([]File{{"flags.yaml", []byte(text)}}, o)
		return printed(settings, nil)
	}
	if got := read("a: on\nb: off\n"); got != "flags.yaml:1:1 a *: on 100 % (state)\nflags.yaml:2:1 b *: off 0 % (state)\n" {
		t.Errorf("at first: %s", got)
	}
	if got := read("\na: on\nb: 5%\nc: on\n"); got != "flags.yaml:3:1 b *: partial 5 % (percent)\nflags.yaml:4:1 c *: on 100 % (state)\n" {
		t.Errorf("then: %s", got)
	}
	settings, ok := o.Memory.Latest("a")
	if got := printed(settings, nil); !ok || got != "flags.yaml:2:1 a *: on 100 % (state)\n" {
		t.Errorf("asked for a: %s, %v", got, ok)
	}
	if _, ok := o.Memory.Latest("d"); ok {
		t.Error("there is no d")
	}
}

// TestMemoryTells holds that it tells what changed.
func TestMemoryTells(t *testing.T) {
	o := Options{Memory: &Memory{}}
	for _, step := range []struct {
		text, want string
	}{
		{"a: on\nb: off\n", "[] false"},
		{"# a comment above\na: on\nb: 5%\n", "[b] true"},
		{"a: on\nc: off\n", "[b c] true"},
		{"a: [\n", "[] false"},
		{"a: on\nc: off\n", "[] false"},
		{"c: off\na: on\n", "[] true"},
	} {
		Short{}.Decode([]File{{"flags.yaml", []byte(step.text)}}, o)
		keys, ok := o.Memory.Changed()
		if keys == nil {
			keys = []ledger.FlagKey{}
		}
		if got := fmt.Sprint(keys, ok); got != step.want {
			t.Errorf("after %q: got %s, want %s", step.text, got, step.want)
		}
	}
}

// BenchmarkVersions reads the next version of a file of 2,000 flags, of which
// one has changed.
func BenchmarkVersions(b *testing.B) {
	for name, x := range remembering() {
		for _, brief := range []bool{false, true} {
			b.Run(name+map[bool]string{true: "-brief"}[brief], func(b *testing.B) {
				versions := versionsOf(name, 2000, 3)
				o := Options{Memory: &Memory{Brief: brief}}
				x.format.Decode([]File{{x.path, versions[2]}}, o)
				b.SetBytes(int64(len(versions[0])))
				i := 0
				for b.Loop() {
					if s, _ := x.format.Decode([]File{{x.path, versions[i%3]}}, o); len(s) == 0 {
						b.Fatal("nothing was read")
					}
					i++
				}
			})
		}
	}
}

// FuzzMemoryText holds that a file is cut as if it had never been seen, whatever
// stood in its place before.
func FuzzMemoryText(f *testing.F) {
	for _, s := range []string{"a: on\nb: off\nc:\n  d: 1\n", "a: on\nb: off\n# x\nc: on", "---\na: on\na: on\n", "b: 1\nb: 12\nb: 1\n"} {
		f.Add([]byte(s), []byte("a: on\nb: 5%\nc: on\n"))
		f.Add([]byte(s), []byte(s+s))
		f.Add([]byte(s+"z: on\n"+s), []byte(s+s))
	}
	f.Fuzz(func(t *testing.T, before, after []byte) {
		old, ok := cutPieces(nil, before, 0, 1)
		if !ok {
			return
		}
		got, ok := (&lastText{before, old}).yamlPieces(after)
		want, wanted := cutPieces(nil, after, 0, 1)
		if ok != wanted || len(got) != len(want) {
			t.Fatalf("%d entries (%v), want %d (%v)", len(got), ok, len(want), wanted)
		}
		for i := range got {
			if got[i].line != want[i].line || got[i].start != want[i].start || string(got[i].text) != string(want[i].text) {
				t.Errorf("entry %d is %q at %d:%d, want %q at %d:%d", i, got[i].text, got[i].start, got[i].line, want[i].text, want[i].start, want[i].line)
			}
		}
	})
}
