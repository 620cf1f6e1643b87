package pages

import "daylight/generator/ledger"

// drift says how far lanes are apart, in changes.
type drift struct {
	behindMain map[lane]int
	behind     map[apart]int
	dark       map[lane]int
}

// apart counts the changes that Ahead holds and Behind does not, for one
// component.
type apart struct {
	component     ledger.ComponentName
	behind, ahead ledger.EnvironmentName
}

// measureDrift counts in one pass over the changes. A change that a standing
// revert undid counts nowhere: nobody waits for it. What is unknown in a lane
// counts neither as held nor as missing there.
func measureDrift(l *ledger.Ledger) drift {
	d := drift{map[lane]int{}, map[apart]int{}, map[lane]int{}}
	type stand struct {
		environment ledger.EnvironmentName
		status      ledger.Status
	}
	for i := range l.Changes {
		c := &l.Changes[i]
		for _, component := range c.Components {
			var stands []stand
			for _, in := range c.Environments {
				for _, k := range in.Components {
					if k.Component == component {
						stands = append(stands, stand{in.Environment, k.Status})
					}
				}
			}
			for _, a := range stands {
				if a.status == ledger.StatusDark {
					d.dark[lane{a.environment, component}]++
				}
				if held(a.status) || a.status == ledger.StatusReverted || a.status == ledger.StatusUnknown {
					continue
				}
				if !c.OffMainline {
					d.behindMain[lane{a.environment, component}]++
				}
				for _, b := range stands {
					if held(b.status) {
						d.behind[apart{component, a.environment, b.environment}]++
					}
				}
			}
		}
	}
	return d
}
