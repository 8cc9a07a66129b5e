// Keys of a deck: each button names its own (data-key). The first one asks once more, remarks open their field. The page works without them.
{
const form = document.getElementById("deck-form");
const confirm = document.getElementById("deck-confirm");
const first = document.getElementById("deck-ask");

// Whoever may not sign has neither the button nor the question; where devices sign, the page of the device asks instead.
const ask = () => { if (!confirm.open) confirm.showModal(); };
first?.addEventListener("click", (event) => { event.preventDefault(); ask(); });
document.getElementById("deck-no")?.addEventListener("click", () => confirm.close());

// One letter is decided once, however often a button is pressed.
let sent = false;
form.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
  confirm?.close();
});
window.addEventListener("pageshow", () => { sent = false; });

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (typing || confirm?.open || event.ctrlKey || event.altKey || event.metaKey) return;
  // The place of the key, whatever alphabet it types in.
  const wanted = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.code);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.tagName === "DETAILS") {
    wanted.open = true;
    wanted.querySelector("textarea").focus();
  } else {
    wanted.click();
  }
});
}
