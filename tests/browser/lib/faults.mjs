// What the suite finds fault with. A fault does not end a play, so that one run tells everything; the play fails when there is any.
const found = [];

/** Notes a fault: where, and what. The same one is told once. */
export function fault(where, what) {
  const line = `${where}: ${what}`;
  if (!found.includes(line)) found.push(line);
}

export const faults = () => [...found];
