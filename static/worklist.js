// The worklist's keys, choice and live rows. / searches, J and K go from row to row, X chooses, letters on buttons press them, ? explains.
// What is typed is searched for while it is typed; what others do shows by itself, and nobody loses their place. The page works without all this.
const $ = (id) => document.getElementById(id);
const [search, filter, help, off, news] = ["q", "filter", "keys", "keys-off", "news"].map($);
const rows = () => [...document.querySelectorAll(".worklist tbody tr")];
const boxes = () => [...document.querySelectorAll(".worklist tbody .pick input")];
const rowOf = (element) => element?.closest?.(".worklist tbody tr");

// Single letters can be switched off (WCAG 2.1.4); a browser that keeps nothing has them on.
const kept = (change) => { try { return change(window.localStorage); } catch { return null; } };
off.checked = kept((store) => store.getItem("worklist-keys")) === "off";
off.addEventListener("change", () => kept((store) => store.setItem("worklist-keys", off.checked ? "off" : "on")));

const explain = () => { if (!help.open) help.showModal(); };
$("keys-open").hidden = false;
$("keys-open").addEventListener("click", explain);

// How many are chosen, and the box for all of them.
const count = () => {
  const [all, ticked] = [boxes(), boxes().filter((box) => box.checked).length];
  if (all.length === 0) return;
  $("chosen").textContent = `: ${ticked}`;
  $("pick-all").hidden = false;
  const box = $("pick-all").querySelector("input");
  box.checked = ticked > 0 && ticked === all.length;
  box.indeterminate = ticked > 0 && ticked < all.length;
};
let last = null;
document.addEventListener("click", (event) => {
  const at = boxes().indexOf(event.target);
  if (at < 0) return;
  const from = last ? boxes().findIndex((box) => box.value === last) : -1;
  if (event.shiftKey && from >= 0) {
    for (const box of boxes().slice(Math.min(at, from), Math.max(at, from) + 1)) box.checked = event.target.checked;
    count();
  }
  last = event.target.value;
});
document.addEventListener("change", (event) => {
  if (event.target.closest("#pick-all")) for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.closest("#selection")) count();
});
document.addEventListener("reset", (event) => { if (event.target.id === "selection") setTimeout(count); });
// A browser that comes back to the page may bring the choice with it.
window.addEventListener("pageshow", count);

// Puts what has changed in place of what was, and leaves the rest standing: focus, choice and the row that is looked at keep their place.
const swap = (page) => {
  const active = document.activeElement;
  const [focused, isBox] = [rowOf(active), active?.matches?.(".pick input")];
  const [index, id] = [rows().indexOf(focused), focused?.dataset.id];
  const ticked = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
  const seen = focused ?? rows().find((row) => row.getBoundingClientRect().bottom > 60);
  const [before, anchor] = [seen?.getBoundingClientRect().top, seen?.dataset.id];
  const old = new Map(rows().map((row) => [row.dataset.id, row]));
  for (const part of ["tiles", "list", "side-views"]) {
    const [here, there] = [$(part), page.getElementById(part)];
    if (here && there && here.innerHTML !== there.innerHTML) here.replaceChildren(...there.childNodes);
  }
  // A name that is being typed for a view is nobody's to take away.
  const keeping = $("found").querySelector("details[open]");
  for (const part of [...page.getElementById("found").children]) {
    if (!(keeping && part.matches("details"))) part.dataset.next = "";
  }
  for (const part of [...$("found").children]) if (part !== keeping) part.remove();
  $("found").prepend(...page.querySelectorAll("#found > [data-next]"));
  for (const box of boxes()) box.checked = ticked.has(box.value);
  count();
  const now = new Map(rows().map((row) => [row.dataset.id, row]));
  if (focused && !document.contains(active)) {
    const next = now.get(id) ?? rows()[Math.min(index, rows().length - 1)];
    next?.querySelector(isBox ? ".pick input" : ".c-number a")?.focus({ preventScroll: true });
  }
  const after = now.get(anchor)?.getBoundingClientRect().top;
  if (before !== undefined && after !== undefined && before !== after) window.scrollBy(0, after - before);
  const changed = [...now].filter(([one, row]) => old.get(one)?.dataset.version !== row.dataset.version);
  for (const [, row] of changed) row.classList.add("fresh");
  return { added: changed.filter(([one]) => !old.has(one)).length, changed: changed.length + [...old.keys()].filter((one) => !now.has(one)).length };
};

// Asks for the page at an address; what was asked before is of no interest any more.
let asking = null;
const ask = async (address, headers) => {
  asking?.abort();
  asking = new AbortController();
  const answer = await fetch(address, { headers: { Accept: "text/html", ...headers }, signal: asking.signal });
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  return swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
};

// While something is typed or chosen: the address follows, one step back for each time that somebody began.
let [typing, begun] = [0, false];
const narrowed = () => {
  const said = [...new FormData(filter)].filter(([, value]) => value.trim() !== "");
  const address = said.length > 0 ? `${filter.action}?${new URLSearchParams(said)}` : filter.action;
  if (address === location.href) return;
  ask(address).then(() => {
    if (begun) history.replaceState(null, "", address); else history.pushState(null, "", address);
    begun = true;
  }).catch((error) => { if (error.name !== "AbortError") location.assign(address); });
};
const soon = (wait) => { clearTimeout(typing); typing = setTimeout(narrowed, wait); };
search.addEventListener("input", (event) => { if (!event.isComposing) soon(250); });
search.addEventListener("compositionend", () => soon(250));
search.addEventListener("blur", () => { begun = false; });
filter.addEventListener("change", (event) => { if (event.target !== search) { begun = false; soon(0); } });
window.addEventListener("popstate", () => location.reload());

// Others have done something: the page asks for itself again when it is looked at, once a second at most.
let [place, waits, stream] = [Number(news.dataset.at), 0, null];
const refresh = () => {
  clearTimeout(waits);
  waits = setTimeout(() => {
    if (document.hidden) return;
    waits = 0;
    ask(location.href, { "X-By-Itself": "yes" }).then(({ added, changed }) => {
      if (changed > 0) news.textContent = added > 0 ? `${news.dataset.new} ${added}` : news.dataset.changed;
    }).catch(() => {});
  }, 800 + Math.random() * 400);
};
const listen = () => {
  stream = new EventSource(news.dataset.live);
  stream.addEventListener("open", () => { $("live-sign").hidden = false; });
  stream.addEventListener("error", () => { $("live-sign").hidden = true; });
  stream.addEventListener("moved", (event) => {
    if (Number(event.data) <= place) return;
    place = Number(event.data);
    refresh();
  });
};
document.addEventListener("visibilitychange", () => { if (!document.hidden && waits) refresh(); });
window.addEventListener("pagehide", () => stream.close());
window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
listen();

const go = (step) => {
  const [all, here] = [rows(), rows().indexOf(rowOf(document.activeElement))];
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
  all[next]?.querySelector(".c-number a").focus();
};
// A button for chosen rows takes the row that is looked at where none is chosen.
const press = (button) => {
  const here = rowOf(document.activeElement)?.querySelector(".pick input");
  if (button.form && !boxes().some((box) => box.checked)) {
    if (!here) return;
    here.checked = true;
    count();
  }
  button.click();
};

document.addEventListener("keydown", (event) => {
  if (help.open || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) {
    if (event.key === "Escape" && event.target === search && search.value === "") search.blur();
    return;
  }
  // What the signs stand for is asked by the sign, letters by the place of the key, whatever alphabet it types in.
  const key = ["?", "/", "Escape"].includes(event.key) ? event.key : event.code;
  if (off.checked && !["?", "Escape"].includes(key)) return;
  const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  switch (key) {
    case "?": explain(); break;
    case "Escape": if (!boxes().some((box) => box.checked)) return; $("selection").reset(); break;
    case "/": case "Slash": search.focus(); search.select(); break;
    case "KeyJ": go(1); break;
    case "KeyK": go(-1); break;
    case "KeyX": rowOf(document.activeElement)?.querySelector(".pick input")?.click(); break;
    default: if (!button) return; press(button);
  }
  event.preventDefault();
});
