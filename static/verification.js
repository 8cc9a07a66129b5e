// The page of verification: a file that is dropped on it is checked. Without this script it is chosen, and there is a button.
{
const form = document.getElementById("verification-file");
const input = form.elements.namedItem("file");
form.querySelector("[data-drop]").hidden = false;
const brings = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
// Anywhere on the page: whoever misses the field would leave the page for the file itself.
document.addEventListener("dragover", (event) => {
  if (!brings(event)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
  form.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) form.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  if (!brings(event)) return;
  event.preventDefault();
  form.classList.remove("is-over");
  if (event.dataTransfer.files.length === 0) return;
  input.files = event.dataTransfer.files;
  form.requestSubmit();
});
}
