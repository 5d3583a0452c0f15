// Brokers whose data directory is gone: said before they begin empty, with what was only there.
import { type Broker, Failure } from "../spec/mod.ts";
import { askPartitions, countOf, firstOf, nameOf } from "./partitions.ts";
import type { Context } from "./up.ts";

/** Brokers of the last proven cluster whose data is not there. */
export async function goneBrokers(
  { host, dir, stack, record }: Pick<Context, "host" | "dir" | "stack" | "record">,
): Promise<Broker[]> {
  const members = record?.members?.brokers ?? [];
  const all = await Promise.all(
    stack.brokers.filter(({ id }) => members.includes(id)).map(async (broker) => {
      const file = `${dir}/${broker.directories.data}/meta.properties`;
      return await host.readText(file) === undefined ? [broker] : [];
    }),
  );
  return all.flat();
}

/** What was on brokers whose data is gone, as far as it can be known. */
interface Loss {
  /** Partitions with a replica there. */
  readonly all: readonly string[];
  /** Those of which no other broker has all records. */
  readonly only: readonly string[];
  /** Those of `only` with replicas elsewhere, which are behind. */
  readonly behind: readonly string[];
}

/** @returns `undefined` where the ensemble cannot be asked. */
async function lossOf(context: Context, gone: readonly Broker[]): Promise<Loss | undefined> {
  const placed = await askPartitions(context);
  if (!placed) return undefined;
  const are = (ids: readonly number[]) =>
    ids.every((id) => gone.some((broker) => broker.id === id));
  const all = placed.filter(({ replicas }) => gone.some((broker) => replicas.includes(broker.id)));
  const only = all.filter(({ isr }) => are(isr));
  return {
    all: all.map(nameOf),
    only: only.map(nameOf),
    behind: only.filter(({ replicas }) => !are(replicas)).map(nameOf),
  };
}

const namesOf = (gone: readonly Broker[]) => gone.map(({ name }) => name).join(", ");
const placesOf = ({ dir }: Context, gone: readonly Broker[]) =>
  gone.map(({ directories }) => `${dir}/${directories.data}`).join(", ");

/**
 * @throws {Failure} A broker runs whose data directory was deleted: what to do before it ends.
 */
export async function checkRunningGone(
  context: Context,
  running: readonly { readonly name: string }[],
): Promise<void> {
  const gone = (await goneBrokers(context)).filter(({ name }) =>
    running.some((service) => service.name === name)
  );
  if (gone.length === 0) return;
  const loss = await lossOf(context, gone);
  const names = namesOf(gone);
  const only = !loss
    ? ""
    : loss.only.length === 0
    ? "; all its partitions have replicas in sync on other brokers"
    : `; only there: ${firstOf(loss.only)}`;
  throw new Failure(
    `${names} runs, but its data directory was deleted (${placesOf(context, gone)})${only}`,
    {
      hint:
        (loss?.only.length
          ? "Read what is only there now, from files that are still open: they are gone when it ends.\n"
          : "") +
        `Then: deno task stop ${names.replaceAll(",", "")}, and deno task up`,
    },
  );
}

/**
 * Says what brokers whose data is gone will lack, before they start empty. The ensemble must serve.
 *
 * @param named They were named one by one: the user wants them to start, whatever is lost.
 * @throws {Failure} Something was only there.
 */
export async function allowEmptyStart(
  context: Context,
  gone: readonly Broker[],
  named: boolean,
): Promise<void> {
  if (gone.length === 0) return;
  const loss = await lossOf(context, gone);
  const names = namesOf(gone);
  const what = `data directory is gone (${placesOf(context, gone)})`;
  const goOn = `To go on without it: deno task start ${names.replaceAll(",", "")} begins empty.`;
  if (!loss) {
    if (named) return context.report(undefined, `${names}: the ${what}, it begins empty`);
    throw new Failure(`${names}'s ${what}, and the ensemble cannot be asked what was there`, {
      hint: `Put it back. ${goOn}`,
    });
  }
  const { all, only, behind } = loss;
  if (only.length === 0) {
    const copies = all.length === 0
      ? "had no partitions and begins anew"
      : `begins empty and copies ${countOf(all)} from the others`;
    return context.report(undefined, `${names}: the ${what}; it ${copies}`);
  }
  if (named) {
    return context.report(
      undefined,
      `${names}: the ${what}; ${countOf(only)} begin${only.length === 1 ? "s" : ""} empty: ${
        firstOf(only)
      }`,
    );
  }
  throw new Failure(
    `${names}'s ${what}, and ${countOf(only)} had the only replica in sync there: ${firstOf(only)}`,
    {
      hint: `Put it back: started now, these would be empty.\n${goOn}` +
        (behind.length === 0 ? "" : `
Others have older replicas of ${firstOf(behind)}: they can lead, without the newest records, if you
start the others and run kafka-leader-election --election-type unclean in deno task shell before.`),
    },
  );
}
