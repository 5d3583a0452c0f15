// What must hold before a service is started: found here it is one clear line,
// found by a JVM it is a stack trace in a log.
import { type Service, shellWord } from "../render/mod.ts";
import { Failure } from "../spec/mod.ts";
import { findPublisher } from "./docker/docker_containers.ts";
import type { Host } from "./host/host.ts";
import { readMarks, SERVICE_MARK } from "./native/marks.ts";

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
    hint: `Make all of it yours: sudo chown -R ${uid}:${gid} ${shellWord(dir)}`,
  });
}

/** A port that cannot be opened. */
interface Taken {
  readonly service: string;
  /** Why, e.g. `port 9092 (CLIENT) is in use by process 4711 (java)`. */
  readonly why: string;
  readonly hint: string;
}

/**
 * @throws {Failure} Ports of services that are to start are taken: all of them, each with the process
 * and the stack that has it.
 */
export async function checkPorts(host: Host, services: readonly Service[]): Promise<void> {
  const looks: Promise<Taken>[] = [];
  for (const { name: service, ports } of services) {
    for (const [purpose, address] of Object.entries(ports)) {
      const state = host.port(address);
      if (state === "free") continue;
      if (state === "no such address") {
        throw new Failure(
          `Cannot start ${service}: ${address.host} is not an address of this machine`,
          {
            hint:
              "Set bindAddress in infra/stack.ts to 127.0.0.1 or to an address that `ip addr` shows.",
          },
        );
      }
      looks.push(
        portOwner(host, address.port).then(({ who, hint }) => ({
          ...{ service, hint },
          why: `port ${address.port} (${purpose}) is in use by ${who}`,
        })),
      );
    }
  }
  const taken = await Promise.all(looks);
  const [first] = taken;
  if (!first) return;
  const hint = [
    ...new Set(taken.map((one) => one.hint)),
    "Or run this stack beside it: deno task up --port-offset 20",
  ].join("\n");
  if (taken.length === 1) {
    throw new Failure(`Cannot start ${first.service}: ${first.why}`, { hint });
  }
  const lines = taken.map(({ service, why }) => `  ${service}: ${why}`);
  throw new Failure(`Cannot start: ${taken.length} ports are taken\n${lines.join("\n")}`, { hint });
}

async function portOwner(host: Host, port: number): Promise<{ who: string; hint: string }> {
  // Of a container only Docker's proxy is seen, if anything: Docker knows more.
  const container = await findPublisher(host, port);
  if (container && !container.dir) {
    return {
      who: `the container ${container.name}`,
      hint: `Stop it: docker stop ${shellWord(container.name)}`,
    };
  }
  const owner = await host.portOwner(port);
  const who = owner ? `process ${owner.pid} (${owner.name})` : "another process";
  const service = container ? undefined : await findService(host, owner?.pid);
  const ours = container ?? service;
  if (!ours?.dir) return { who, hint: owner ? `Stop ${who}.` : "Stop what uses it." };
  return {
    who: container
      ? `${container.name} of the stack in ${ours.dir}`
      : `${service!.service} of the stack in ${ours.dir} (process ${owner!.pid})`,
    hint: `Stop that stack: deno task down --dir ${shellWord(ours.dir)}`,
  };
}

/** The service that a process is, if it is one of a stack. */
async function findService(host: Host, pid: number | undefined) {
  const all = await host.processes(SERVICE_MARK);
  return readMarks(all.find((process) => process.pid === pid)?.command ?? []);
}
