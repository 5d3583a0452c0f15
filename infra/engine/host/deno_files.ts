// Files, on Deno: the part of the real Host that reads and writes them.
import { ifThere } from "./deno_paths.ts";
import { CannotWrite, type Lock } from "./host.ts";

/** Why the file system refuses, by the system's error: what a user can do something about. */
function refusal(error: unknown): string | undefined {
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.AlreadyExists) {
    return "a part of the path is a file";
  }
  const [, code] = /\(os error (\d+)\)/.exec(String(error)) ?? [];
  return { "28": "no space left on the disk", "30": "the file system is read-only" }[code ?? ""];
}

/** Explains a refusal with the path that it is about. */
export async function writing<T>(path: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    const why = refusal(cause);
    if (why === undefined) throw cause;
    throw new CannotWrite(`Cannot write ${path}: ${why}`, {
      hint: "Make the directory yours and writable, free some space, or choose another with --dir.",
      cause,
    });
  }
}

/** See `readFrom` of Host. */
export async function readFrom(path: string, from: number, limit = 1 << 20) {
  const file = await ifThere(Deno.open(path));
  if (!file) return undefined;
  using _ = file;
  const { size } = await file.stat();
  const bytes = new Uint8Array(Math.max(0, Math.min(size - from, limit)));
  await file.seek(Math.min(from, size), Deno.SeekMode.Start);
  let read = 0;
  while (read < bytes.length) {
    const n = await file.read(bytes.subarray(read));
    if (n === null) break;
    read += n;
  }
  return { bytes: bytes.subarray(0, read), size };
}

/** See `tail` of Host. */
export async function tail(path: string, count: number): Promise<string[]> {
  const size = (await readFrom(path, 0, 0))?.size ?? 0;
  const end = await readFrom(path, Math.max(0, size - count * 400));
  const lines = new TextDecoder().decode(end?.bytes).split("\n");
  return lines.filter((line) => line !== "").slice(-count);
}

/** See `writeText` of Host. */
export async function writeText(path: string, content: string, mode = 0o644) {
  const aside = `${path}.${Deno.pid}.tmp`;
  await writing(
    path,
    (async () => {
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      try {
        await Deno.writeTextFile(aside, content, { mode });
        await Deno.rename(aside, path);
      } catch (error) {
        await ifThere(Deno.remove(aside)).catch(() => {});
        throw error;
      }
    })(),
  );
}

/** See `lock` of Host. */
export async function lock(path: string, holder: string): Promise<Lock | string> {
  await writing(path, Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true }));
  const file = await writing(path, Deno.open(path, { create: true, read: true, write: true }));
  if (!await file.tryLock(true)) {
    file.close();
    return (await Deno.readTextFile(path)).trim() || "another task";
  }
  try {
    await file.truncate();
    await file.write(new TextEncoder().encode(`${holder}\n`));
  } catch { /* on a full disk the lock is held all the same; only its holder's name is missing */ }
  return { release: () => file.close() };
}
