package deploylog

import (
	"path"
	"regexp"
	"strings"

	"daylight/generator/decode"
)

// What tools write is known by the name of the file, and needs no path to the
// value: the images of a kustomization, the values and the chart of Helm, the
// override files of Argo CD Image Updater, the metadata that Argo CD's source
// hydrator and Kargo leave beside what they rendered, and the lines that a
// comment of Flux marks:
//
//	image: ghcr.example/lumen/shop:v1.4.0 # {"$imagepolicy": "flux-system:shop"}

// conventional finds the values in a file by its name.
func conventional(name string, at placing, docs []*decode.Node, data []byte) []found {
	if marked := fluxSetters(at, data); len(marked) > 0 {
		return marked
	}
	base := strings.ToLower(path.Base(name))
	switch {
	case base == "kustomization.yaml" || base == "kustomization.yml" || base == "kustomization":
		return only(imagesOf(docs, at, "images"))
	case strings.HasPrefix(base, ".argocd-source-"):
		if at.component == "" {
			at.component = strings.TrimPrefix(path.Base(name), ".argocd-source-")
			at.component = strings.TrimSuffix(strings.TrimSuffix(at.component, ".yml"), ".yaml")
		}
		return only(argoSource(docs, at))
	case base == "hydrator.metadata":
		return firstValue(docs, at, "drySha")
	case base == "metadata.yaml" && (strings.Contains(name, ".kargo-render/") || strings.Contains(name, ".bookkeeper/")):
		return firstValue(docs, at, "sourceCommit")
	case base == "chart.yaml":
		return firstValue(docs, at, "appVersion", "version")
	}
	for _, paths := range [][]string{
		{"image.tag", "image_tag", "imageTag", "image.digest"},
		{"spec.values.image.tag"},
		{"{component}.image.tag"},
		{"spec.template.spec.containers[name={component}].image"},
		{"image"},
	} {
		if got := firstValue(docs, at, paths...); len(got) > 0 {
			return got
		}
	}
	return nil
}

// firstValue gives what the first of the paths that leads anywhere finds.
func firstValue(docs []*decode.Node, at placing, paths ...string) []found {
	for _, text := range paths {
		p, err := parseValue(text)
		if err != nil {
			continue
		}
		var out []found
		for _, doc := range docs {
			out = append(out, p.find(doc, at)...)
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// imagesOf reads kustomize's images: a list of name with newTag or digest, or of
// full names.
func imagesOf(docs []*decode.Node, at placing, list ...string) []found {
	var out []found
	for _, doc := range docs {
		images := doc.Get(list...)
		if images == nil {
			continue
		}
		for _, item := range images.Items {
			name, value := item, item
			if item.Is(decode.Map) {
				name, value = item.Get("name"), item.Get("newTag")
				if value.IsNull() {
					value = item.Get("digest")
				}
			}
			called, _ := name.Scalar()
			text, ok := value.Scalar()
			if !ok || called == "" || text == "" {
				continue
			}
			// "name=newname:tag" is how overrides are written.
			if _, after, renamed := strings.Cut(text, "="); renamed {
				text = after
			}
			called, _, _ = strings.Cut(called, "=")
			out = append(out, found{placing{at.environment, imageName(called), at.slot}, text, value.Line, value.Col})
		}
	}
	return nameImages(out, at)
}

// nameImages gives images to the component that the path names: its own image,
// or the only one.
func nameImages(images []found, at placing) []found {
	if at.component == "" {
		return images
	}
	for _, f := range images {
		if f.component == at.component {
			return []found{f}
		}
	}
	if len(images) == 1 {
		images[0].placing = at
		return images
	}
	return nil
}

// argoSource reads .argocd-source-<app>.yaml: images of kustomize, or parameters
// of Helm that name a tag.
func argoSource(docs []*decode.Node, at placing) []found {
	var out []found
	for _, doc := range docs {
		images := imagesOf([]*decode.Node{doc}, placing{environment: at.environment, slot: at.slot}, "kustomize", "images")
		if len(images) == 1 {
			images[0].placing = at
		}
		out = append(out, images...)
		parameters := doc.Get("helm", "parameters")
		if parameters == nil {
			continue
		}
		for _, item := range parameters.Items {
			name, _ := item.Get("name").Scalar()
			value := item.Get("value")
			text, ok := value.Scalar()
			if ok && text != "" && (name == "image.tag" || strings.HasSuffix(strings.ToLower(name), ".tag") || name == "tag") {
				out = append(out, found{at, text, value.Line, value.Col})
			}
		}
	}
	return out
}

// only keeps one value for each lane, the first.
func only(list []found) []found {
	seen := map[placing]bool{}
	var out []found
	for _, f := range list {
		if !seen[f.placing] {
			seen[f.placing] = true
			out = append(out, f)
		}
	}
	return out
}

// setter is a value with the comment that tells Flux to keep it up to date.
var setter = regexp.MustCompile(`([^\s"'#]+)["']?\s*#\s*\{"\$imagepolicy":\s*"([^":]+):([^":]+)(?::(tag|name|digest))?"\}`)

// fluxSetters reads the lines that a comment marks. The policy's name is the
// component, unless the path names one.
func fluxSetters(at placing, data []byte) []found {
	if !strings.Contains(string(data), `"$imagepolicy"`) {
		return nil
	}
	var out []found
	line := 0
	for text := range strings.Lines(string(data)) {
		line++
		m := setter.FindStringSubmatchIndex(text)
		if m == nil {
			continue
		}
		part := ""
		if m[8] >= 0 {
			part = text[m[8]:m[9]]
		}
		value := text[m[2]:m[3]]
		if part == "name" || part == "digest" || strings.HasSuffix(value, ":") {
			continue
		}
		lane := at
		if lane.component == "" {
			lane.component = text[m[6]:m[7]]
		}
		out = append(out, found{lane, value, line, m[2] + 1})
	}
	return only(out)
}
