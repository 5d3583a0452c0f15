// The marks of the native engine's processes: which stack's and which service's one is. Services
// are found by them even when the task that started them was killed before it could write down a
// pid, or the record is lost.
// This module is pure: no Deno APIs, no I/O.
import { fileUrl, type Service } from "../../render/mod.ts";

/** What a process says about itself. */
export interface Marks {
  /** Absolute path of its stack's directory, as the task that started it knew it. */
  readonly dir: string;
  readonly service: string;
  readonly fingerprint: string | undefined;
}

/**
 * Beginnings of the marks, which are system properties of a JVM. The directory is a URL, for that
 * holds no space: on macOS the arguments of a process are printed as one line.
 */
const MARK = {
  url: "-Dstack.url=",
  service: "-Dstack.service=",
  fingerprint: "-Dstack.fingerprint=",
  /** The directory as it is: so the versions before marked their processes. */
  plain: "-Dstack.dir=",
} as const;

/** The beginning of a mark that each of our processes has, whatever version started it. */
export const SERVICE_MARK = MARK.service;

/** The beginning of the versions' before mark for the directory, and what follows its value. */
export const PLAIN_DIR = { begin: MARK.plain, end: ` ${MARK.service}` } as const;

/** The marks that a process is started with. None holds a space. */
export function marksOf(
  dir: string,
  { name, fingerprint }: Pick<Service, "name" | "fingerprint">,
): string[] {
  return [
    `${MARK.url}${fileUrl(dir)}`,
    `${MARK.service}${name}`,
    `${MARK.fingerprint}${fingerprint}`,
  ];
}

/**
 * Reads the marks among the arguments of a process. Each is an argument of its own, compared whole.
 *
 * @returns `undefined`: it is no service of a stack.
 */
export function readMarks(command: readonly string[]): Marks | undefined {
  const value = (mark: string) =>
    command.find((argument) => argument.startsWith(mark))?.slice(mark.length);
  const url = value(`${MARK.url}file://`);
  const dir = url === undefined ? value(MARK.plain) : decoded(url);
  const service = value(MARK.service);
  if (!dir || !service || !/^\w+$/.test(service)) return undefined;
  return { dir, service, fingerprint: value(MARK.fingerprint) };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not written by us.
    return undefined;
  }
}
