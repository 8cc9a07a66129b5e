// The worklist's keys, choice and live rows. / searches, J and K go from row to row, X chooses, letters on buttons press them, ? explains.
// What is typed is searched for while it is typed; what others do shows by itself, and nobody loses their place. The page works without all this.
{
const $ = (id) => document.getElementById(id);
const { follow, exchange, linkTo, BY_ITSELF } = window.live;
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
const listed = (page) => [...page.querySelectorAll(".worklist tbody tr, .pager, .empty")].map((part) => part.innerHTML).join();
const swap = (page) => {
  const active = document.activeElement;
  const [focused, isBox, href] = [rowOf(active), active?.matches?.(".pick input"), active?.getAttribute?.("href")];
  const [index, id] = [rows().indexOf(focused), focused?.dataset.id];
  const ticked = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
  const seen = focused ?? rows().find((row) => row.getBoundingClientRect().bottom > 60);
  const [before, anchor] = [seen?.getBoundingClientRect().top, seen?.dataset.id];
  const old = new Map(rows().map((row) => [row.dataset.id, row.dataset.version]));
  const isOther = listed(document) !== listed(page);
  exchange(page, ["tiles", "side-views", "side-tasks", ...(isOther ? ["list"] : [])]);
  // How many were found is said by the element that is there, and a view that is being named stays, for the new question.
  const [here, there] = [$("found"), page.getElementById("found")];
  const [said, says] = [here, there].map((found) => found.querySelector("p"));
  if (said.innerHTML !== says.innerHTML) said.replaceChildren(...says.childNodes);
  const naming = here.querySelector("details[open]");
  if (naming) naming.querySelector("[name=question]").value = there.querySelector("[name=question]").value;
  for (const part of [...here.children]) if (part !== said && part !== naming) part.remove();
  here.append(...[...there.children].filter((part) => part !== says && !(naming && part.matches("details"))));
  if (naming) here.append(naming);
  if (isOther) for (const box of boxes()) box.checked = ticked.has(box.value);
  count();
  const now = new Map(rows().map((row) => [row.dataset.id, row]));
  if (active && !document.contains(active)) {
    const next = focused ? now.get(id) ?? rows()[Math.min(index, rows().length - 1)] : null;
    (next?.querySelector(isBox ? ".pick input" : ".c-number a") ?? linkTo(href))?.focus({ preventScroll: true });
  }
  const after = now.get(anchor)?.getBoundingClientRect().top;
  if (before !== undefined && after !== undefined && before !== after) window.scrollBy(0, after - before);
  const changed = [...now].filter(([one, row]) => old.get(one) !== row.dataset.version);
  for (const [, row] of changed) row.classList.add("fresh");
  return { added: changed.filter(([one]) => !old.has(one)).length, isOther };
};

// Asks for the page at an address; what was asked before is of no interest any more.
let asking = null;
const ask = async (address, headers) => {
  asking?.abort();
  asking = new AbortController();
  return swap(await window.live.page(address, { headers, signal: asking.signal }));
};

// While something is typed or chosen: the address follows, one step back for each time that somebody began.
let [typing, begun, narrowing] = [0, false, false];
const narrowed = () => {
  typing = 0;
  const said = [...new FormData(filter)].filter(([, value]) => value.trim() !== "");
  const address = said.length > 0 ? `${filter.action}?${new URLSearchParams(said)}` : filter.action;
  if (address === location.href) return;
  narrowing = true;
  ask(address).then(() => {
    narrowing = false;
    if (begun) history.replaceState(null, "", address); else history.pushState(null, "", address);
    begun = true;
  }).catch((error) => { if (error.name !== "AbortError") location.assign(address); });
};
const soon = (wait) => { clearTimeout(typing); typing = setTimeout(narrowed, wait); };
// One letter or two are words of their own and no beginnings: they are looked for when they are sent.
const isBegun = () => ![1, 2].includes(search.value.trim().length) || /\d/.test(search.value);
search.addEventListener("input", (event) => { if (!event.isComposing && isBegun()) soon(250); });
search.addEventListener("compositionend", () => soon(250));
search.addEventListener("blur", () => { begun = false; });
filter.addEventListener("change", (event) => { if (event.target !== search) { begun = false; soon(0); } });
window.addEventListener("popstate", () => location.reload());

// Others have done something; what somebody types comes first.
follow(async () => {
  const { added, isOther } = await ask(location.href, BY_ITSELF);
  if (isOther) news.textContent = added > 0 ? `${news.dataset.new} ${added}` : news.dataset.changed;
}, () => typing || narrowing);

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
}
