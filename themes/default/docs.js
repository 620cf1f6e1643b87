// Adds a button to each block of code that copies it, and to the switcher the
// versions that are newer than the page. Without this script the page lacks the
// buttons, and leads to those versions by way of the page that lists them all.
"use strict";
(() => {
  const switcher = document.querySelector(".switcher");
  const all = switcher && switcher.querySelector(".all-versions a");
  if (!all) return;
  switcher.addEventListener("toggle", async () => {
    const list = switcher.querySelector("ul");
    const here = list.querySelector("[aria-current]");
    try {
      const answer = await fetch(all.href);
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const items = [];
      for (const from of page.querySelectorAll(".doc-versions > li")) {
        const link = from.querySelector("a");
        const item = document.createElement("li");
        const to = document.createElement("a");
        to.href = new URL(link.getAttribute("href"), answer.url).href;
        to.textContent = link.textContent;
        if (here && here.textContent === link.textContent) {
          to.href = here.href;
          to.setAttribute("aria-current", "page");
        }
        item.append(to);
        for (const mark of from.querySelectorAll(".chip, .under")) {
          const copy = document.createElement("span");
          copy.className = mark.className;
          copy.textContent = mark.textContent;
          item.append(" ", copy);
        }
        items.push(item);
      }
      if (items.length > list.children.length) list.replaceChildren(...items);
    } catch {
      // From a disk nothing can be fetched: the list stays as it is.
    }
  }, { once: true });
})();
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
