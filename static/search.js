// The key / puts the cursor into the search at the head of every page, unless somebody types, holds a modifier, or the page has the key for its own list.
// Letter keys that were switched off on the worklist are off here too (WCAG 2.1.4). The search works without this.
{
const field = document.getElementById("topsearch");
const types = (element) => element?.closest?.("input, textarea, select, [contenteditable], letter-editor");
const isOff = () => { try { return window.localStorage.getItem("worklist-keys") === "off"; } catch { return false; } };
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" && event.code !== "Slash") return;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
  if (types(event.target) || document.querySelector("dialog[open]") || document.getElementById("filter") || isOff()) return;
  event.preventDefault();
  field.focus();
  field.select();
});
}
