package ledger

// UsageRule is how a flag's key was found in a tree.
type UsageRule string

// The rules by which keys are found.
const (
	UsageCode    UsageRule = "code"    // a key that a manifest has, looked for in the code
	UsagePattern UsageRule = "pattern" // what a configured pattern found
	UsageAlias   UsageRule = "alias"   // a key for which coderefs.yaml lists other spellings
)

// FlagUsage is where the tree at the newest commit of the mainline names a flag.
// A flag that was looked for and is nowhere has the count 0.
type FlagUsage struct {
	Key        FlagKey        `json:"key,omitzero"`
	Repository RepositoryName `json:"repository,omitzero"`
	By         UsageRule      `json:"by,omitzero"`
	Known      bool           `json:"known,omitzero"`   // a manifest has the key now
	Count      int            `json:"count,omitzero"`   // of files
	Origins    []Origin       `json:"origins,omitzero"` // of the first few, by path and line
}
