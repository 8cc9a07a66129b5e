// Keys and choice of the worklist: / searches, J and K go from row to row, X chooses, N registers, ? explains. The page works without them.
const search = document.getElementById("q");
const selection = document.getElementById("selection");
const help = document.getElementById("keys");
const off = document.getElementById("keys-off");
const rows = [...document.querySelectorAll(".worklist tbody tr")];
const boxes = [...document.querySelectorAll(".worklist tbody .pick input")];
const all = document.querySelector("#pick-all input");

// Single letters can be switched off (WCAG 2.1.4); a browser that keeps nothing has them on.
const kept = (change) => { try { return change(window.localStorage); } catch { return null; } };
off.checked = kept((store) => store.getItem("worklist-keys")) === "off";
off.addEventListener("change", () => kept((store) => store.setItem("worklist-keys", off.checked ? "off" : "on")));

const explain = () => { if (!help.open) help.showModal(); };
const opener = document.getElementById("keys-open");
opener.hidden = false;
opener.addEventListener("click", explain);

const count = () => {
  const chosen = boxes.filter((box) => box.checked).length;
  document.getElementById("chosen").textContent = `: ${chosen}`;
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
};
if (boxes.length > 0) {
  document.getElementById("pick-all").hidden = false;
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; });
  let last = null;
  selection.addEventListener("click", (event) => {
    const at = boxes.indexOf(event.target);
    if (at < 0) return;
    if (event.shiftKey && last !== null) {
      for (const box of boxes.slice(Math.min(at, last), Math.max(at, last) + 1)) box.checked = event.target.checked;
      count();
    }
    last = at;
  });
  selection.addEventListener("change", count);
  selection.addEventListener("reset", () => setTimeout(count));
  // A browser that comes back to the page may bring the choice with it.
  window.addEventListener("pageshow", count);
}

const go = (step) => {
  const here = rows.indexOf(document.activeElement.closest("tr"));
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1);
  rows[next]?.querySelector(".c-number a").focus();
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (typing || help.open || event.ctrlKey || event.altKey || event.metaKey) return;
  // What the signs stand for is asked by the sign, letters by the place of the key, whatever alphabet it types in.
  const key = event.key === "?" || event.key === "/" ? event.key : event.code;
  if (off.checked && key !== "?") return;
  switch (key) {
    case "?": explain(); break;
    case "/": case "Slash": search.focus(); search.select(); break;
    case "KeyJ": go(1); break;
    case "KeyK": go(-1); break;
    case "KeyN": {
      const register = document.querySelector("a[href='/inquiries/new']");
      if (!register) return;
      register.click();
      break;
    }
    case "KeyX": document.activeElement.closest("tr")?.querySelector(".pick input")?.click(); break;
    default: return;
  }
  event.preventDefault();
});
