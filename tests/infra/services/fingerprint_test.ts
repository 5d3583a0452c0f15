import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { isUnchanged, render, type Service, TARGETS } from "../../../infra/render/mod.ts";
import { fingerprintOf } from "../../../infra/services/fingerprint.ts";
import { defineStack, type StackSpec } from "../../../infra/spec/mod.ts";
import { CONTENT, DOCKER, PROGRAMS, SPECS } from "../render/golden.ts";
import { renderDocker, renderNative } from "../render/_render.ts";

const NEVER = { everySeconds: 999, ask: { command: ["false"] } };
const DIR = "/srv/kafka stack";

/** What the version before wrote beside the processes and containers of the golden stacks. */
const FORMER = {
  "native, watched": [
    ...["8c0597ea7d0eba51", "6867a3f72739604f", "97879217f6f9f017"],
    ...["0930ed7d0d571521", "34fbabc2ba896cec", "961c3bb12c1379a9"],
    ...["56efdf4b658facec", "cff677105e5f3b70", "92539f9fefeccd11"],
  ],
  "native, one broker": ["624c9cfc7e1f79bc", "abaddf5670fd814e"],
  "docker, watched": [
    ...["5267cfe2d5907903", "991e59a8dd1b0238", "bfe9df07683505eb"],
    ...["71aa2cbed34983bd", "c382da81d4a4830f", "bf3b6889ebb8e76d"],
    ...["5a1147047db29366", "7443b143902bc89a", "31a7b5b0d41a53f9", "798d19a0a687d980"],
  ],
};

const native = (spec: StackSpec, programs = PROGRAMS) =>
  renderNative(defineStack(spec), DIR, { content: CONTENT, programs }).services;
const docker = (spec: StackSpec) => renderDocker(defineStack(spec), DIR, DOCKER, CONTENT).services;

Deno.test("what the version before started is recognised, and not restarted", () => {
  const one = renderNative(defineStack(SPECS[1]!), DIR).services;
  const rendered = {
    "native, watched": native({}),
    "native, one broker": one,
    "docker, watched": docker({}),
  };
  const former = (services: readonly Service[]) => services.map((s) => s.formerFingerprint);
  assertEquals(
    Object.fromEntries(Object.entries(rendered).map(([of, services]) => [of, former(services)])),
    FORMER,
  );
  const [zookeeper1] = one;
  assert(isUnchanged(zookeeper1!, FORMER["native, one broker"][0]));
  assert(isUnchanged(zookeeper1!, zookeeper1!.fingerprint));
  assert(!isUnchanged(zookeeper1!, FORMER["native, one broker"][1]));
  assert(!isUnchanged(zookeeper1!, undefined));
});

/** Names of the services whose fingerprints differ. */
function differing(before: readonly Service[], after: readonly Service[]): string[] {
  return before.flatMap(({ name, fingerprint }) =>
    after.some((one) => one.name === name && one.fingerprint === fingerprint) ? [] : [name]
  );
}

Deno.test("fingerprintOf() changes with what a service is made of, and for it alone", () => {
  const before = native({});
  const changes: [StackSpec, string[]][] = [
    [{ brokers: { each: { 2: { config: { "num.io.threads": 4 } } } } }, ["kafka2"]],
    [{ brokers: { each: { 3: { heap: "640m" } } } }, ["kafka3"]],
    [{ zookeepers: { config: { maxClientCnxns: 9 } } }, [
      "zookeeper1",
      "zookeeper2",
      "zookeeper3",
    ]],
    [{ monitoring: { retention: "1d" } }, ["prometheus"]],
  ];
  for (const [spec, names] of changes) assertEquals(differing(before, native(spec)), names);
  const moved = { zookeepers: { each: { 1: { port: 2199 } } } };
  const [inContainers] = docker(moved);
  assertNotEquals(inContainers!.fingerprint, docker({})[0]!.fingerprint);
});

Deno.test("fingerprintOf() does not change with how a service is asked and stopped", () => {
  for (const service of docker({})) {
    const { fingerprint, files, ready, ...own } = service;
    const asked = ready && { ready: { ...ready, address: { host: "elsewhere", port: 1 } } };
    const other = { ...own, ...asked, stopGraceMs: 1, memoryMiB: 1, health: NEVER };
    assertEquals(fingerprintOf(other, files), fingerprint, service.name);
  }
});

Deno.test("fingerprintOf() changes with the Java of this machine, for what runs by it", () => {
  const by = (java: string) =>
    render(defineStack({}), {
      ...{ dir: DIR, target: TARGETS.processes(), java },
      monitoring: { content: CONTENT, programs: PROGRAMS },
    }).services;
  assertEquals(differing(by("17.0.15"), by("17.0.16")), [
    ...["zookeeper1", "zookeeper2", "zookeeper3", "kafka1", "kafka2", "kafka3"],
  ]);
});

Deno.test("fingerprintOf() does not change with where Deno lies", () => {
  const elsewhere = { ...PROGRAMS, deno: { command: "/opt/deno", root: "/elsewhere" } };
  assertEquals(differing(native({}), native({}, elsewhere)), []);
});
