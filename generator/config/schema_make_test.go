package config

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// object is a JSON object; encoding/json writes its keys in order.
type object = map[string]any

// schemaMaker writes the schema of the types of this package.
type schemaMaker struct {
	t        *testing.T
	comments map[string]string // by "Type.Field"
	keys     map[string]string // the TOML keys of fields of Config by their types: "Build" is "build"
}

// makeSchema gives the schema of a whole file.
func makeSchema(t *testing.T) object {
	m := &schemaMaker{t: t, comments: fieldComments(t), keys: map[string]string{}}
	root := reflect.TypeFor[Config]()
	for i := range root.NumField() {
		f := root.Field(i)
		if f.Type.Kind() == reflect.Struct {
			m.keys[f.Type.Name()] = f.Tag.Get("toml")
		}
	}
	s := m.table(root, reflect.ValueOf(Default()), "")
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "site.toml of Daylight"
	s["description"] = "What a site of Daylight is made from and how. Every key is optional, and so is the file."
	return s
}

// table gives the schema of a struct. defaults is a value of it that was filled
// in; path is where it stands: "docs.products[]".
func (m *schemaMaker) table(typ reflect.Type, defaults reflect.Value, path string) object {
	properties := object{}
	comment := ""
	for i := range typ.NumField() {
		f := typ.Field(i)
		key := f.Tag.Get("toml")
		if key == "" || key == "-" {
			continue
		}
		if c := m.comments[typ.Name()+"."+f.Name]; c != "" {
			comment = c
		} else if !strings.Contains(comment, f.Name) { // one comment may be for two fields
			comment = m.comments[f.Type.Name()]
			if f.Type.Kind() == reflect.Slice {
				comment = m.comments[f.Type.Elem().Name()]
			}
		}
		p := m.value(f.Type, defaults.Field(i), strings.TrimPrefix(path+"."+key, "."))
		if comment != "" {
			p["description"] = m.prose(typ, comment)
		}
		properties[key] = p
	}
	s := object{"type": "object", "additionalProperties": false, "properties": properties}
	if r := requiredIn(path); len(r) > 0 {
		s["required"] = r
	}
	return s
}

// value gives the schema of the value at path.
func (m *schemaMaker) value(typ reflect.Type, def reflect.Value, path string) object {
	switch typ {
	case reflect.TypeFor[Percent]():
		return withDefault(object{"type": []string{"string", "number"}, "pattern": `^\s*[0-9]{1,3}(\.[0-9]{1,5})?\s*%?\s*$`, "minimum": 0, "maximum": 100}, def)
	case reflect.TypeFor[Duration]():
		return object{"type": "string", "pattern": `^([0-9.]+(ns|us|µs|ms|s|m|h))+$|^0$`, "examples": []string{"5m"}}
	case reflect.TypeFor[Day]():
		return object{"type": "string", "pattern": `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, "examples": []string{"2026-03-01"}}
	}
	switch typ.Kind() {
	case reflect.Bool:
		return object{"type": "boolean", "default": def.Bool()}
	case reflect.Int:
		return withDefault(bounds(path), def)
	case reflect.String:
		return withDefault(text(path), def)
	case reflect.Struct:
		return m.table(typ, def, path)
	case reflect.Slice:
		if elem := typ.Elem(); elem.Kind() == reflect.Struct {
			return object{"type": "array", "items": m.table(elem, m.filled(path, elem), path+"[]")}
		}
		// What the items are is said of the list; its default is that of the whole.
		item := m.value(typ.Elem(), reflect.Zero(typ.Elem()), path)
		return withDefault(object{"type": "array", "items": item}, def)
	}
	m.t.Fatalf("%s: a schema of %s is not known", path, typ)
	return nil
}

// filled gives an entry of a list of tables in which the defaults are filled in.
func (m *schemaMaker) filled(path string, elem reflect.Type) reflect.Value {
	c, _ := Parse("site.toml", []byte("[["+path+"]]\n"))
	v := reflect.ValueOf(c)
	for _, key := range strings.Split(path, ".") {
		i := 0
		for v.Type().Field(i).Tag.Get("toml") != key {
			i++
		}
		v = v.Field(i)
	}
	if v.Len() != 1 || v.Type().Elem() != elem {
		m.t.Fatalf("%s: %d entries of an empty one", path, v.Len())
	}
	return v.Index(0)
}

var isRequired = regexp.MustCompile(`(?:\.(\w+) is required|^\S+ needs (\w+))$`)

// requiredIn asks the parser what an empty entry lacks.
func requiredIn(path string) (keys []string) {
	list, ok := strings.CutSuffix(path, "[]")
	if !ok {
		return nil
	}
	_, faults := Parse("site.toml", []byte("[["+list+"]]\n"))
	for _, f := range faults {
		if m := isRequired.FindStringSubmatch(f.Message); m != nil {
			keys = append(keys, m[1]+m[2])
		}
	}
	slices.Sort(keys)
	return keys
}

// text gives the schema of a string: its choices or its form.
func text(path string) object {
	key := path[strings.LastIndexByte(path, '.')+1:]
	switch {
	case path == "deployments[].format":
		return object{"type": "string", "enum": deploymentFormats()}
	case path == "wording.rules[].level":
		return object{"type": "string", "enum": append(choices("level"), "off")}
	case key == "sees":
		return object{"type": "string", "pattern": "^(everything|released|version|group:.+)$", "examples": []string{"everything", "released", "version", "group:beta"}}
	case key == "base":
		return object{"type": "string", "pattern": "^(https?://.+)?$"}
	case slices.Contains(choiceKeys(), key):
		return object{"type": "string", "enum": choices(key)}
	}
	return object{"type": "string"}
}

// choiceKeys are the keys that choices knows.
func choiceKeys() []string {
	return []string{"tier", "scheme", "by", "from", "removal", "history", "format", "patches", "prereleases", "shape", "environment_from",
		"effect", "level", "median", "lead_time", "marks", "kinds", "fields"}
}

// bounds gives the schema of a number.
func bounds(path string) object {
	s := object{"type": "integer", "minimum": 0}
	switch path {
	case "format":
		return object{"type": "integer", "const": 1}
	case "tag_year":
		s["minimum"], s["maximum"] = 1983, 9999
	case "stale.days":
		s["minimum"], s["maximum"] = 1, maxStaleDays
	case "metrics.un_release_days", "metrics.weeks":
		s["minimum"], s["maximum"] = 1, mostDays
	case "metrics.windows":
		s["maximum"] = mostDays
	case "flags[].scale":
		s["minimum"], s["maximum"] = 1, 1_000_000_000
	}
	return s
}

func withDefault(s object, def reflect.Value) object {
	if !def.IsZero() && (def.Kind() != reflect.Slice || def.Len() > 0) {
		s["default"] = def.Interface()
	}
	return s
}

// prose makes a comment on a Go field one on a key: names of fields become keys.
func (m *schemaMaker) prose(typ reflect.Type, comment string) string {
	comment = qualified.ReplaceAllStringFunc(comment, func(s string) string {
		table, field, _ := strings.Cut(s, ".")
		if key, ok := m.keys[table]; ok {
			return "`" + key + "." + strings.ToLower(field) + "`"
		}
		return s
	})
	for i := range typ.NumField() {
		f := typ.Field(i)
		if key := f.Tag.Get("toml"); key != "" && key != "-" {
			name := regexp.MustCompile(`(^|[ (])` + f.Name + `([ ,.)]|$)`)
			comment = name.ReplaceAllString(comment, "${1}`"+key+"`${2}")
		}
	}
	return comment
}

var qualified = regexp.MustCompile(`\b[A-Z][a-z]+\.[A-Z][a-z]+\b`)

// fieldComments reads the comments of this package's structs and their fields,
// each as one line.
func fieldComments(t *testing.T) map[string]string {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source: %v", err)
	}
	out := map[string]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.TYPE && len(d.Specs) == 1 {
				spec := d.Specs[0].(*ast.TypeSpec)
				name := spec.Name.Name
				doc := oneLine(d.Doc)
				for _, verb := range []string{" is ", " says ", " are ", " chooses ", " changes ", " ties "} {
					if rest, ok := strings.CutPrefix(doc, name+verb); ok {
						if verb != " is " && verb != " are " {
							rest = strings.TrimSpace(verb) + " " + rest
						}
						doc = strings.ToUpper(rest[:1]) + rest[1:]
					}
				}
				out[name] = doc
				if st, ok := spec.Type.(*ast.StructType); ok {
					for _, f := range st.Fields.List {
						for _, n := range f.Names {
							out[fmt.Sprint(name, ".", n.Name)] = strings.TrimSpace(oneLine(f.Doc) + " " + oneLine(f.Comment))
						}
					}
				}
			}
			return true
		})
	}
	return out
}

func oneLine(g *ast.CommentGroup) string { return strings.Join(strings.Fields(g.Text()), " ") }
