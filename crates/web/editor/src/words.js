// What the editor says in the page's language: the page brings the sentences along.
export const wordsOf = (element) => {
  const known = new Map([...element.querySelectorAll("[data-word]")].map((word) => [word.dataset.word, word.textContent]));
  return (name) => known.get(name) ?? name;
};

/** What a refused request says, for people. */
export async function problem(answer) {
  try {
    const { detail, faults } = await answer.json();
    return faults ? faults.map((fault) => fault.detail).join("; ") : detail;
  } catch {
    return String(answer.status);
  }
}
