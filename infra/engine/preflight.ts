// What must hold before a service is started: found here it is one clear line,
// found by a JVM it is a stack trace in a log.
import type { Process } from "../render/mod.ts";
import { Failure } from "../spec/mod.ts";
import { findPublisher } from "./docker.ts";
import type { Host } from "./host.ts";
import { marks } from "./native.ts";

/** Below this a broker's next segment may not fit, and a full disk stops a broker for good. */
const MIN_FREE_BYTES = 1024 ** 3;

/**
 * @throws {Failure} The disk of the stack's directory is almost full.
 */
export async function checkDisk(host: Host, dir: string): Promise<void> {
  const { free, total } = await host.disk(dir);
  if (free >= MIN_FREE_BYTES) return;
  const mib = (bytes: number) => `${Math.floor(bytes / 1024 ** 2)} MiB`;
  throw new Failure(
    `The disk of ${dir} is almost full: ${mib(free)} of ${mib(total)} free, needed ${
      mib(MIN_FREE_BYTES)
    }`,
    { hint: "Free some space, or choose another directory with --dir." },
  );
}

/** Prints the first of the paths, and of what is directly in them, that may not be written. */
const REFUSED = `for path; do
  for file in "$path" "$path"/*; do
    if [ -e "$file" ] && ! [ -w "$file" ]; then echo "$file"; exit; fi
  done
done`;

/**
 * @throws {Failure} Something in the stack's directories may not be written: it is another user's,
 * as what a Docker daemon made by itself, or what root started before.
 */
export async function checkWritable(
  host: Host,
  dir: string,
  directories: readonly string[],
): Promise<void> {
  const paths = directories.map((path) => `${dir}/${path}`);
  const refused = (await host.run("sh", ["-c", REFUSED, "sh", ...paths])).stdout.trim();
  if (refused === "") return;
  const { uid, gid } = host.user();
  throw new Failure(`Cannot write ${refused}: it belongs to another user`, {
    hint: `Make all of it yours: sudo chown -R ${uid}:${gid} ${dir}`,
  });
}

/**
 * @throws {Failure} A port of a service that is to start is taken: by which process, of which stack.
 */
export async function checkPorts(host: Host, processes: readonly Process[]): Promise<void> {
  for (const { name, ports } of processes) {
    for (const [purpose, address] of Object.entries(ports)) {
      const state = host.port(address);
      if (state === "free") continue;
      if (state === "no such address") {
        throw new Failure(
          `Cannot start ${name}: ${address.host} is not an address of this machine`,
          {
            hint:
              "Set bindAddress in infra/stack.ts to 127.0.0.1 or to an address that `ip addr` shows.",
          },
        );
      }
      const owner = await portOwner(host, address.port);
      throw new Failure(
        `Cannot start ${name}: port ${address.port} (${purpose}) is in use by ${owner.who}`,
        { hint: owner.hint },
      );
    }
  }
}

async function portOwner(host: Host, port: number): Promise<{ who: string; hint: string }> {
  const another = "or run this stack beside it: deno task up --port-offset 20";
  const stop = "Stop it, ";
  // Of a container only Docker's proxy is seen, if anything: Docker knows more.
  const container = await findPublisher(host, port);
  if (container && !container.dir) {
    return { who: `the container ${container.name}`, hint: stop + another };
  }
  const owner = await host.portOwner(port);
  const who = owner ? `process ${owner.pid} (${owner.name})` : "another process";
  const ours = container ?? await findJvm(host, owner?.pid);
  if (!ours?.dir) return { who, hint: stop + another };
  return {
    who: `${ours.name} of the stack in ${ours.dir}${container ? "" : ` (process ${owner!.pid})`}`,
    hint: `Stop that stack: deno task down --dir ${ours.dir}\n${another}`,
  };
}

/** The service that a process is, if it is one of a stack. */
async function findJvm(host: Host, pid: number | undefined) {
  const { dir, service } = marks("");
  const jvm = (await host.processes(dir)).find((process) => process.pid === pid);
  const mark = (prefix: string) =>
    jvm?.command.find((arg) => arg.startsWith(prefix))?.slice(prefix.length);
  return { dir: mark(dir), name: mark(service) };
}
