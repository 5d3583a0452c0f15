// Texts as words of a shell: in generated scripts, and in commands that are shown for pasting.
// This module is pure: no Deno APIs, no I/O.

/** Single-quotes `text` for a shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `text` as one word of a shell: as it is where no shell would change it, else quoted. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quote(text);
}
