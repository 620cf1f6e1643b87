package gitrepo

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func FuzzCommit(f *testing.F) {
	f.Add([]byte("tree " + emptyTree + "\nparent " + emptyTree + "\nauthor A <a@b> 1 +0100\ncommitter A <a@b> 1 +0100\nencoding latin1\n\nm\n"))
	f.Add([]byte("tree " + emptyTree + "\nauthor <<>> 99999999999999999999 +-100\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var p parser
		c, err := p.commit(hash{}, data)
		if again, err2 := p.commit(hash{}, data); fmt.Sprint(c, err) != fmt.Sprint(again, err2) {
			t.Fatal("the same commit reads in two ways")
		}
		checkText(t, c.Author.Name, c.Author.Email, c.Committer.Name, c.Message)
		if _, err := c.Author.When.MarshalJSON(); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzTag(f *testing.F) {
	f.Add([]byte("object " + emptyTree + "\ntype tree\ntag x\ntagger A <a@b> 1 +0100\n\nm\n-----BEGIN SSH SIGNATURE-----\nx\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var p parser
		tag, _ := p.tag(hash{}, data)
		checkText(t, tag.tagger.Name, tag.message)
		if _, err := tag.tagger.When.MarshalJSON(); err != nil {
			t.Fatal(err)
		}
	})
}

func checkText(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if text != clean(text) || strings.ToValidUTF8(text, "") != text {
			t.Fatalf("%q is not clean", text)
		}
	}
}

func FuzzTree(f *testing.F) {
	blob := string(make([]byte, 20))
	f.Add([]byte("100644 a\x00"+blob+"40000 b\x00"+blob), []byte("100644 a\x00"+blob+"100644 c\x00"+blob))
	f.Fuzz(func(t *testing.T, old, young []byte) {
		restOld, restYoung := skipEqual(old, young)
		if string(old[:len(old)-len(restOld)]) != string(young[:len(young)-len(restYoung)]) {
			t.Fatal("what was skipped differs")
		}
		for rest := old; len(rest) > 0; {
			e, after, err := nextEntry(rest)
			if err != nil {
				return
			}
			if len(after) >= len(rest) || len(e.name) == 0 {
				t.Fatal("no progress")
			}
			rest = after
		}
	})
}

func FuzzDelta(f *testing.F) {
	f.Add([]byte("hello"), []byte{5, 5, 0x90, 5})
	f.Add([]byte("hello"), []byte{5, 8, 0x90, 5, 3, 'a', 'b', 'c'})
	f.Fuzz(func(t *testing.T, base, delta []byte) {
		out, err := applyDelta(base, delta, 1<<20)
		if err == nil && len(out) > 1<<20 {
			t.Fatal("above the limit")
		}
	})
}

func FuzzIndex(f *testing.F) {
	f.Add(append([]byte("\xfftOc\x00\x00\x00\x02"), make([]byte, 1024+40)...), make([]byte, 20))
	f.Fuzz(func(t *testing.T, data, id []byte) {
		p, err := parseIndex(data)
		if err != nil || len(id) != 20 {
			return
		}
		p.find(hash(id))
		p.withPrefix(hash(id), hash(id), nil)
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte{0x95, 0x0a, 0x78, 0x9c}, int64(12))
	f.Add([]byte(hex.EncodeToString(make([]byte, 40))), int64(20))
	f.Fuzz(func(t *testing.T, data []byte, offset int64) {
		file := filepath.Join(t.TempDir(), "x.pack")
		if err := os.WriteFile(file, append(make([]byte, 12), data...), 0o644); err != nil {
			t.Fatal(err)
		}
		p := &pack{path: file}
		var u unpacker
		if _, err := u.read(p, offset, 1<<16); err == nil && offset < 12 {
			t.Fatal("an object before the first")
		}
		if p.file != nil {
			p.file.Close()
		}
	})
}

func FuzzSplitPerson(f *testing.F) {
	f.Add("A <B> <c@d> 1 +0000")
	f.Fuzz(func(t *testing.T, text string) {
		var p parser
		s := p.signature([]byte(text), nil)
		checkText(t, s.Name, s.Email)
	})
}
