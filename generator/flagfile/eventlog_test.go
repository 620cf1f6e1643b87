package flagfile

import (
	"testing"
	"time"

	"daylight/generator/ledger"
)

func TestAnEventIsReadBack(t *testing.T) {
	at := time.Date(2026, 3, 14, 9, 0, 0, 7, time.FixedZone("", 3600))
	five, over := 5*ledger.Hundred/100, ledger.Hundred+1
	for want, e := range map[string]Event{
		`{"key":"basket","environment":"production","at":"2026-03-14T08:00:00Z","percent":5}`:          {Key: "basket", Environment: "production", At: at, Percent: &five},
		`{"key":"basket","at":"2026-03-14T08:00:00Z","state":"off"}`:                                   {Key: "basket", At: at, State: "off"},
		`{"key":"a <b>","at":"2026-03-14T08:00:00Z","groups":["beta","staff"],"except":["x"]}`:         {Key: "a <b>", At: at, Groups: Groups{{Name: "staff", Percent: ledger.Everybody()}, {Name: "beta", Percent: ledger.Everybody()}}, Except: []string{"x"}},
		`{"key":"basket","at":"2026-03-14T08:00:00Z","groups":{"beta":5},"description":"for a start"}`: {Key: "basket", At: at, Groups: Groups{{Name: "beta", Percent: ledger.Exactly(five)}}, Description: "for a start"},
	} {
		got, problems, err := e.Write()
		if err != nil || len(problems) > 0 || got != want {
			t.Errorf("got %s %v %v\nwant %s", got, problems, err, want)
		}
		if !RepeatsEvent(got, want) {
			t.Errorf("%s does not repeat itself", got)
		}
	}
	for name, e := range map[string]Event{
		"no key":      {At: at, State: "on"},
		"no state":    {Key: "basket", At: at},
		"a state":     {Key: "basket", At: at, State: "onn"},
		"too much":    {Key: "basket", At: at, Percent: &over},
		"before 1970": {Key: "basket", State: "on"},
	} {
		if got, problems, err := e.Write(); got != "" || len(problems) == 0 || err != nil {
			t.Errorf("%s: %q %v %v", name, got, problems, err)
		}
	}
	if RepeatsEvent(`{"key":"a","at":"2026-03-14T08:00:00Z","state":"on"}`, `{"key":"a","at":"2026-03-14T09:00:00Z","state":"on"}`) {
		t.Error("another instant is no repetition")
	}
}

func FuzzEventLog(f *testing.F) { fuzzFormat(f, EventLog{}) }
