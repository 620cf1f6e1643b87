package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// stateObject gives an InEnvironment the keys of its State, and its lanes.
type stateObject struct {
	State
	Components map[ComponentName]State `json:"components"`
}

// MarshalJSON writes an object keyed by environment, in the order of the list.
func (in InEnvironments) MarshalJSON() ([]byte, error) {
	return marshalObject(len(in), func(i int) (string, any) {
		lanes := make(map[ComponentName]State, len(in[i].Components))
		for _, c := range in[i].Components {
			lanes[c.Component] = c.State
		}
		return string(in[i].Environment), stateObject{in[i].State, lanes}
	})
}

type flagStateObject struct {
	State    FlagState    `json:"state"`
	Percent  Share        `json:"percent"`
	Groups   []GroupShare `json:"groups"`
	Excludes []string     `json:"excludes"`
	Via      string       `json:"via"`
	Fallback bool         `json:"fallback"`
	Steps    []FlagMove   `json:"steps"`
}

// MarshalJSON writes an object keyed by environment, in the order of the list.
func (in FlagInEnvironments) MarshalJSON() ([]byte, error) {
	return marshalObject(len(in), func(i int) (string, any) {
		f := in[i]
		return string(f.Environment), flagStateObject{f.State, f.Percent, f.Groups, f.Excludes, f.Via, f.Fallback, f.Steps}
	})
}

// marshalObject writes n members in order, where a map would sort them by key.
func marshalObject(n int, member func(i int) (string, any)) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := range n {
		key, value := member(i)
		k, err := json.Marshal(key)
		if err != nil {
			return nil, fmt.Errorf("write key %q: %w", key, err)
		}
		v, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("write %q: %w", key, err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(k)
		b.WriteByte(':')
		b.Write(v)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
