// Keys of the signatory's deck: S signs after one question, R returns, L puts off. The page works without them.
const form = document.getElementById("deck-form");
const confirm = document.getElementById("deck-confirm");
const sign = document.getElementById("deck-sign");

const ask = () => { if (!confirm.open) confirm.showModal(); };
sign.addEventListener("click", (event) => { event.preventDefault(); ask(); });
document.getElementById("deck-no").addEventListener("click", () => confirm.close());

// One letter is decided once, however often a button is pressed.
let sent = false;
form.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
  confirm.close();
});
window.addEventListener("pageshow", () => { sent = false; });

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (typing || confirm.open || event.ctrlKey || event.altKey || event.metaKey) return;
  // The place of the key, whatever alphabet it types in.
  switch (event.code) {
    case "KeyS": ask(); break;
    case "KeyR":
      document.getElementById("deck-return").open = true;
      document.getElementById("deck-reason").focus();
      break;
    case "KeyL": document.getElementById("deck-later").click(); break;
    default: return;
  }
  event.preventDefault();
});
