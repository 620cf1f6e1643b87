// Puts the colours that the reader chose into force before anything is drawn.
// Without a choice the system's own setting holds.
try {
  const chosen = localStorage.getItem("daylight-scheme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.scheme = chosen;
} catch {
  // Storage is forbidden: the system's setting holds.
}
