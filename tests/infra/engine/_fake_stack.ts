// A stack on the fake host, whose services answer as soon as their JVM is there.
import { nativeEngine } from "../../../infra/engine/native/native.ts";
import type { Prove } from "../../../infra/engine/readiness.ts";
import { readRecord } from "../../../infra/engine/record.ts";
import type { Context } from "../../../infra/engine/context.ts";
import { bringUp, type UpResult } from "../../../infra/engine/up.ts";
import { type MonitoringOptions } from "../../../infra/render/mod.ts";
import { renderNative } from "../render/_render.ts";
import { defineStack, type StackSpec } from "../../../infra/spec/mod.ts";
import { type FakeHost, fakeHost } from "./_fake_host.ts";

/** Where the stack of the tests lies. */
export const DIR = "/s";

/** The proof of a cluster that works. */
export const proven = (): Prove => () =>
  Promise.resolve({ clusterId: "cluster-1", controllerId: 1 });

/** What watches the stack of a test that asks for it. */
export const MONITORING: MonitoringOptions = {
  content: {
    exporters: () => ({ zookeeper: "", broker: "" }),
    prometheus: ({ targets }) => [{ path: "prometheus.yml", content: JSON.stringify(targets) }],
    grafana: () => [{ path: "grafana.ini", content: "" }],
  },
  programs: {
    deno: { command: "deno", root: "/src" },
    prometheus: "prometheus",
    grafana: { command: "grafana", home: "/g" },
  },
};

/** What a ZooKeeper answers to `srvr`. */
export const SRVR = "Zxid: 0x100000007\nMode: follower\n";

/** Lets services write into their data directories as real ones do. */
function writing(host: FakeHost) {
  const { spawnDetached, kill } = host;
  const nameOf = (command: readonly string[]) =>
    command.find((arg) => arg.startsWith("-Dstack.service="))?.slice(16) ?? "";
  const dataOf = (name: string) => `${DIR}/kafka/log/${name}/log`;
  host.spawnDetached = (command, args, ...rest) => {
    const name = nameOf(args);
    if (/^kafka\d/.test(name)) {
      const meta = `version=0\nbroker.id=${name.slice(5)}\ncluster.id=cluster-1\n`;
      const path = `${dataOf(name)}/meta.properties`;
      if (!host.files.has(path)) host.files.set(path, meta);
      host.files.delete(`${dataOf(name)}/.kafka_cleanshutdown`);
    } else if (/^zookeeper\d/.test(name)) {
      const version = `${DIR}/zookeeper/data/${name}/version-2`;
      if (!host.files.has(`${version}/log.1`)) host.files.set(`${version}/log.1`, name);
    }
    return spawnDetached(command, args, ...rest);
  };
  host.kill = (pid, signal) => {
    const name = nameOf(host.jvms.find((jvm) => jvm.pid === pid)?.command ?? []);
    if (signal === "SIGTERM" && /^kafka\d/.test(name)) {
      host.files.set(`${dataOf(name)}/.kafka_cleanshutdown`, "{}");
    }
    return kill(pid, signal);
  };
}

/** Lets each running service answer its check. */
export function answering(host: FakeHost): FakeHost {
  writing(host);
  host.answer = (port, question) => {
    const runs = (name: string) =>
      host.jvms.some(({ command }) => command.includes(`-Dstack.service=${name}`));
    const monitor = { 3000: "grafana", 9090: "prometheus", 9308: "lag_exporter" }[port];
    if (monitor) return runs(monitor) ? "HTTP/1.0 200 OK\r\n\r\n" : undefined;
    const id = port % 10;
    if (port >= 2181 && port <= 2189) {
      return !runs(`zookeeper${id}`) ? undefined : question === "srvr" ? SRVR : "";
    }
    return runs(`kafka${id - 1}`) ? "" : undefined;
  };
  return host;
}

/** The context of a task on the fake host. */
export async function contextOf(host: FakeHost, spec: StackSpec = {}): Promise<Context> {
  const stack = defineStack({ dir: DIR, ...spec });
  // Only where a test asks for it.
  const rendered = renderNative(stack, DIR, spec.monitoring ? MONITORING : undefined);
  const engine = nativeEngine({
    ...{ host, dir: DIR, stack, deno: MONITORING.programs.deno },
    java: () => Promise.resolve({ command: "java", libs: "/libs" }),
  });
  const record = await readRecord(host, DIR);
  const fetchFiles = () => Promise.resolve();
  const report = (service: string | undefined, text: string) =>
    void host.log.push(`say ${service ? `${service}: ` : ""}${text}`);
  const withEnsemble = (count: number) =>
    contextOf(host, { ...spec, zookeepers: { ...spec.zookeepers, count } });
  return {
    ...{ host, dir: DIR, spec, stack, rendered, engine, record, overrides: {}, report, fetchFiles },
    ...{ kraft: undefined, withEnsemble, partitions: () => Promise.resolve(host.partitions) },
  };
}

/** `up` on the fake host. */
export async function up(
  host: FakeHost,
  spec: StackSpec = {},
  only?: string[],
): Promise<Omit<UpResult, "running">> {
  const context = await contextOf(host, spec);
  const options = { timeoutMs: 10_000, prove: proven, ...(only ? { only } : {}) };
  const { running: _, ...result } = await bringUp(context, options);
  return result;
}

/** A host with nothing on it, whose services will answer. */
export const newHost = () => answering(fakeHost());
