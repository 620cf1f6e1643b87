package demo

// Situation is something that the sample shows.
type Situation struct {
	Name string // in a few words, as the docs and the terminal say it
	// Subject is what `daylight explain` takes to tell of it: a pull request, a
	// version or a flag.
	Subject string
	// Evidence are parts of lines of the script, in the order in which they
	// stand there. The tests look for them, so that nobody tidies a situation
	// away.
	Evidence []string
}

// Situations lists what the sample shows, roughly in the order in which it
// happens.
func Situations() []Situation {
	return []Situation{
		{"a rollout from 5 % to 25 % to everyone, dark for weeks before", "saved-baskets", []string{
			"flags: saved-baskets, on in staging and off in production", "tag deploy/production/shop/2026-02-17T09-00Z",
			"saved-baskets for 5 %", "saved-baskets for 25 %", "saved-baskets for everyone"}},
		{"a deployment that was rolled back", "shop/v2.3.0", []string{
			"tag deploy/production/shop/2026-04-07T09-00Z shop/v2.3.0", "tag deploy/production/shop/2026-04-08T07-40Z shop/v2.2.0",
			`"kind":"rollback"`}},
		{"a revert, and the same change applied again", "#27", []string{
			"label endless-list", "revert endless-list", "label no-endless-list", "tag shop/v2.3.1", "revert no-endless-list", "tag shop/v2.4.0"}},
		{"invoices that ship off and are released by a later deployment", "#12", []string{
			"feat(invoice): an invoice as a PDF file (#12)", "tag orders/v1.1.0", "flags: invoice-pdf on with the next deployment", "tag orders/v1.2.0"}},
		{"a hotfix on a branch, with a copy of the mainline's commit", "#63", []string{
			"label tax-fix", "branch hotfix/orders-1.2 orders/v1.2.0", "cherry-pick tax-fix", "tag orders/v1.2.1"}},
		{"everyone except one group", "loyalty-points", []string{"loyalty-points for everyone except wholesale"}},
		{"an un-release that leaves the code in place", "delivery-slots", []string{
			"flags: delivery-slots for everyone", "flags: delivery-slots off"}},
		{"a group of testers first, then everyone", "gift-cards", []string{
			"gift-cards for our beta testers", "gift-cards for everyone"}},
		{"a canary by traffic: 10 %, 50 %, everyone", "shop/v2.5.0", []string{
			`"kind":"canary_step","weight":10`, `"kind":"canary_step","weight":50`, "tag deploy/production/shop/2026-06-17T09-00Z"}},
		{"a blue-green switch that is undone within the hour", "orders/v1.3.0", []string{
			`"slot":"blue","version":"orders/v1.3.0","kind":"deploy","weight":0`, `"slot":"blue","version":"orders/v1.3.0","kind":"traffic_switch","weight":100`,
			`"slot":"green","version":"orders/v1.2.1","kind":"traffic_switch","weight":100`, `"slot":"blue","version":"orders/v1.3.0","kind":"traffic_switch","weight":100`}},
		{"a revert that still stands", "#67", []string{"label sticky-basket", "revert sticky-basket", "tag shop/v2.6.0"}},
		{"a flag retired after its release", "saved-baskets", []string{"Flag-Retired: saved-baskets=released"}},
		{"a deployment that failed", "shop/v2.6.0", []string{`"version":"shop/v2.6.0","kind":"deploy","status":"failed"`,
			"tag deploy/production/shop/2026-07-28T09-00Z shop/v2.6.0"}},
		{"an environment that was empty for a week", "orders/v1.3.0", []string{`"kind":"undeploy"`, "Open again."}},
		{"a flag that no manifest knows", "#92", []string{"Flag: basket-reminder'"}},
		{"a revision that nobody can find", "orders/v1.3.0", []string{"orders/v1.4.0-rc.1"}},
		{"an experiment that was dropped", "basket-extras", []string{"basket-extras in every second basket", "Flag-Retired: basket-extras=dropped"}},
		{"records with a fault in them", "orders/v1.4.0", []string{`"kind":"dep\n`, `"status":"nearly"`}},
		{"a group of testers, and nobody else", "wish-lists", []string{"wish-lists for our beta testers"}},
		{"a flag whose state is no state", "fraud-checks", []string{`production: soon`}},
		{"a flag that was never turned on", "live-chat", []string{`\nlive-chat:\n  defaultRule: { variation: off }`}},
		{"a change that has been dark for two months", "night-theme", []string{"night-theme:", "tag deploy/production/shop/2026-07-28T09-00Z"}},
		{"a rollout that is planned until October", "room-preview", []string{"date: 2026-10-06T08:00:00Z"}},
		{"a version that was rolled back and is not back yet", "shop/v2.7.0", []string{
			"tag deploy/production/shop/2026-09-15T09-00Z shop/v2.7.0", "tag deploy/production/shop/2026-09-16T06-50Z shop/v2.6.0"}},
		{"changes that no production has yet", "#104", []string{"(#104)"}},
	}
}
