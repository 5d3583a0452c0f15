// Numbers for people: short, and of about the same width whatever they are.
// This module is pure: no Deno APIs, no I/O.

/** What is shown for a number that is not known. */
export const UNKNOWN = "-";

/** `0`, `0.3`, `9.9`, `10`, `999`: one digit after the point only below 10. */
function threeDigits(value: number): string {
  if (value === 0) return "0";
  const tenths = Math.round(value * 10) / 10;
  return tenths < 10 ? tenths.toFixed(1) : String(Math.round(value));
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let index = 0;
  // What would be shown as 1000 (1024) of a unit is 1 of the next.
  while (Math.round(value) >= step && index < units.length - 1) {
    value /= step;
    index++;
  }
  const text = index === 0 && Number.isInteger(value) ? String(value) : threeDigits(value);
  return `${text}${units[index]}`;
}

/** `0`, `4.2`, `999`, `1.2k`, `35M`: thousands, as of records a second. */
export function count(value: number | undefined): string {
  return value === undefined ? UNKNOWN : scaled(value, 1000, ["", "k", "M", "G", "T"]);
}

/** `0 B`, `512 B`, `4.2 KiB`, `35 MiB`: steps of 1024. */
export function bytes(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  return scaled(Math.round(value), 1024, [" B", " KiB", " MiB", " GiB", " TiB", " PiB"]);
}

/** `178/495 MiB`: used and most, in MiB. */
export function heap(used: number | undefined, max: number | undefined): string {
  if (used === undefined || max === undefined) return UNKNOWN;
  const mebibytes = (value: number) => Math.round(value / 1024 ** 2);
  return `${mebibytes(used)}/${mebibytes(max)} MiB`;
}

/** `1,234,567`; from 100 million on short, as {@linkcode count}. */
export function whole(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  return value >= 1e8 ? count(value) : Math.round(value).toLocaleString("en-US");
}

/** `12 %`, of a number of percent. */
export function percent(value: number | undefined): string {
  return value === undefined ? UNKNOWN : `${Math.round(value)} %`;
}

/** `0.3 ms`. */
export function milliseconds(value: number | undefined): string {
  return value === undefined ? UNKNOWN : `${threeDigits(value)} ms`;
}

/** `40 s`, `3 min`. */
export function span(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
