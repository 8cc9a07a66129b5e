// What a form needs is asked for where it is missing, before the form leads away from the text. Without this file the page behind the form says it.

/** Is everything there that the form needs? What is missing is told beside its field, and the first of them has the cursor. */
export function isWhole(form, words) {
  const isMissing = (field) => field.getAttribute("aria-required") === "true" && !field.closest("[hidden]") && field.value.trim() === "";
  const missing = [...form.elements].filter(isMissing);
  for (const field of missing) blame(field, words("needed"));
  missing[0]?.focus();
  return missing.length === 0;
}

function blame(field, what) {
  const id = `${field.id}-error`;
  if (document.getElementById(id)) return;
  const said = Object.assign(document.createElement("p"), { id, className: "error", textContent: what });
  const place = field.closest(".field");
  const described = field.getAttribute("aria-describedby");
  field.before(said);
  place.classList.add("has-error");
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", [described, id].filter(Boolean).join(" "));
  field.addEventListener("input", () => {
    said.remove();
    place.classList.remove("has-error");
    field.removeAttribute("aria-invalid");
    if (described === null) field.removeAttribute("aria-describedby");
    else field.setAttribute("aria-describedby", described);
  }, { once: true });
}
