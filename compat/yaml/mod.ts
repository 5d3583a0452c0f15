// Stands in for jsr:@std/yaml where JSR is out of reach. js-yaml 3 is the code
// that @std/yaml was ported from: the same text for the same value.
// @deno-types="npm:@types/js-yaml@3.12.10"
import yaml from "js-yaml";

/** Options of {@linkcode stringify}, the ones of `@std/yaml` that we use. */
export interface StringifyOptions {
  /** Widest line before folding; -1 never folds. */
  lineWidth?: number;
  /** Write a value that occurs again as a reference to the first; default true. */
  useAnchors?: boolean;
  /** Depth from which on collections are written in one line, `[a, b]`; default -1: never. */
  flowLevel?: number;
  /** Sort the keys; by default they stay in the order of insertion. */
  sortKeys?: boolean;
}

/** Writes `data` as one YAML document, with a line break at its end. */
export function stringify(data: unknown, options: StringifyOptions = {}): string {
  const { useAnchors = true, ...others } = options;
  return yaml.safeDump(data, { noRefs: !useAnchors, ...others });
}

/** Reads one YAML document. Throws `Error` with line and column when it is not YAML. */
export function parse(content: string): unknown {
  return yaml.safeLoad(content);
}
