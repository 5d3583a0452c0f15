// What services that answer over HTTP on one port have in common.
// This module is pure: no Deno APIs, no I/O.
import type { Descriptor, Layout } from "./descriptor.ts";
import type { ImageOf, Placement } from "./placement.ts";
import type { Description, Program } from "./service.ts";

/** What differs between them. */
export interface WebServiceOptions {
  readonly name: string;
  readonly image: ImageOf;
  readonly program: Program;
  /** On the host. */
  readonly port: number;
  /** Where the spec sets it. */
  readonly setting: string;
  /** Answers with 200 when it does its work. */
  readonly path: string;
  readonly directories?: Layout["directories"];
  /** Prometheus' `job`; none: it has no metrics. */
  readonly job?: string;
}

/** What monitors starts when the brokers are ready: on two cores it would slow their start. */
export const AFTER_THE_BROKERS: Descriptor["after"] = [{ role: "broker", until: "ready" }];

/** The file with what a program prints, where it is a process of this machine. */
export function outputFile(name: string): string {
  return `kafka_monitoring/${name}.log`;
}

/** A service that monitors the others. */
export function describeWebService(
  placement: Placement,
  { name, image, program, port, setting, path, directories = {}, job }: WebServiceOptions,
): Omit<Description, "after"> {
  const { bind, host } = placement.open(port);
  const address = placement.reach(host);
  const inside = placement.within(name, port);
  const container = placement.container?.(name, image);
  return {
    name,
    roles: ["monitor"],
    program,
    environment: {},
    ports: { http: { ...host, inside: bind.port, setting } },
    address,
    inside,
    directories,
    reads: [],
    // A container's output is Docker's to keep.
    ...(container ? { container } : { logFile: outputFile(name) }),
    alive: { kind: "port-open", address },
    ready: { kind: "http", address, path },
    ...(job ? { metrics: { job, inside, address } } : {}),
    memoryMiB: 512,
    stopGraceMs: 10_000,
    passwordFiles: [],
  };
}
