/* The page of the search. What is looked through is in search_index.js; MiniSearch looks. First
 * for the words as they were typed, then, if nothing is found, for words like them. A place has two
 * words of two, and most of a longer question. Everything is written as text, so nothing that is typed or found can be more.
 */
(function () {
  "use strict";
  const SHOWN = 20; // places at once
  const CONTEXT = 170; // characters of a place's text around the words
  const MOST = 0.6; // of the words of a question that a place must have
  const PAUSE = 120; // milliseconds without a key before it looks

  const FEW = new Set(("a an and are at be by can did do does for from has have how i if in is it its " +
    "me my of on or s so that the their there this to was what when which why with you your").split(" "));
  // The first, where a reader who looks for it wants to be; and how much a kind of place says.
  const FIELDS = { first: 9, title: 5, further: 3, page: 1.5, text: 1 };
  const KINDS = { section: 1, figure: 0.8, term: 0.75, table: 0.6, name: 0.4, work: 0.3 };
  const PAGES = [[/^chapters\//, 1.2], [/^livefig\//, 0.4], [/^CHANGELOG/, 0.1], [/^figures/, 0.3], [/^reference_cases/, 0.5]];
  const ASIDE = /^(Check|Compute|Exercises|Further reading|Summary|Think)$/;

  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const words = (text) => plain(text).match(/[\p{L}\p{N}]+/gu) ?? [];

  /** A word without its ending, so that "liquidated" finds "liquidation"; null for a small one. */
  function stem(word) {
    if (FEW.has(word)) return null;
    const british = word.replace(/iz(?=e|i|a)/, "is");
    const short = british.replace(/(?:ations?|at(?:ed?|es|ing)|ings?|ed|ies|(?<=ss)es|(?<!s)es|(?<![su])s|e|y)$/, "");
    return short.length > 2 ? short : british;
  }
  const stems = (text) => words(text).map(stem).filter(Boolean);
  const said = (text) => ` ${stems(text).join(" ")} `;

  const places = SEARCHED.places.map(([page, anchor, kind, title, text, first, further], id) => {
    const [address, pageTitle] = SEARCHED.pages[page];
    return {
      id, anchor, kind, title, text, first, further, address, page: pageTitle,
      said: said(title), names: first ? first.split("; ").map(said) : [], plain: plain(text),
      worth: worth(kind, title, address, pageTitle),
    };
  });

  function worth(kind, title, address, page) {
    const ofPage = PAGES.find(([pattern]) => pattern.test(address))?.[1] ?? 0.8;
    const isWhole = kind === "section" && title === page;
    return KINDS[kind] * ofPage * (isWhole ? 1.5 : ASIDE.test(title) ? 0.5 : 1);
  }

  const index = new MiniSearch({
    fields: Object.keys(FIELDS),
    tokenize: words,
    processTerm: stem,
    extractField: (place, field) =>
      // The parts of a name of the library are words too.
      field === "title" && place.kind === "name"
        ? `${place.title} ${place.title.replace(/(?<=[a-z])(?=[A-Z])/g, " ")}` : place[field],
  });
  index.addAll(places);

  const typed = (term) => term.length > 3 && 0.25; // slips of the pen, as a share of the letters
  const TRIES = [
    { prefix: (term, at, all) => at === all.length - 1 && term.length > 2 },
    { prefix: true, fuzzy: typed, maxFuzzy: 2 },
  ];

  /** Places with the words, the best first, and which of the tries found them. */
  function look(query) {
    const asked = said(query);
    const needed = Math.ceil(MOST * new Set(stems(query)).size);
    const isName = /_|[a-z][A-Z]/.test(query);
    const boostDocument = (id) => {
      const place = places[id];
      if (isName && place.title === query) return 100;
      if (place.names.includes(asked)) return 5 * place.worth;
      if (place.said === asked) return 2 * place.worth;
      if (place.said.includes(asked) || place.names.some((name) => name.includes(asked))) return 1.5 * place.worth;
      return (place.plain.includes(plain(query)) ? 1.3 : 1) * place.worth;
    };
    for (const [at, how] of TRIES.entries()) {
      const found = index
        .search(query, { ...how, boost: FIELDS, boostDocument })
        .filter(({ queryTerms }) => queryTerms.length >= needed)
        // Who has one word more comes first, but for the place that is on the thing.
        .map((each) => ({ ...each, score: each.score * each.queryTerms.length ** 2 }))
        .sort((one, other) => other.score - one.score);
      if (found.length) return { found, at };
    }
    return { found: [], at: 0 };
  }

  const field = document.querySelector(".bd-search-container input");
  const told = document.getElementById("search-told");
  const list = document.getElementById("search-results");
  const more = document.getElementById("search-more");
  const row = document.getElementById("search-result").content.firstElementChild;

  /** The part of a text with the most of the words, which are marked. */
  function context(text, terms) {
    const hits = [...text.matchAll(/[\p{L}\p{N}]+/gu)].filter(([word]) => terms.has(stem(plain(word))));
    const within = (start) => hits.filter(({ index: at }) => at >= start && at < start + CONTEXT);
    const kinds = (start) => new Set(within(start).map(([word]) => stem(plain(word)))).size;
    const best = hits.reduce((most, hit) => (kinds(hit.index) > kinds(most) ? hit.index : most), hits[0]?.index ?? 0);
    const start = best < 40 ? 0 : text.lastIndexOf(" ", best - 30) + 1;
    const cut = text.indexOf(" ", start + CONTEXT);
    const end = cut < 0 ? text.length : cut;
    const parts = [start ? "… " : ""];
    let done = start;
    for (const { 0: word, index: at } of hits) {
      if (at < start || at + word.length > end) continue;
      const mark = document.createElement("mark");
      mark.textContent = word;
      parts.push(text.slice(done, at), mark);
      done = at + word.length;
    }
    return [...parts, text.slice(done, end), end < text.length ? " …" : ""];
  }

  function written({ id, terms }) {
    const { address, anchor, kind, title, page, text } = places[id];
    const item = row.cloneNode(true);
    const [link, where, line, mark] = item.children;
    link.href = `${address}#${anchor}`;
    link.textContent = title;
    where.textContent = title === page && kind === "section" ? "" : `${SEARCHED.words[kind]} ${page}`;
    line.replaceChildren(...context(text, new Set(terms)));
    mark.remove();
    return item;
  }

  function show() {
    const query = field.value.trim();
    try {
      history.replaceState(null, "", query ? `?q=${encodeURIComponent(query)}` : "?");
    } catch { /* a browser that keeps files from changing their address */ }
    const { found, at } = query ? look(query) : { found: [], at: 0 };
    const add = (from) => {
      list.append(...found.slice(from, from + SHOWN).map(written));
      more.hidden = list.children.length >= found.length;
    };
    list.replaceChildren();
    add(0);
    more.onclick = () => {
      const from = list.children.length;
      add(from);
      list.children[from].querySelector("a").focus();
    };
    const { one, many, like, none } = SEARCHED.words;
    const count = found.length === 1 ? one : many.replace("{count}", found.length);
    told.textContent = !query ? "" : !found.length ? none : at ? `${like} ${count}` : count;
  }

  let timer = 0;
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, PAUSE); });
  field.form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); show(); });
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  if (field.value) show();
  else field.focus();
})();
