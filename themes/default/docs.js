// Adds a button to each block of code that copies it. Without this script the
// page lacks the buttons and nothing else.
"use strict";
(() => {
  if (!navigator.clipboard) return;
  for (const block of document.querySelectorAll(".prose pre.code")) {
    const around = document.createElement("div");
    around.className = "copyable";
    block.replaceWith(around);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    const said = document.createElement("span");
    said.className = "hidden";
    said.setAttribute("role", "status");
    around.append(block, button, said);
    let rest;
    button.addEventListener("click", async () => {
      clearTimeout(rest);
      try {
        await navigator.clipboard.writeText(block.textContent.replace(/\n$/, ""));
        button.textContent = "Copied";
        said.textContent = "The code was copied.";
      } catch {
        button.textContent = "Not copied";
        said.textContent = "The browser did not let the code be copied.";
      }
      rest = setTimeout(() => { button.textContent = "Copy"; said.textContent = ""; }, 2000);
    });
  }
})();
