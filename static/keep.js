// Puts away what is typed, a second after typing stops and on leaving, so that nothing is lost. It sends nothing for anybody: a form is
// sent by its button. Without this script a form is kept when it is sent.
{
for (const form of document.querySelectorAll("form[data-keep]")) {
  const mark = form.elements.namedItem("kept");
  const status = form.querySelector("[data-keep-status]");
  const body = () => {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "kept") fields.append(name, value);
    return fields;
  };
  let known = body().toString();
  let timer = 0;
  let isUnderWay = false;
  let isSent = false;

  const save = async () => {
    clearTimeout(timer);
    const fields = body();
    const text = fields.toString();
    if (isSent || isUnderWay || text === known) return;
    isUnderWay = true;
    fields.append("kept", mark.value);
    try {
      // Browsers let 64 KiB go on after the page is left.
      const answer = await fetch(`/kept?place=${encodeURIComponent(form.dataset.keep)}`, {
        method: "POST", body: fields, keepalive: text.length < 60000, headers: { Accept: "application/json" },
      });
      if (answer.ok) {
        const kept = await answer.json();
        known = text;
        if (kept.mark) mark.value = kept.mark;
        status.textContent = kept.at ? `${status.dataset.saved} ${kept.at}` : "";
        status.classList.remove("bad");
      } else {
        say(answer.status === 401 ? status.dataset.ended : status.dataset.failed);
      }
    } catch {
      say(status.dataset.failed);
    }
    isUnderWay = false;
    // What was typed meanwhile.
    if (body().toString() !== text) later();
  };
  const say = (words) => { status.textContent = words; status.classList.add("bad"); };
  const later = () => { clearTimeout(timer); timer = setTimeout(save, 1000); };

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", (event) => { if (!event.defaultPrevented) { isSent = true; clearTimeout(timer); } });
  window.addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
  // A browser that comes back to the page may bring with it what was typed.
  window.addEventListener("pageshow", () => { isSent = false; later(); });
}
}
