// Whether programs and libraries can be run from where a stack lies.
import { Failure } from "../../spec/mod.ts";
import type { Host } from "../host/host.ts";

/** Exit code 126: the system refuses to run a script that is there and may be run. */
const TRY = `cd "$1" 2>/dev/null || exit 0
file=.runs-$$
printf '#!/bin/sh\\n' > "$file" && chmod 700 "$file" && "./$file"
code=$?
rm -f "$file"
[ "$code" != 126 ]`;

/**
 * @throws {Failure} The file system of `dir` is mounted `noexec`: brokers unpack the native libraries
 * of Snappy, LZ4 and Zstandard there, and the tools of `deno task shell` are scripts there.
 */
export async function checkExecutable(host: Host, dir: string): Promise<void> {
  const { code } = await host.run("sh", ["-c", TRY, "sh", dir]);
  if (code !== 1) return;
  throw new Failure(
    `${dir} is on a file system that is mounted noexec: the brokers cannot read or write records ` +
      "that are compressed with snappy or zstd, and deno task shell finds no tools",
    { hint: "Choose a directory elsewhere with --dir, or mount it with exec." },
  );
}
