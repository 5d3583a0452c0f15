// Who votes in the quorum of controllers, by the description and by the data.
import { Failure, votersOf } from "../../spec/mod.ts";
import type { Context } from "../context.ts";

/** How often the quorum is asked, in ms, while it elects a leader or a node catches up. */
const EVERY_MS = 200;

/**
 * Lets exactly those vote that the stack describes: a node whose disk was lost votes again from its
 * new directory, one that is new begins to, one that leaves no longer does. They must run.
 *
 * @throws {Failure} It cannot be done in time: with what the quorum said last.
 */
export async function matchVoters(context: Context, timeoutMs: number): Promise<void> {
  const { host, dir, stack, kraft, report } = context;
  const voters = votersOf(stack);
  const deadline = host.now() + timeoutMs;
  for (;;) {
    try {
      const ids = await Promise.all(voters.map(async ({ nodeId, directories }) => {
        const text = await host.readText(`${dir}/${directories.data}/meta.properties`);
        return [nodeId, /^directory\.id=(.+)$/m.exec(text ?? "")?.[1]?.trim() ?? ""] as const;
      }));
      return await kraft!.changeVoters(new Map(ids), (line) => report(undefined, line));
    } catch (error) {
      if (host.now() < deadline) {
        await host.sleep(EVERY_MS);
        continue;
      }
      const { message, hint } = error as Failure;
      throw new Failure(`The controllers that vote are not those of the stack: ${message}`, {
        hint: hint ?? "deno task quorum:describe shows them.",
        cause: error,
      });
    }
  }
}

/**
 * Before nodes start: those that vote by the cluster's own log must be among them, else there would
 * be no majority, or a node would vote that is no controller.
 *
 * @param running Services of the stack run: voters that leave are asked to first.
 * @throws {Failure} A voter would leave while nothing runs, or be a broker only.
 */
export function checkVoters({ stack, kraft }: Context, running: boolean): void {
  const known = Object.keys(kraft?.storage.ports ?? {}).map(Number);
  const now = votersOf(stack).map(({ nodeId }) => nodeId);
  const nameOf = (nodeId: number) => nodeId > 100 ? `controller${nodeId - 100}` : `kafka${nodeId}`;
  const brokerOnly = stack.brokers.filter(({ nodeId }) =>
    known.includes(nodeId) && !now.includes(nodeId)
  );
  const names = (ids: readonly number[]) => ids.map(nameOf).join(", ");
  if (brokerOnly.length > 0) {
    throw new Failure(
      `${names(brokerOnly.map(({ nodeId }) => nodeId))} vote in the quorum of this cluster, and ` +
        "would be brokers only",
      {
        hint:
          "Nothing was changed. Combined nodes and controllers of their own cannot be exchanged " +
          "on existing data:\ntake controllers in infra/stack.ts as it was, or another directory.",
      },
    );
  }
  const leaving = known.filter((nodeId) => !now.includes(nodeId));
  if (leaving.length === 0 || running) return;
  const nodes = stack.controllers.length > 0 ? "controllers" : "brokers";
  throw new Failure(
    `${names(leaving)} vote in the quorum of this cluster, and would leave while nothing runs`,
    {
      hint:
        `Nothing was changed. Start it as it was (${nodes}.count), then change that: while it ` +
        "runs they are asked to leave first.",
    },
  );
}
