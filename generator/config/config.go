package config

// Config is site.toml. The zero value is what an empty file says; [Default] and
// [Parse] give one in which every default is filled in.
type Config struct {
	// Format is the version of the file's format, 1.
	Format int `toml:"format"`
	// Title is the name of the product or site, as readers know it. Default: the
	// name of the repository, which the caller fills in when this is "".
	Title string `toml:"title"`
	// Base is the absolute address of the site, also below a sub-path:
	// "https://example.org/shop/". It always ends in "/" once parsed. Feeds and
	// canonical links need it; "" means that the site has no address yet.
	Base string `toml:"base"`
	// Language of the pages, a BCP 47 tag. Default: "en".
	Language string `toml:"language"`
	// TimeZone in which instants are shown, an IANA name. Default: "UTC".
	TimeZone string `toml:"time_zone"`
	// Salt goes into the hashes from which public ids are made, so that nobody
	// can try commits until one fits. Never change it: public addresses depend
	// on it.
	Salt string `toml:"salt"`
	// TagDomain and TagYear are the fixed parts of the `tag:` ids of feed
	// entries: a domain that the publisher held in that year. They must not
	// follow when the site moves. Default: the host of Base, and 2026.
	TagDomain string `toml:"tag_domain"`
	TagYear   int    `toml:"tag_year"`

	Links        Links         `toml:"links"`
	Repository   Repository    `toml:"repository"`
	Repositories []Repository  `toml:"repositories"` // others beside it, see AllRepositories
	Components   []Component   `toml:"components"`   // in the order in which they are shown
	Environments []Environment `toml:"environments"` // nearest to the users first
	Versions     Versions      `toml:"versions"`
	Releases     Releases      `toml:"releases"`
	Deployments  []Deployments `toml:"deployments"`
	Flags        []Flags       `toml:"flags"`
	Stale        Stale         `toml:"stale"`
	Changes      Changes       `toml:"changes"`
	Audiences    []Audience    `toml:"audiences"`
	Wording      Wording       `toml:"wording"`
	Metrics      Metrics       `toml:"metrics"`
	Docs         Docs          `toml:"docs"`
	Audit        Audit         `toml:"audit"`
	Look         Look          `toml:"look"`
	Build        Build         `toml:"build"`
}

// Place is where an entry stands in its file. The zero Place is a default that
// no file states.
type Place struct {
	File      string
	Line, Col int // from 1; columns in bytes
}

// Repository is a git repository that is read.
type Repository struct {
	Place `toml:"-"`
	// Name is short and unique; ids and addresses may contain it. Default for
	// [repository]: the folder's or the remote's name, which the caller fills in.
	Name string `toml:"name"`
	// Path of the repository, relative to the folder of site.toml. Default: that
	// folder.
	Path string `toml:"path"`
	// Branch is the mainline. Default: the branch that is checked out.
	Branch string `toml:"branch"`
	// Remote is the address to make links from, when it is not that of the
	// remote "origin".
	Remote string `toml:"remote"`
	// SharedPaths are globs of what belongs to every component.
	SharedPaths []string `toml:"shared_paths"`
	// SourcesOnly marks a repository that holds deployments or flags and no code
	// to report on (a GitOps repository, say): its commits are no changes.
	SourcesOnly bool `toml:"sources_only"`
}

// Component is a part that is deployed by itself. Without any, a repository is
// one component of its own name.
type Component struct {
	Place      `toml:"-"`
	Name       string   `toml:"name"`       // required, unique within the repository
	Repository string   `toml:"repository"` // default: the main one
	Paths      []string `toml:"paths"`      // globs; a change that touches one belongs to it
	// Scopes of Conventional Commits that name it, beside or instead of paths.
	Scopes []string `toml:"scopes"`
	// Aliases are names that records, image names and tag prefixes use for it.
	Aliases []string `toml:"aliases"`
}

// Environment is a place where versions run.
type Environment struct {
	Place `toml:"-"`
	Name  string `toml:"name"` // required, unique
	// Tier: production, staging, testing, development or other. Default: told
	// from the name.
	Tier    string   `toml:"tier"`
	Aliases []string `toml:"aliases"` // other spellings in records: "prod", "live"
	// Hidden leaves it out of the site, for personal sandboxes and the like.
	Hidden bool `toml:"hidden"`
}

// Versions says which tags are versions.
type Versions struct {
	// Scheme: auto, semver, calver, counter or pattern. Default: auto.
	Scheme string `toml:"scheme"`
	// Pattern of a version's tag for the scheme "pattern", and of the text
	// around a version for the others: "v{version}", "{component}-v{version}".
	Pattern string `toml:"pattern"`
	// Prerelease are globs of tags that are pre-releases, beside those that the
	// scheme itself knows: "*-beta*".
	Prerelease []string `toml:"prerelease"`
	// Ignore are globs of tags that are no versions.
	Ignore []string `toml:"ignore"`
}

// Releases says what counts as a release.
type Releases struct {
	// By: flags, version or declared. Default "": by flags, or by version where
	// there are neither deployments nor flags.
	By string `toml:"by"`
	// Threshold is the share of the users from which a change counts as
	// released, in percent. Default: 100.
	Threshold Percent `toml:"threshold"`
	// Groups count as everybody: a change is released when each of them has it.
	Groups []string `toml:"groups"`
}

// Deployments is a source of deployment records.
type Deployments struct {
	Place `toml:"-"`
	// From: tags, notes, files, gitops, branch, tag or trailers. Required.
	From string `toml:"from"`
	// Pattern of the tags, for "tags": "deploy/{environment}/{time}"; of the branch
	// or the tag that moves, for "branch" and "tag": "deployed-to-{environment}"; of
	// the values, for "gitops": "v{n} release-{revision}"; of the environments'
	// branches, for "trailers": "env/{environment}". Several are separated by
	// blanks. Default: the usual spellings; required for "branch" and "tag".
	Pattern string `toml:"pattern"`
	// Ref is the notes ref, for "notes" (default: "deployments"), and for "gitops"
	// with the value "@note" (default: "hydrator.metadata").
	Ref string `toml:"ref"`
	// Files are globs of files of records, for "files", and of the files of the
	// desired state, for "gitops", with {environment}, {component} and {slot} for
	// what their names tell. Required there.
	Files []string `toml:"files"`
	// Value is the path to what is to run inside the files, for "gitops":
	// "spec.values.image.tag", "images[name={component}].newTag". "@text" is the
	// whole text, "@commit" the commit that changes the file, "@note" the one that a
	// note on that commit names. Default: what the
	// usual tools write.
	Value string `toml:"value"`
	// Gate are globs of the files whose change puts the values into effect, for
	// "gitops". Default: the values count at once.
	Gate []string `toml:"gate"`
	// Hold is the path to a value that says that nothing follows for now, for
	// "gitops": "automatic_deploys_enabled=false".
	Hold string `toml:"hold"`
	// Branch is the pattern of the branches that hold the desired state of an
	// environment each, for "gitops": "env/{environment}". Default: the mainline.
	Branch string `toml:"branch"`
	// Removal of a value: undeploy (the default), or keep for what runs on.
	Removal string `toml:"removal"`
	// History of a branch: commits (each on its first-parent line was deployed) or
	// pointer (it says only what is there now). Default: told by the repository.
	History string `toml:"history"`
	// Format of the files, for "files": auto, records (our own keys), cdevents,
	// github, gitlab, jira and so on. Default: auto, which looks at the content of
	// each document.
	Format string `toml:"format"`
	// JQ is a program in jq, for "files", which makes records of what no format
	// knows: ".deploys[] | {environment: .stage, version: .tag, at: .time}".
	JQ string `toml:"jq"`
	// Environment and Component of records that name none.
	Environment string `toml:"environment"`
	Component   string `toml:"component"`
	// Environments, when set, are the only ones that are taken from this source,
	// and Components the only components, for "gitops".
	Environments []string `toml:"environments"`
	Components   []string `toml:"components"`
	// Zone of times that are written without an offset, an IANA name. Default:
	// UTC.
	Zone string `toml:"zone"`
	// Since and Until bound the period that the entry speaks for (days in
	// UTC; Until is not included): projects change their scheme.
	Since Day `toml:"since"`
	Until Day `toml:"until"`
	// Repository that holds the records, when it is not the main one, and Of, the
	// repository whose commits they name. Default for both: the main one; for
	// "gitops", each component's own.
	Repository string `toml:"repository"`
	Of         string `toml:"of"`
}

// Flags is a source of feature flags.
type Flags struct {
	Place `toml:"-"`
	// Format: auto, or a name of a format ("goff", "flipt", "generic"). Default:
	// auto, which looks at the content.
	Format string `toml:"format"`
	// Files are globs of manifests. `{environment}` in one stands for a part of
	// the path that names the environment: "flags/{environment}.yaml". Without
	// any, all files that look like a manifest are read.
	Files []string `toml:"files"`
	// Environment that the manifests speak of, when they do not say themselves.
	Environment string `toml:"environment"`
	// EnvironmentFrom says where the environment is told instead: directory (the
	// folder of the file), file (its name without the extension), metadata (of
	// the manifest) or rule (on Attribute, in the targeting).
	EnvironmentFrom string `toml:"environment_from"`
	Attribute       string `toml:"attribute"` // default: "environment"
	// Effect: merge (the running program reads the manifest from git) or
	// deployment (the manifest ships with the build). Default "": the format's.
	Effect string `toml:"effect"`
	// Delay between the merge and the effect, for "merge": "5m".
	Delay Duration `toml:"delay"`
	// DeployedWith is the component whose live revision carries the manifest,
	// for "deployment" with a manifest in another repository than the code.
	DeployedWith string `toml:"deployed_with"`
	// Treatment names the variants that count as having the change, for flags
	// that are not boolean.
	Treatment []string `toml:"treatment"`
	// Repository that holds the manifests. Default: the main one.
	Repository string `toml:"repository"`
	// Branch is the branch that the manifests are read along, where it is not the
	// mainline: one that is an environment. `{environment}` in it stands for a name:
	// "env/{environment}". What is there takes effect with its commit.
	Branch string `toml:"branch"`
	// Ref of git notes that are a log of events ("flags"), as `daylight record
	// flag` writes it, in place of files.
	Ref string `toml:"ref"`

	// The keys below say what is in home-made files: formats generic, dotenv and
	// catalogue. Paths are names with dots between them; a dot in a name has a
	// backslash before it, and a name that ends in [] is a list of which the last
	// item counts.

	// Shape: map (keys with flags), list (of objects with a key) or file (one flag
	// a file). Default: map.
	Shape string `toml:"shape"`
	// Root is the path to the flags; several are separated by blanks. A step * is
	// any name and becomes part of the keys, a step {environment} is the name of
	// an environment. Default: the whole document.
	Root string `toml:"root"`
	// Key is the field that names a flag, in a list or file. Default: key, name or
	// id.
	Key string `toml:"key"`
	// State, Percent and Groups are the fields of a flag; with {key} in them they
	// are entries beside each other: "{key}_percent". Default: the usual names.
	State   string `toml:"state"`
	Percent string `toml:"percent"`
	Groups  string `toml:"groups"`
	// Scale is the number that stands for everybody: 1, 100, 100000. Default: 100
	// for percentages, and none for numbers that are states.
	Scale int `toml:"scale"`
	// Environments are the names below a flag that are environments; "*" is all
	// of them. Default: those of [[environments]].
	Environments []string `toml:"environments"`
	// Values say what words mean: "admin = group:staff", "* = skip". Meanings are
	// on, off, unknown, skip, a percentage with its sign, and group: with a name.
	Values []string `toml:"values"`
	// Inverse are flags that hide something when they are on; globs.
	Inverse []string `toml:"inverse"`
	// Prefix of the keys that are flags; several are separated by blanks.
	Prefix string `toml:"prefix"`
	// Default is the meaning for an environment that a flag does not name.
	Default string `toml:"default"`
	// Overlay says how files of a later layer lie over those before them: fields
	// (what an entry leaves out stays as it is below) or flag (an entry replaces
	// the one below). Default: fields.
	Overlay string `toml:"overlay"`
	// JQ is a program that gives an object for each flag and environment, and
	// replaces all of the above.
	JQ string `toml:"jq"`
}

// Changes says how commits become changes that people read about.
type Changes struct {
	// UserVisible are the Conventional Commits types that users may be told of.
	// Default: feat, fix, perf, security, and breaking changes of any type.
	UserVisible []string `toml:"user_visible"`
	// InternalPaths are globs: a change that touches nothing else is not told to
	// users, unless it has a note.
	InternalPaths []string `toml:"internal_paths"`
	// Notes are globs of note files. Default: "changes/*.md".
	Notes []string `toml:"notes"`
	// FlagTrailers are the trailers that tie a commit to a flag. Default: Flag
	// and Feature-Flag. Case does not count.
	FlagTrailers []string `toml:"flag_trailers"`
	// NoteTrailers hold a note for users. Default: Release-Note.
	NoteTrailers []string `toml:"note_trailers"`
	// Occurrences also ties a change to each flag whose key occurs in the lines
	// that it adds.
	Occurrences bool `toml:"occurrences"`
	// FlagPaths tie changes to a flag by what they touch.
	FlagPaths []FlagPath `toml:"flag_paths"`
}

// FlagPath ties the changes that touch Paths to a flag.
type FlagPath struct {
	Place `toml:"-"`
	Flag  string   `toml:"flag"`  // required
	Paths []string `toml:"paths"` // globs, required
}

// Audience is a group of readers that gets a site of its own.
type Audience struct {
	Place `toml:"-"`
	Name  string `toml:"name"`  // required, unique: letters, digits, "-" and "_"
	Title string `toml:"title"` // of its site. Default: the site's title
	// Sees: everything, released (what the release threshold lets all see),
	// group:<name> (what that group can see too), or version (what is in a
	// version, for what nobody deploys). Default: released, so that a forgotten
	// key publishes less and not more.
	Sees string `toml:"sees"`
	// Environments whose releases count. Default: all of tier production.
	Environments []string `toml:"environments"`
	// Any takes the earliest of the environments' dates, where the default is
	// the latest.
	Any bool `toml:"any"`
	// Kinds of note that it is told of: added, changed, deprecated, removed,
	// fixed, security. Default: all.
	Kinds []string `toml:"kinds"`
	// Fields that it may see beside the notes: authors, commits, flags,
	// environments, problems. Default: all where it sees everything, else none.
	Fields []string `toml:"fields"`
	// Docs that it may read, as globs of files from the docs folder: "guide/**".
	// What is for other readers by its own words stays hidden. Default: all.
	Docs []string `toml:"docs"`
	// Terms of the glossary that it is shown: those for an audience of this name,
	// and single ones by the names of their files. Default: customers and
	// everyone; all where it sees everything.
	Terms []string `toml:"terms"`
	// Base is the address of its site. Default: the site's Base with Output.
	Base string `toml:"base"`
	// Output is the folder of its site below Build.Output. Default: Name.
	Output string `toml:"output"`
	// Theme of its site. Default: Build.Theme.
	Theme string `toml:"theme"`
	// NoIndex asks search engines to stay away. Default: true where the audience
	// sees everything.
	NoIndex bool `toml:"noindex"`
}

// Shows reports whether the audience may see a field: "authors", "commits",
// "flags", "environments" or "problems".
func (a Audience) Shows(field string) bool {
	for _, f := range a.Fields {
		if f == field {
			return true
		}
	}
	return false
}

// Group gives the group of "group:<name>", or "".
func (a Audience) Group() string {
	if len(a.Sees) > len(groupPrefix) && a.Sees[:len(groupPrefix)] == groupPrefix {
		return a.Sees[len(groupPrefix):]
	}
	return ""
}

const groupPrefix = "group:"

// Audit says what the leak check of public sites passes over.
type Audit struct {
	// Ignore are names that are words of everyday language in this project, such
	// as a flag called "search". They are listed as not checked.
	Ignore []string `toml:"ignore"`
}

// Build says where things are written and what they are made with. Paths are
// relative to the folder of site.toml.
type Build struct {
	Output    string `toml:"output"`    // default: "public"
	Theme     string `toml:"theme"`     // default: "default"
	Content   string `toml:"content"`   // docs and glossary. Default: "content"
	Templates string `toml:"templates"` // layered over the built-in ones. Default: "templates"
	Themes    string `toml:"themes"`    // layered over the built-in ones. Default: "themes"
	// Cache is the folder of what was learned from git objects. Default "": the
	// user's cache folder. "none" keeps nothing.
	Cache string `toml:"cache"`
}

// AllRepositories lists what is read: [repository] first, then
// [[repositories]]. A file that has only the list means only the list.
func (c Config) AllRepositories() []Repository {
	own := c.Repository
	if len(c.Repositories) > 0 && own.Name == "" && own.Path == "" && own.Branch == "" {
		return c.Repositories
	}
	return append([]Repository{own}, c.Repositories...)
}
