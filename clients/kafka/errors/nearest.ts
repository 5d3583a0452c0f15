// Finds what somebody who mistyped a name has meant.
// This module is pure: no Deno APIs, no I/O.

/** The candidate nearest to `word` by edit distance, or `undefined` when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const distance = (a: string, b: string) => {
    let row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + +(a[i - 1] !== b[j - 1])));
      }
      row = next;
    }
    return row[b.length]!;
  };
  const [best] = candidates.map((c) => ({ c, d: c.startsWith(word) ? 0.5 : distance(word, c) }))
    .sort((a, b) => a.d - b.d);
  return best && best.d <= Math.max(1, Math.ceil(word.length / 3)) ? best.c : undefined;
}

/** `Did you mean "x"?` for the nearest candidate, else all of them. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near ? `Did you mean ${near}?` : `Known: ${candidates.join(", ")}`;
}
