// Adds to the switcher the versions that are newer than the page. Without this
// script the page leads to them by way of the page that lists them all.
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
