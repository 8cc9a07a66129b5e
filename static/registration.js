// The registration's page: a file is read as soon as it is chosen, and what is typed is held against the register while it is typed. Without this
// script there are buttons for the one, and the form asks once about the other.
{
const form = document.getElementById("register");
const file = form.elements.namedItem("file");
file.addEventListener("change", () => {
  if (file.files.length > 0) form.requestSubmit(form.querySelector("button[name=read]"));
});

const region = form.querySelector("[data-alike]");
const watched = /^(number|dated|chamber|subject|groups\[\d+\]\.deputies\[\d+\]\.(deputy|name))$/;
let timer = 0;
let turn = 0;
const ask = async () => {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (watched.test(name) || name === "repeat_of") fields.append(name, value);
  turn += 1;
  const mine = turn;
  try {
    const answer = await fetch(region.dataset.alike, { method: "POST", body: fields, headers: { Accept: "text/html" } });
    if (!answer.ok || mine !== turn || answer.redirected) return;
    const piece = new DOMParser().parseFromString(await answer.text(), "text/html");
    // The list only changes when it says something else: whoever reads it is not disturbed.
    const list = region.querySelector("[data-alike-list]");
    const fresh = piece.querySelector("[data-alike-list]");
    if (!fresh || list.innerHTML === fresh.innerHTML) return;
    list.replaceWith(document.adoptNode(fresh));
    const said = region.querySelector("[data-alike-said]");
    said.textContent = piece.querySelector("[data-alike-said]").textContent;
  } catch {
    // The register is asked again when the form is sent.
  }
};
form.addEventListener("input", (event) => {
  if (!watched.test(event.target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(ask, 500);
});
}
