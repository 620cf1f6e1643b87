// Searches the site with the files below search/. It reads few of them: the
// list of files, the one or two in which the words lie, and those that describe
// what is shown. Package search of the generator says how they are written.
(() => {
  "use strict";

  const root = new URL("..", document.currentScript.src);
  const digits = "GHIJKLMNOPQRSTUVWXYZghijklmnopqrstuvwxyz!#$%()*+,-./:;=?@[]^_{|}";
  const valueOf = new Map([...digits].map((digit, value) => [digit, value]));
  const joints = /^[._\-/]+|[._\-/]+$/g;
  const mostShards = 4; // that one beginning of a word is looked up in

  // Words, as the index knows them.

  function term(word) {
    word = word.replace(joints, "").toLowerCase();
    if (word.length > 12 && /^[0-9a-f]+$/.test(word)) return word.slice(0, 12);
    return [...word].slice(0, 40).join("");
  }

  function compounds(text) {
    const bare = text.normalize("NFKD").replace(/\p{M}/gu, "");
    const fields = bare.split(/[^\p{L}\p{Nd}._\-/]+/u);
    return fields
      .flatMap((f) => f.split(/([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])/u))
      .map((f) => f.replace(joints, ""))
      .filter((f) => f !== "");
  }

  function partsOf(word) {
    return word.split(/[._\-/]+/).map(term).filter((p) => [...p].length > 1);
  }

  // Files of the index, each read once.

  const files = new Map();
  function read(name) {
    if (!files.has(name)) {
      const file = fetch(new URL(`search/${name}.json`, root)).then((response) => {
        if (!response.ok) throw new Error(`${name}: ${response.status}`);
        return response.json();
      });
      file.catch(() => files.delete(name)); // the next search tries again
      files.set(name, file);
    }
    return files.get(name);
  }

  // Terms are sorted by their bytes, which is the order of their characters and
  // not that of UTF-16.
  function before(a, b) {
    const x = [...a], y = [...b];
    for (let i = 0; i < x.length && i < y.length; i++) {
      const d = x[i].codePointAt(0) - y[i].codePointAt(0);
      if (d !== 0) return d < 0;
    }
    return x.length < y.length;
  }

  // firstFrom finds the first place of a sorted list that is not before a term.
  function firstFrom(list, wanted) {
    let low = 0, high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(list[middle], wanted)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // shardsOf gives the shards in which terms of a beginning lie.
  function shardsOf(index, beginning) {
    let at = firstFrom(index.first, beginning);
    if (index.first[at] !== beginning) at--;
    const out = [];
    for (let i = Math.max(at, 0); i < index.first.length && out.length < mostShards; i++) {
      if (i > at && !index.first[i].startsWith(beginning)) break;
      out.push(i);
    }
    return out;
  }

  // each calls back with every entry of a list of distances.
  function each(list, visit) {
    let entry = -1, distance = 0, shift = 0;
    for (const digit of list) {
      const value = valueOf.get(digit);
      distance += (value & 31) * 2 ** shift;
      if (value >= 32) {
        shift += 5;
        continue;
      }
      entry += distance + 1;
      distance = shift = 0;
      visit(entry);
    }
  }

  // weigh notes how well each entry fits a word: called so, called so in the
  // beginning, or said somewhere in its text.
  async function weigh(index, word, whole) {
    const weights = new Map();
    const shards = await Promise.all(shardsOf(index, word).map((n) => read(`t${n}`)));
    for (const shard of shards) {
      for (let i = firstFrom(shard.t, word); i < shard.t.length && shard.t[i].startsWith(word); i++) {
        const exact = shard.t[i] === word;
        if (whole && !exact) break;
        if (!whole && shard.t[i].includes(":")) continue; // a filter
        const [named, told = ""] = shard.l[i].split(" ");
        const note = (weight) => (entry) => {
          if ((weights.get(entry) ?? 0) < weight) weights.set(entry, weight);
        };
        each(named, note(exact ? 8 : 5));
        each(told, note(exact ? 3 : 1));
      }
    }
    return weights;
  }

  async function weighAll(index, words) {
    const all = [];
    for (const word of words) {
      let found = await weigh(index, term(word), false);
      if (found.size === 0) {
        const parts = partsOf(word);
        if (parts.length > 1) {
          all.push(...(await Promise.all(parts.map((p) => weigh(index, p, false)))));
          continue;
        }
      }
      all.push(found);
    }
    return all;
  }

  // search gives the numbers of the entries that fit all words and filters, the
  // best first, among equals in the order of the index. Filters of one name
  // are alternatives.
  async function search(text, filters) {
    const index = await read("index");
    const all = await weighAll(index, compounds(text));
    for (const [name, values] of filters) {
      const any = new Map();
      for (const value of values) {
        for (const entry of (await weigh(index, `${name}:${value.toLowerCase()}`, true)).keys()) any.set(entry, 0);
      }
      all.push(any);
    }
    if (all.length === 0) return { index, entries: [] };
    // The last entries are docs of other versions, for those who ask for one.
    const end = filters.some(([name]) => name === "version") ? index.count : index.usual;
    all.sort((a, b) => a.size - b.size);
    const byScore = new Map();
    for (const [entry, first] of all[0]) {
      let score = first;
      let fits = entry < end;
      for (let i = 1; i < all.length && fits; i++) {
        const weight = all[i].get(entry);
        fits = weight !== undefined;
        score += weight ?? 0;
      }
      if (!fits) continue;
      if (!byScore.has(score)) byScore.set(score, []);
      byScore.get(score).push(entry);
    }
    const entries = [...byScore.keys()].sort((a, b) => b - a).flatMap((s) => byScore.get(s).sort((a, b) => a - b));
    return { index, entries };
  }

  async function describe(index, entries) {
    return Promise.all(
      entries.map(async (entry) => {
        const file = await read(`e${Math.floor(entry / index.per_file)}`);
        const [kind, title, path, detail, state] = file[entry % index.per_file];
        const [look, word] = index.states[state];
        return { kind: index.kinds[kind], title, href: new URL(path, root).href, detail, look, word };
      }),
    );
  }

  // What is shown.

  function element(name, className, ...inside) {
    const e = document.createElement(name);
    if (className) e.className = className;
    e.append(...inside);
    return e;
  }

  // marked shows which words of a title fit.
  function marked(title, words) {
    const out = document.createDocumentFragment();
    const wanted = words.map(term).filter((w) => w !== "");
    for (const piece of title.split(/([\p{L}\p{Nd}\p{M}._\-/]+)/u)) {
      const bare = piece.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
      out.append(wanted.some((w) => bare.startsWith(w)) ? element("mark", "", piece) : piece);
    }
    return out;
  }

  function result(found, words) {
    const link = element("a", "", marked(found.title, words));
    link.href = found.href;
    const under = element("span", "under", element("span", "chip", found.kind), found.detail ? ` ${found.detail}` : "");
    const line = element("span", "what", link);
    if (found.word) line.append(" ", element("span", `badge is-${found.look}`, found.word));
    line.append(under);
    return { line, link };
  }

  const number = new Intl.NumberFormat(document.documentElement.lang || "en");
  function counted(n) {
    return n === 1 ? "1 found" : `${number.format(n)} found`;
  }

  const failed = "The index could not be read. Searching needs the site to come from a web server.";

  // The page for searching, with filters that stand in the address.

  function searchPage(form) {
    const query = form.querySelector("[type=search]");
    const list = document.querySelector("[data-results]");
    const status = form.querySelector("[data-found]");
    const filters = form.querySelector("[data-filters]");
    const step = 25;
    let run = 0;

    function chosen() {
      return [...filters.querySelectorAll("select")].filter((s) => s.value !== "").map((s) => [s.name, [s.value]]);
    }

    async function update() {
      const mine = ++run;
      const address = new URL(location.href);
      address.search = new URLSearchParams([["q", query.value.trim()], ...chosen().map(([n, [v]]) => [n, v])].filter(([, v]) => v !== ""));
      history.replaceState(null, "", address);
      try {
        const { index, entries } = await search(query.value, chosen());
        if (mine !== run) return; // somebody typed on
        const asked = query.value.trim() !== "" || chosen().length > 0;
        document.querySelector(".lists").hidden = asked;
        status.textContent = asked ? (entries.length > 0 ? counted(entries.length) : "Nothing has all of these words. Fewer, or their beginnings, find more.") : "";
        await show(index, entries, mine);
      } catch {
        status.textContent = failed;
      }
    }

    async function show(index, entries, mine) {
      const words = compounds(query.value);
      const items = await describe(index, entries.slice(0, step));
      if (mine !== run) return;
      list.replaceChildren(...items.map((found) => element("li", "", result(found, words).line)));
      more(index, entries, step, words);
    }

    function more(index, entries, from, words) {
      document.querySelector(".more-results")?.remove();
      if (entries.length <= from) return;
      const button = element("button", "button", `Show ${Math.min(step, entries.length - from)} more`);
      button.type = "button";
      button.addEventListener("click", async () => {
        const items = await describe(index, entries.slice(from, from + step));
        const added = items.map((found) => result(found, words));
        list.append(...added.map((a) => element("li", "", a.line)));
        more(index, entries, from + step, words);
        added[0].link.focus();
      });
      list.after(element("p", "more-results", button));
    }

    function addFilters(index) {
      const names = [...new Set(index.filters.map((f) => f.name))];
      for (const name of names) {
        const values = index.filters.filter((f) => f.name === name);
        if (values.length < 2) continue;
        const select = element("select", "", new Option("any", ""));
        select.name = name;
        for (const f of values) select.append(new Option(`${f.value} (${number.format(f.count)})`, f.value));
        filters.append(element("label", "", `${name[0].toUpperCase()}${name.slice(1)} `, select));
      }
    }

    // Up and down go from the words to the results and among them.
    document.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const stops = [query, ...list.querySelectorAll("li a")];
      const at = stops.indexOf(document.activeElement);
      if (at < 0) return;
      event.preventDefault();
      stops[Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), stops.length - 1)].focus();
    });

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      list.querySelector("a")?.focus();
    });
    form.addEventListener("input", update);
    const asked = new URLSearchParams(location.search);
    query.value = asked.get("q") ?? "";
    read("index").then(
      (index) => {
        addFilters(index);
        for (const select of filters.querySelectorAll("select")) select.value = asked.get(select.name) ?? "";
        update();
      },
      () => (status.textContent = failed),
    );
    query.focus();
  }

  // The field in the head of every page: the best few, as somebody types.

  function quickSearch(form) {
    const input = form.querySelector("[type=search]");
    const list = element("ul", "quick");
    list.id = "found";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Found");
    form.append(list);
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-controls": "found", "aria-expanded": "false" };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    let run = 0;

    // On a page of the docs of another version, the docs of that version come
    // first; what they do not have is looked for everywhere.
    const version = document.querySelector("[data-version]")?.dataset.version;
    if (version) {
      const field = element("input", "");
      Object.assign(field, { type: "hidden", name: "version", value: version });
      form.append(field);
      input.placeholder = `Search ${version}`;
    }
    async function find(text) {
      const found = await search(text, version ? [["version", [version]]] : []);
      return version && found.entries.length === 0 ? search(text, []) : found;
    }

    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function choose(way) {
      run++; // what is still being looked for comes too late: it would move under the finger
      const options = [...list.children];
      const at = options.findIndex((o) => o.ariaSelected === "true");
      options[at]?.setAttribute("aria-selected", "false");
      const next = options[(at + way + options.length + (at < 0 && way < 0 ? 1 : 0)) % options.length];
      next.setAttribute("aria-selected", "true");
      next.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", next.id);
    }

    input.addEventListener("focus", () => read("index").catch(() => {}), { once: true });
    input.addEventListener("input", async () => {
      const mine = ++run;
      const words = compounds(input.value);
      if (words.length === 0) return close();
      try {
        const { index, entries } = await find(input.value);
        const items = await describe(index, entries.slice(0, 8));
        if (mine !== run) return;
        list.replaceChildren(
          ...items.map((found, i) => {
            const { line, link } = result(found, words);
            link.tabIndex = -1;
            const option = element("li", "", line);
            option.id = `found-${i}`;
            option.setAttribute("role", "option");
            option.setAttribute("aria-selected", "false");
            option.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
            option.addEventListener("click", () => link.click());
            link.addEventListener("click", (event) => event.stopPropagation());
            return option;
          }),
        );
        list.hidden = items.length === 0;
        input.setAttribute("aria-expanded", String(items.length > 0));
      } catch {
        close(); // the page for searching says why
      }
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      if (list.hidden) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(event.key === "ArrowDown" ? 1 : -1);
      }
    });
    // Enter leads to what is chosen, and without a choice to all that is found.
    form.addEventListener("submit", (event) => {
      const chosen = list.hidden ? null : list.querySelector("[aria-selected=true] a");
      if (!chosen) return;
      event.preventDefault();
      chosen.click();
    });
    input.addEventListener("blur", close);
  }

  const page = document.querySelector("[data-search]");
  if (page) searchPage(page);
  const head = document.querySelector(".find");
  if (head) quickSearch(head);

  // What tests hold against the generator.
  window.daylight = Object.assign(window.daylight ?? {}, { compounds, term, search });
})();
