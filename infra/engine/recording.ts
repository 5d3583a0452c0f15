// Writes down what runs now, how it is described, and what was proven.
import { bootstrapServers, zookeeperConnect } from "../spec/mod.ts";
import type { Context } from "./context.ts";
import type { Running } from "./engine.ts";
import type { Host } from "./host/host.ts";
import {
  type Members,
  readRecord,
  type RecordedService,
  type StackRecord,
  writeRecord,
} from "./record.ts";

/** Writes the record of a stack whose services run as the stack describes them, or are about to. */
export async function saveRecord(
  context: Context,
  running: Running,
  proven: { readonly clusterId?: string; readonly members?: Members } = {},
): Promise<void> {
  const { host, dir, spec, stack, rendered, engine, overrides } = context;
  // This task may have written it since it began.
  const record = await readRecord(host, dir) ?? context.record;
  const id = proven.clusterId ?? record?.clusterId;
  const members = proven.members ?? record?.members;
  await writeRecord(host, dir, {
    name: stack.name,
    engine: engine.name,
    mode: stack.mode,
    kafkaVersion: stack.kafkaVersion,
    ...(id === undefined ? {} : { clusterId: id }),
    bootstrapServers: bootstrapServers(stack),
    ...(stack.mode === "zookeeper" ? { zookeeperConnect: zookeeperConnect(stack) } : {}),
    spec,
    overrides,
    ...(members === undefined ? {} : { members }),
    services: recorded(host, record, rendered.services.map(({ name }) => name), running),
  });
}

/** Writes down which services still run. How they are described is what it was at the last `up`. */
export async function saveStopped(context: Context, running: Running): Promise<void> {
  const { host, dir, record } = context;
  if (!record) return;
  const services = recorded(host, record, [...running.keys()], running);
  await writeRecord(host, dir, { ...record, services });
}

function recorded(
  host: Host,
  record: StackRecord | undefined,
  names: readonly string[],
  running: Running,
) {
  const now = new Date(host.now()).toISOString();
  return Object.fromEntries(names.flatMap((name): [string, RecordedService][] => {
    const one = running.get(name);
    if (!one) return [];
    const { pid, startTime, since = now } = one;
    const old = record?.services[name];
    const same = old?.pid === pid && old.startTime === startTime;
    return [[name, same ? old : { pid, startTime, since }]];
  }));
}
