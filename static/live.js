// What the worklist and the page of duties share: each hears that something has moved, asks for itself again and exchanges what has changed.
// Without this script a page shows how things stood when it was opened.
{
const [news, sign] = ["news", "live-sign"].map((id) => document.getElementById(id));
// How far the page has come, how far it was told that others have, and how long it waits before it looks again whether its table has too.
let [shown, told, patience] = [news.dataset.at, "0", 0];
const LONGEST = 30000;
// Places are numbers that grow. Outside of the house there are marks instead, of which nothing is known but whether they are the same.
const isPlace = (one) => /^[0-9]+$/.test(one);
const isBehind = (one, other) => (isPlace(one) && isPlace(other) ? Number(one) < Number(other) : one !== other);

// A page as it is now. What it shows is what others have done up to its place; where no place is known, up to what was told when it was asked for.
const page = async (address, { headers, signal } = {}) => {
  const before = told;
  const answer = await fetch(address, { headers: { Accept: "text/html", ...headers }, signal });
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  const at = found.getElementById("news")?.dataset.at ?? "0";
  if (at !== "0") shown = at; else if (isBehind(shown, before)) shown = before;
  return found;
};

// Asks again, by `ask`, when others have done something: when the page is looked at, and `isBusy` says that nothing comes first; once a second at most.
const follow = (ask, isBusy = () => false) => {
  let [waits, stream] = [0, null];
  const refresh = (pause = 0) => {
    clearTimeout(waits);
    waits = setTimeout(async () => {
      if (document.hidden) return;
      if (isBusy()) { refresh(); return; }
      waits = 0;
      try { await ask(); } catch { return; /* The next move asks again. */ }
      // The table of this page was behind the one that was told of: what is missing is not told a second time.
      if (!isBehind(shown, told) || waits) return;
      patience = Math.min(LONGEST, (patience || 500) * 2);
      refresh(patience);
    }, pause + 800 + Math.random() * 400);
  };
  const listen = () => {
    stream = new EventSource(news.dataset.live);
    stream.addEventListener("open", () => { sign.hidden = false; });
    stream.addEventListener("error", () => { sign.hidden = true; });
    stream.addEventListener("moved", (event) => {
      const place = event.data;
      if (!isBehind(told, place)) return;
      told = place;
      patience = 0;
      if (isBehind(shown, place)) refresh();
    });
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden && waits) refresh(); });
  window.addEventListener("pagehide", () => stream.close());
  window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  listen();
};

const linkTo = (href) => [...document.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === href);
// Puts the parts that are other in place of those that were, by their ids, and says which.
const exchange = (there, ids) => ids.filter((id) => {
  const [here, other] = [document, there].map((one) => one.getElementById(id));
  if (!here || !other || here.innerHTML === other.innerHTML) return false;
  here.replaceChildren(...other.childNodes);
  return true;
});

window.live = { page, follow, exchange, linkTo, BY_ITSELF: { "X-By-Itself": "yes" } };
}
