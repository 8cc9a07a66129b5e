// Says two minutes before a session goes idle that it will, and keeps it when asked to. Tabs of one session tell each other. Without it a
// session ends as it does with it.
{
const box = document.getElementById("session-end");
const soon = document.getElementById("session-soon");
const over = document.getElementById("session-over");
const keep = document.getElementById("session-keep");
const WARNING = 120;
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("saual-session") : null;

// By the clock and not by counting: a machine that slept has not waited.
let end = 0;
const lasts = (seconds) => { end = Math.max(end, Date.now() + seconds * 1000); look(); };
const look = () => {
  const left = (end - Date.now()) / 1000;
  soon.hidden = left <= 0;
  over.hidden = left > 0;
  box.hidden = left > WARNING;
};

keep.addEventListener("click", async () => {
  keep.disabled = true;
  try {
    const answer = await fetch("/account/sessions/keep", { method: "POST", redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const seconds = Number(await answer.text());
    lasts(seconds);
    tabs?.postMessage(seconds);
  } catch {
    // What the server does not keep is over; that it cannot be reached is for the next press.
    look();
  }
  keep.disabled = false;
});

if (tabs) tabs.onmessage = (event) => lasts(Number(event.data) || 0);
const seconds = Number(box.dataset.seconds);
lasts(seconds);
tabs?.postMessage(seconds);
setInterval(look, 5000);
}
