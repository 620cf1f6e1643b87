package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
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

// UnmarshalJSON reads what MarshalJSON writes, in the order of the text; lanes
// are sorted by component, as an object's keys are.
func (in *InEnvironments) UnmarshalJSON(b []byte) error {
	var out InEnvironments
	err := unmarshalObject(b, func(key string, value []byte) error {
		var state stateObject
		if err := json.Unmarshal(value, &state); err != nil {
			return err
		}
		e := InEnvironment{Environment: EnvironmentName(key), State: state.State}
		for _, name := range slices.Sorted(maps.Keys(state.Components)) {
			e.Components = append(e.Components, InComponent{name, state.Components[name]})
		}
		out = append(out, e)
		return nil
	})
	if err != nil {
		return fmt.Errorf("parse environments: %w", err)
	}
	*in = out
	return nil
}

// MarshalJSON writes an object keyed by environment, in the order of the list.
func (in FlagInEnvironments) MarshalJSON() ([]byte, error) {
	return marshalObject(len(in), func(i int) (string, any) {
		f := in[i]
		return string(f.Environment), flagStateObject{f.State, f.Percent, f.Groups, f.Excludes, f.Via, f.Fallback, f.Steps}
	})
}

// UnmarshalJSON reads what MarshalJSON writes, in the order of the text.
func (in *FlagInEnvironments) UnmarshalJSON(b []byte) error {
	var out FlagInEnvironments
	err := unmarshalObject(b, func(key string, value []byte) error {
		var f flagStateObject
		if err := json.Unmarshal(value, &f); err != nil {
			return err
		}
		out = append(out, FlagInEnvironment{EnvironmentName(key), f.State, f.Percent, f.Groups, f.Excludes, f.Via, f.Fallback, f.Steps})
		return nil
	})
	if err != nil {
		return fmt.Errorf("parse environments of a flag: %w", err)
	}
	*in = out
	return nil
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

// unmarshalObject gives the members of an object in order, where a map would
// lose it. A key that comes twice is refused, since only one of the two could
// be meant. null gives no members.
func unmarshalObject(b []byte, member func(key string, value []byte) error) error {
	d := json.NewDecoder(bytes.NewReader(b))
	open, err := d.Token()
	if err != nil {
		return err
	}
	if open == nil {
		return nil
	}
	if open != json.Delim('{') {
		return fmt.Errorf("want an object, got %v", open)
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string) // a decoder gives no other key
		if seen[key] {
			return fmt.Errorf("key %q comes twice", key)
		}
		seen[key] = true
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		if err := member(key, value); err != nil {
			return fmt.Errorf("read %q: %w", key, err)
		}
	}
	_, err = d.Token()
	return err
}
