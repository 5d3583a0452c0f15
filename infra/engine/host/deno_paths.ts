// What paths are, on Deno: the part of the real Host that looks and changes nothing.
import { createHash } from "node:crypto";
import { statfs } from "node:fs/promises";
import { dirname, join, parse } from "node:path";

const { IsADirectory, NotFound, NotADirectory, PermissionDenied } = Deno.errors;

/** What the system says where there is no such file, or none that can be read as one. */
const MISSING = [NotFound, NotADirectory, IsADirectory];

/** Resolves to `undefined` where the promise is rejected because a file is not there. */
export async function ifThere<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (MISSING.some((type) => error instanceof type)) return undefined;
    throw error;
  }
}

/** See `kind` of Host. */
export async function kind(
  path: string,
): Promise<"file" | "directory" | "link" | "other" | undefined> {
  const found = await ifThere(Deno.lstat(path));
  if (!found) return undefined;
  if (found.isSymlink) return "link";
  return found.isDirectory ? "directory" : found.isFile ? "file" : "other";
}

/** See `identity` of Host. */
export async function identity(path: string): Promise<string | undefined> {
  try {
    const found = await ifThere(Deno.stat(path));
    return found && `${found.dev}:${found.ino}`;
  } catch (error) {
    // It is there, and nobody's whom we could ask about it.
    if (error instanceof PermissionDenied) return `hidden ${path}`;
    throw error;
  }
}

/** See `realPath` of Host. */
export async function realPath(path: string): Promise<string> {
  const rest: string[] = [];
  for (let known = path;; known = dirname(known)) {
    const real = await ifThere(Deno.realPath(known));
    // What is not there yet lies in what is there.
    if (real !== undefined) return join(await asStored(real), ...rest);
    if (known === dirname(known)) return path;
    rest.unshift(parse(known).base);
  }
}

const namesIn = async (path: string) =>
  await Array.fromAsync(Deno.readDir(path), ({ name }) => name)
    // A directory that may not be listed keeps the names as they are written.
    .catch((): string[] => []);

/**
 * A path that is there, with the names as they are stored, where its file system understands them in
 * upper and lower case.
 *
 * @param look Tells what a path leads to, and the names in a directory.
 */
export async function asStored(
  path: string,
  look: {
    identity: (path: string) => Promise<string | undefined>;
    names: (path: string) => Promise<string[]>;
  } = { identity, names: namesIn },
): Promise<string> {
  const { dir, base } = parse(path);
  const swapped = base.replace(/\p{L}/gu, (letter) => {
    const upper = letter.toUpperCase();
    return letter === upper ? letter.toLowerCase() : upper;
  });
  if (swapped === base) return path;
  if (await look.identity(join(dir, swapped)) !== await look.identity(path)) return path;
  let stored = "/";
  for (const name of path.split("/").filter((part) => part !== "")) {
    const names = await look.names(stored);
    const folded = (text: string) => text.normalize().toLowerCase();
    const found = names.includes(name) ? name : names.find((n) => folded(n) === folded(name));
    stored = join(stored, found ?? name);
  }
  return stored;
}

/** See `disk` of Host. */
export async function disk(path: string): Promise<{ free: number; total: number }> {
  // What is not there yet will be where its nearest directory is.
  while (await identity(path) === undefined) path = dirname(path);
  const { bavail, blocks, bsize } = await statfs(path);
  return { free: bavail * bsize, total: blocks * bsize };
}

/** See `digest` of Host. */
export async function digest(path: string, algorithm: "SHA-256" | "SHA-512"): Promise<string> {
  const hash = createHash(algorithm.replace("-", "").toLowerCase());
  using file = await Deno.open(path);
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}
