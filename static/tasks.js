// The page of duties follows what others do: it hears that something has moved, asks for itself again and exchanges what has changed. Whoever
// stands on a link or a button stays there. Without this script the page shows how things stood when it was opened.
{
const [news, sign] = ["news", "live-sign"].map((id) => document.getElementById(id));

const swap = (page) => {
  const href = document.activeElement?.getAttribute?.("href");
  let isOther = false;
  for (const part of ["counted", "lists", "side-tasks"]) {
    const [here, there] = [document.getElementById(part), page.getElementById(part)];
    if (!here || !there || here.innerHTML === there.innerHTML) continue;
    here.replaceChildren(...there.childNodes);
    isOther = true;
  }
  if (href && document.activeElement === document.body) {
    [...document.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === href)?.focus({ preventScroll: true });
  }
  if (isOther) news.textContent = news.dataset.changed;
};

let [place, waits, stream] = [Number(news.dataset.at), 0, null];
const refresh = () => {
  clearTimeout(waits);
  waits = setTimeout(async () => {
    // A page that nobody looks at waits until somebody does.
    if (document.hidden) return;
    waits = 0;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-By-Itself": "yes" } });
      if (answer.ok && !answer.redirected) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* The next move asks again. */ }
  }, 800 + Math.random() * 400);
};
const listen = () => {
  stream = new EventSource(news.dataset.live);
  stream.addEventListener("open", () => { sign.hidden = false; });
  stream.addEventListener("error", () => { sign.hidden = true; });
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
}
