// What makes a page quicker to use: the choice of colours, keys, and buttons
// that copy. Nothing here is needed to read a page.
(() => {
  "use strict";

  const keep = {
    get(name) {
      try {
        return localStorage.getItem(name);
      } catch {
        return null; // storage is forbidden: nothing is remembered
      }
    },
    set(name, value) {
      try {
        if (value === null) localStorage.removeItem(name);
        else localStorage.setItem(name, value);
      } catch {
        // as above
      }
    },
  };

  function button(className, text, label) {
    const b = document.createElement("button");
    b.type = "button";
    b.className = className;
    b.textContent = text;
    if (label) b.setAttribute("aria-label", label);
    return b;
  }

  // Definitions: Escape hides the one that is shown, until the next move.

  const quiet = (on) => {
    if (on) document.documentElement.dataset.quiet = "";
    else delete document.documentElement.dataset.quiet;
  };
  if (document.querySelector(".gloss")) {
    document.addEventListener("keydown", (e) => quiet(e.key === "Escape"));
    document.addEventListener("pointerover", () => quiet(false));
  }

  // Colours: as the system has them, light, dark.

  const schemes = [
    { name: null, text: "Auto" },
    { name: "light", text: "Light" },
    { name: "dark", text: "Dark" },
  ];
  const tools = document.querySelector(".tools");
  if (tools) {
    const root = document.documentElement;
    const current = () => schemes.findIndex((s) => s.name === (root.dataset.scheme ?? null));
    const choice = button("scheme", "", "");
    const say = () => {
      choice.textContent = schemes[current()].text;
      choice.setAttribute("aria-label", `Colours: ${schemes[current()].text}`);
      choice.title = "Colours: automatic, light or dark";
    };
    choice.addEventListener("click", () => {
      const next = schemes[(current() + 1) % schemes.length];
      if (next.name === null) delete root.dataset.scheme;
      else root.dataset.scheme = next.name;
      keep.set("daylight-scheme", next.name);
      say();
    });
    say();
    tools.append(choice);
  }

  // On a phone the navigation is one line that moves: where the reader is shows.

  const here = document.querySelector(".site-nav a[aria-current]");
  const line = here?.closest("ul");
  if (line && line.scrollWidth > line.clientWidth) line.scrollLeft = here.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;

  // Copying: commands and code, and ids of which only the beginning is shown.

  const said = document.createElement("p"); // for those who do not see the button change
  said.className = "hidden";
  said.setAttribute("role", "status");
  document.body.append(said);

  function copies(text, label) {
    const b = button("copy", "Copy", label);
    let rest;
    b.addEventListener("click", async () => {
      clearTimeout(rest);
      try {
        await navigator.clipboard.writeText(text());
        b.textContent = said.textContent = "Copied";
      } catch {
        b.textContent = "Not copied";
        said.textContent = "The browser did not let this be copied.";
      }
      rest = setTimeout(() => {
        b.textContent = "Copy";
        said.textContent = "";
      }, 2000);
    });
    return b;
  }
  if (navigator.clipboard) {
    for (const code of document.querySelectorAll("pre > code")) {
      const block = code.parentElement;
      const frame = document.createElement("div");
      frame.className = "copyable";
      block.replaceWith(frame);
      frame.append(block, copies(() => code.textContent.replace(/\n$/, ""), "Copy these lines"));
    }
    for (const short of document.querySelectorAll("[data-copy]")) {
      short.after(" ", copies(() => short.dataset.copy, `Copy ${short.dataset.copy}`));
    }
  }

  // On the page for what is missing: the words of the address are what was meant.

  const lost = document.querySelector("[data-lost]");
  if (lost) {
    const last = location.pathname.split("/").filter(Boolean).slice(-1)[0] ?? "";
    lost.value = last.replace(/~([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))).replace(/\.html?$/, "");
    if (lost.value === "404") lost.value = "";
  }

  // Keys. They work outside of fields and can be switched off, since some people
  // speak to their computers.

  const off = "daylight-keys-off";
  const places = new Map();
  for (const link of document.querySelectorAll(".site-nav a")) {
    const key = [...link.textContent.trim().toLowerCase()].find((c) => /[a-z]/.test(c) && !places.has(c));
    if (key) places.set(key, link);
  }
  const press = (selector) => () => document.querySelector(selector)?.click();
  const keys = new Map([
    ["/", { text: "Search", act: () => (document.querySelector("#query") ?? document.querySelector("#find"))?.focus() }],
    ["[", { text: "Newer, or the page before", act: press("a[rel=prev], .neighbours a[rel=next]") }],
    ["]", { text: "Older, or the next page", act: press("a[rel=next], .neighbours a[rel=prev]") }],
    ["?", { text: "This list", act: () => help().showModal() }],
  ]);

  let dialog;
  function help() {
    if (dialog) return dialog;
    dialog = document.createElement("dialog");
    dialog.className = "keys";
    dialog.setAttribute("aria-labelledby", "keys-title");
    const title = document.createElement("h2");
    title.id = "keys-title";
    title.textContent = "Keys";
    const list = document.createElement("dl");
    const add = (shown, text) => {
      const line = document.createElement("div");
      const term = document.createElement("dt");
      for (const k of shown) {
        const key = document.createElement("kbd");
        key.textContent = k;
        term.append(key, " ");
      }
      const what = document.createElement("dd");
      what.textContent = text;
      line.append(term, what);
      list.append(line);
    };
    for (const [k, { text }] of keys) add([k], text);
    for (const [k, link] of places) add(["g", k], link.textContent.trim());
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = keep.get(off) === null;
    box.addEventListener("change", () => keep.set(off, box.checked ? null : "1"));
    label.append(box, " Keys do this");
    const close = button("button", "Close");
    close.addEventListener("click", () => dialog.close());
    dialog.append(title, list, label, close);
    document.body.append(dialog);
    return dialog;
  }

  let going = 0; // until when a letter after g counts
  document.addEventListener("keydown", (event) => {
    const writes = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "Escape" && event.target.matches?.("#find")) event.target.blur();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return keys.get("/").act();
    }
    if (writes || event.ctrlKey || event.metaKey || event.altKey || dialog?.open) return;
    if (keep.get(off) !== null && event.key !== "?") return;
    if (event.timeStamp < going && places.has(event.key)) {
      going = 0;
      event.preventDefault();
      return places.get(event.key).click();
    }
    going = event.key === "g" ? event.timeStamp + 1500 : 0;
    if (keys.has(event.key)) {
      event.preventDefault();
      keys.get(event.key).act();
    }
  });

  // The list of keys is there for those who have none to find it with.
  const foot = document.querySelector(".site-foot .wrap");
  if (foot) {
    const line = document.createElement("p");
    const open = button("plain", "Keys");
    open.addEventListener("click", () => help().showModal());
    line.append(open);
    foot.append(line);
  }
})();
