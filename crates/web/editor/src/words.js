// What the editor says in the page's language: the page brings the sentences along.
export const wordsOf = (element) => {
  const known = new Map([...element.querySelectorAll("[data-word]")].map((word) => [word.dataset.word, word.textContent]));
  return (name) => known.get(name) ?? name;
};

/** The office's clock, as `crates/web/src/time.rs` reads it: a text is kept at one time, wherever its writer's machine stands. */
const ZONE = "Asia/Almaty";
const clock = (language, parts) => new Intl.DateTimeFormat(language, { timeZone: ZONE, hour: "2-digit", minute: "2-digit", ...parts });

/** The time of day, to the second. */
export const time = (at) => clock(document.documentElement.lang, { second: "2-digit" }).format(new Date(at));

/** A day and a time, as this office writes them. */
export function moment(at) {
  const parts = clock("ru", { day: "2-digit", month: "2-digit", year: "numeric" }).formatToParts(new Date(at));
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
