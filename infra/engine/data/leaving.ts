// Brokers that are no longer in the stack's description: they may leave when nothing lies on them.
import { hostPort, serversOf } from "../../render/mod.ts";
import { Failure } from "../../spec/mod.ts";
import type { Context } from "../context.ts";
import type { Running } from "../engine.ts";
import { askPartitions, countOf, firstOf, nameOf } from "./partitions.ts";
import { partitionsOf, partitionsOnlyOf, type PlacedPartition } from "./partitions.ts";
import type { Members } from "../record.ts";

/** More partitions than a person would paste. */
const MAX_PLAN = 40;

/** The members of the cluster of this stack, once it is proven. */
export async function membersOf(context: Context, running: Running): Promise<Members> {
  const brokers = context.stack.brokers.map(({ id }) => id);
  return { brokers, left: await formerBrokers(context, running) };
}

/** Ids of brokers that the cluster once had, and that are no longer in the stack. */
async function formerBrokers(
  { host, dir, stack, record }: Context,
  running: Running,
): Promise<number[]> {
  const idOf = (name: string) => Number(/^kafka(\d+)$/.exec(name)?.[1] ?? NaN);
  const { brokers = [], left = [] } = record?.members ?? {};
  const known = new Set([
    ...brokers,
    ...left,
    ...(await host.list(`${dir}/kafka/log`)).map(idOf),
    ...[...running.keys()].map(idOf),
  ]);
  return [...known].filter((id) => !isNaN(id) && !stack.brokers.some((broker) => broker.id === id))
    .sort((a, b) => a - b);
}

/**
 * Asks the ensemble what lies on the brokers that would leave; where that does not run, their
 * directories. To be called before anything is stopped, written or remembered.
 *
 * @throws {Failure} Something does: which partitions, and how they are moved.
 */
export async function checkLeaving(context: Context, running: Running): Promise<void> {
  const { host, dir, stack, record } = context;
  const former = await formerBrokers(context, running);
  if (former.length === 0) return;
  const placed = await askPartitions(context, running);
  // One that knows of no partition has forgotten them, or there are none: the directories know more.
  if (placed && placed.length > 0) {
    const lying = placed.filter(({ replicas }) => replicas.some((id) => former.includes(id)));
    const only = lying.filter(({ replicas }) => replicas.every((id) => former.includes(id)));
    if (lying.length === 0) return;
    const ids = former.filter((id) => lying.some(({ replicas }) => replicas.includes(id)));
    refuse(context, ids, lying.map(nameOf), only.map(nameOf), movingHint(context, lying));
  }
  // What left with nothing on it may have kept old files.
  const asked = former.filter((id) =>
    running.has(`kafka${id}`) || !record?.members?.left.includes(id)
  );
  const staying = stack.brokers.map(({ id }) => id);
  const found = await Promise.all(asked.map(async (id) => ({
    id,
    all: await partitionsOf(host, dir, id),
    only: await partitionsOnlyOf(host, dir, id, staying),
  })));
  const lying = found.filter(({ all }) => all.length > 0);
  if (lying.length === 0) return;
  const unique = (names: readonly string[][]) => [...new Set(names.flat())];
  refuse(
    context,
    lying.map(({ id }) => id),
    unique(lying.map(({ all }) => all)),
    unique(lying.map(({ only }) => only)),
    "Once all of them run, the same command says how their partitions are moved.",
  );
}

/** Names the partitions; those that would be gone come first. */
function refuse(
  { dir }: Context,
  ids: readonly number[],
  all: readonly string[],
  only: readonly string[],
  hint: string,
): never {
  const names = ids.map((id) => `kafka${id}`).join(", ");
  const mark = (name: string) => only.includes(name) ? `${name} (only there)` : name;
  // What is the user's first, and of that what nobody else has.
  const weight = (name: string) => (name.startsWith("__") ? 2 : 0) + (only.includes(name) ? 0 : 1);
  const listed = [...all].sort((a, b) => weight(a) - weight(b)).map(mark);
  throw new Failure(
    `${names} would leave the stack in ${dir}, but ${countOf(all)} ${
      all.length === 1 ? "has a replica" : "have replicas"
    } there: ${firstOf(listed)}`,
    {
      hint: "Nothing was changed. Keep the brokers " +
        `(brokers.count in infra/stack.ts, or: deno task up --brokers ${Math.max(...ids)}).\n` +
        hint,
    },
  );
}

/** Commands that move the partitions to the brokers that stay. */
function movingHint({ stack, rendered }: Context, lying: readonly PlacedPartition[]): string {
  const staying = stack.brokers.map(({ id }) => id);
  const own = [...new Set(lying.map(({ topic }) => topic))].filter((t) => !t.startsWith("__"));
  const [broker] = serversOf(rendered.services, "broker");
  const tool = "deno task shell -- kafka-reassign-partitions --bootstrap-server " +
    `${hostPort(broker!.inside)} --reassignment-json-file /dev/stdin`;
  const plan = {
    version: 1,
    partitions: lying.slice(0, MAX_PLAN).map(({ topic, partition, replicas }, index) => {
      const keep = replicas.filter((id) => staying.includes(id));
      const rest = staying.map((_, i) => staying[(i + index) % staying.length]!)
        .filter((id) => !keep.includes(id));
      const size = Math.min(replicas.length, staying.length);
      return { topic, partition, replicas: [...keep, ...rest].slice(0, size) };
    }),
  };
  const more = lying.length > MAX_PLAN ? ` (the first ${MAX_PLAN}; then the others)` : "";
  return `Or move them to the others${more}, and try again when all are copied:\n` +
    `  echo '${JSON.stringify(plan)}' | \\\n    ${tool} --execute` +
    (own.length > 0
      ? `\nOr delete topics that nobody needs: deno task topic:delete --topic ${own[0]}`
      : "");
}
