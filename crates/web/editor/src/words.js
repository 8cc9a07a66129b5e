// What the editor says in the page's language: the page brings the sentences along.
export const wordsOf = (element) => {
  const known = new Map([...element.querySelectorAll("[data-word]")].map((word) => [word.dataset.word, word.textContent]));
  return (name) => known.get(name) ?? name;
};

/** A day and a time, as this office writes them. */
export function moment(at) {
  const parts = new Intl.DateTimeFormat("ru", { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" }).formatToParts(new Date(at));
  const of = (name) => parts.find(({ type }) => type === name).value;
  return `${of("day")}.${of("month")}.${of("year")} ${of("hour")}:${of("minute")}`;
}

/** What a refused request says, for people. */
export async function problem(answer) {
  try {
    const { detail, faults } = await answer.json();
    return faults ? faults.map((fault) => fault.detail).join("; ") : detail;
  } catch {
    return String(answer.status);
  }
}
