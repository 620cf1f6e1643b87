package deploylog

import "testing"

// TestGuessDesired holds which files seem to say what is to run, and how.
func TestGuessDesired(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"image-tags/production/shop", "image_tag: v1796\nautomatic_deploys_enabled: true\n", "image_tag hold automatic_deploys_enabled=false: v1796"},
		{"values-production.yaml", "image:\n  tag: 3fa9c1e\n", "image.tag: 3fa9c1e"},
		{"release.yaml", "kind: HelmRelease\nspec: {suspend: false, values: {image: {tag: 1.4.0}}}\n", "spec.values.image.tag hold spec.suspend=true: 1.4.0"},
		{"production.json", `{"shop": {"image": {"tag": "v1"}}, "worker": {"image": {"tag": "v2"}}}`, "{component}.image.tag: v1"},
		{"production.toml", "image_tag = \"v12\"\n", "image_tag: v12"},
		{"overlays/production/kustomization.yaml", "images:\n- name: shop\n  newTag: v1.4.0\n", ": v1.4.0"},
		{"clusters/production/shop.yaml", "image: ghcr.example/lumen/shop:v1.4.0 # {\"$imagepolicy\": \"flux-system:shop\"}\n", ": ghcr.example/lumen/shop:v1.4.0"},
		{"shop/.argocd-source-shop.yaml", "kustomize:\n  images:\n  - ghcr.example/lumen/shop:v1.4.0\n", ": ghcr.example/lumen/shop:v1.4.0"},
		{"hydrator.metadata", `{"drySha": "3fa9c1e2b4d53fa9c1e2b4d53fa9c1e2b4d53fa9"}`, ": 3fa9c1e2b4d53fa9c1e2b4d53fa9c1e2b4d53fa9"},
		{"production.env", "API_DOCKER_TAG=701ac57\nADMIN_DOCKER_TAG=5e1c0f2\nPORT=80\nNGINX_IMAGE_VERSION=1\n", "{component}_DOCKER_TAG: 701ac57"},
		{"production.env", "PORT=80\n", ""},
		{"values.yaml", "image:\n  tag: \"{{ .Values.tag }}\"\n", ""},
		{"values.yaml", "image:\n  tag: latest\n", ""},
		{"Chart.yaml", "name: shop\nappVersion: 1.4.0\n", ""},
		{"broken.yaml", "image:\n tag: v1\n  x: y\n", ""},
		{"empty.yaml", "", ""},
	} {
		g, ok := GuessDesired(c.name, []byte(c.data))
		got := ""
		if ok {
			if got = g.Value; g.Hold != "" {
				got += " hold " + g.Hold
			}
			got += ": " + g.Text
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// FuzzGuessDesired holds that whatever is proposed can be read.
func FuzzGuessDesired(f *testing.F) {
	f.Add("values-production.yaml", []byte("image:\n  tag: 3fa9c1e\n"))
	f.Add("production.env", []byte("API_DOCKER_TAG=701ac57\n"))
	f.Add("x/kustomization.yaml", []byte("images: [{name: a, newTag: v1}]"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if g, ok := GuessDesired(name, data); ok {
			if _, err := newScanner(g.Value, g.Hold); err != nil || g.Text == "" || g.Count < 1 {
				t.Errorf("%+v: %v", g, err)
			}
		}
	})
}
