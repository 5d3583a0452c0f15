// How many rows of each table a height has room for.
// This module is pure: no Deno APIs, no I/O.

/** A table's wish. */
export interface Wish {
  /** Rows that it has. */
  readonly rows: number;
  /** Rows that it has at least before another one is given more. */
  readonly least: number;
}

/** What is given. */
export interface Layout {
  /** Rows of each table; none: it is hidden, with its head. */
  readonly rows: readonly (number | undefined)[];
  /** Whether there is room for an empty line before each table. */
  readonly spaced: boolean;
}

/**
 * Gives each table a head and its least rows in turn, then what is left row by row. Empty lines
 * between come last, and only if no row is hidden for them.
 *
 * @param wishes By importance.
 * @param height Lines for all of it.
 */
export function layOut(wishes: readonly Wish[], height: number): Layout {
  let left = height;
  const rows: (number | undefined)[] = wishes.map(({ rows, least }) => {
    // A head without a row says nothing.
    if (left < 2) return undefined;
    const given = Math.min(rows, least, left - 1);
    left -= 1 + given;
    return given;
  });
  const hungry = () => wishes.flatMap(({ rows: all }, i) => (rows[i] ?? all) < all ? [i] : []);
  for (let next = hungry(); left > 0 && next.length > 0; next = hungry()) {
    for (const index of next.slice(0, left)) {
      rows[index]!++;
      left--;
    }
  }
  const all = wishes.every(({ rows: wanted }, index) => rows[index] === wanted);
  return { rows, spaced: all && left >= wishes.length };
}
