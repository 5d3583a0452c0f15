// Brokers whose data directory is gone: said before they begin empty, with what was only there.
import { hostPort, serversOf } from "../../render/mod.ts";
import { type Broker, Failure } from "../../spec/mod.ts";
import type { Context } from "../context.ts";
import type { Running } from "../engine.ts";
import { askPartitions, countOf, firstOf, nameOf } from "./partitions.ts";

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
async function lossOf(
  context: Context,
  gone: readonly Broker[],
  running: Running,
): Promise<Loss | undefined> {
  const placed = await askPartitions(context, running);
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
 * @param among Only these are looked at; default: all.
 * @throws {Failure} A broker runs whose data directory was deleted: what to do before it ends.
 */
export async function checkRunningGone(
  context: Context,
  running: Running,
  among?: readonly string[],
): Promise<void> {
  const gone = (await goneBrokers(context)).filter(({ name }) =>
    running.has(name) && (!among || among.includes(name))
  );
  if (gone.length === 0) return;
  const loss = await lossOf(context, gone, running);
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
 * For `doctor`: the same for brokers that run, and those that do not.
 *
 * @throws {Failure} A broker's data directory is gone.
 */
export async function explainGone(
  context: Context,
  running: Running,
): Promise<void> {
  const gone = await goneBrokers(context);
  await checkRunningGone(context, running);
  if (gone.length === 0) return;
  const loss = await lossOf(context, gone, running);
  const only = !loss
    ? ""
    : loss.only.length === 0
    ? "; the others have all its partitions"
    : `; only there: ${firstOf(loss.only)}`;
  throw new Failure(
    `${namesOf(gone)}'s data directory is gone (${placesOf(context, gone)})${only}`,
    {
      hint: loss
        ? "Put it back; deno task up says how to go on without it."
        : "Put it back. Where it is lost: deno task up says what was only there, before it starts " +
          "the broker.",
    },
  );
}

/**
 * Says what brokers whose data is gone will lack, before they start empty. The ensemble must serve.
 *
 * A broker that ended last is the only one in sync. Started empty it would lead, and the others
 * would cut their logs to its own: what they have would be gone as well.
 *
 * @param named They were named one by one: the user wants them to start, though something is lost.
 * @returns Why they must not start.
 */
export async function refuseEmptyStart(
  context: Context,
  gone: readonly Broker[],
  { named, running }: { readonly named: boolean; readonly running: Running },
): Promise<Failure | undefined> {
  const loss = await lossOf(context, gone, running);
  const names = namesOf(gone);
  const what = `data directory is gone (${placesOf(context, gone)})`;
  const start = `deno task start ${names.replaceAll(",", "")}`;
  if (!loss) {
    const others = context.kraft ? "no other broker" : "no ZooKeeper";
    return new Failure(`${names}'s ${what}, and ${others} can be asked what was there`, {
      hint: "Put it back, or start the others too: deno task up",
    });
  }
  const { all, only, behind } = loss;
  if (behind.length > 0) {
    return new Failure(
      `${names}'s ${what}, and no other broker is known to have all records of ${
        countOf(behind)
      } that were there: ${firstOf(behind)}`,
      { hint: electionHint(context, gone, start, only.length > behind.length) },
    );
  }
  const tell = (text: string) => context.report(undefined, `${names}: the ${what}; ${text}`);
  if (only.length === 0) {
    tell(
      all.length === 0
        ? "it had no partitions, and starts with an empty directory"
        : `it begins empty and copies ${countOf(all)} from the others`,
    );
  } else if (named) {
    tell(`${countOf(only)} begin${only.length === 1 ? "s" : ""} empty: ${firstOf(only)}`);
  } else {
    return new Failure(
      `${names}'s ${what}, and ${countOf(only)} had no replica elsewhere: ${firstOf(only)}`,
      {
        hint: "Put it back: started now, these would be empty.\n" +
          `To go on without what was there: ${start}`,
      },
    );
  }
}

/** Lets replicas lead that may lack the newest records. */
function electionHint(
  { rendered }: Context,
  gone: readonly Broker[],
  start: string,
  more: boolean,
): string {
  const other = serversOf(rendered.services, "broker").find(({ name }) =>
    gone.every((broker) => broker.name !== name)
  );
  return "Put it back: started empty it would lead, and the others would cut their logs to it.\n" +
    "To go on with what the others have, which may lack the newest records, let them lead:\n" +
    "  deno task shell -- kafka-leader-election --election-type unclean --all-topic-partitions " +
    `--bootstrap-server ${other ? hostPort(other.inside) : "…"}\n` +
    `and then: ${more ? start : "deno task up"}`;
}
