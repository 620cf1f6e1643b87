// Reloads the page when the program that serves it has built the site again.
(() => {
  const script = document.currentScript;
  const mine = script.dataset.build;
  const events = new EventSource("/_daylight/events");
  events.addEventListener("build", (event) => {
    if (event.data !== mine) {
      events.close();
      location.reload();
    }
  });
})();
