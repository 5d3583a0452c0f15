// Part of the proof, in KRaft mode: the quorum of controllers has a leader, and all follow it.
import type { Quorum } from "../quorum/quorum.ts";
import { missingControllers } from "./not_ready.ts";
import { NotYet, type Watch } from "./watch.ts";

/**
 * Resolves when the quorum has a leader, and each controller has all that the leader had when it was
 * first asked.
 *
 * @param controllerIds `node.id` of each controller that is to run; left out: all that vote.
 */
export async function proveQuorum(
  watch: Watch,
  controllerIds: readonly number[] | undefined,
): Promise<Quorum> {
  let goal: { readonly epoch: number; readonly offset: bigint } | undefined;
  return await watch.until("the quorum of controllers is asked for", async () => {
    const quorum = await watch.quorum();
    const { epoch, leaderId, voters } = quorum;
    // Another leader may have less.
    if (goal?.epoch !== epoch) {
      const leader = voters.find(({ nodeId }) => nodeId === leaderId);
      goal = { epoch, offset: leader?.logEndOffset ?? quorum.highWatermark };
    }
    const missing = missingControllers(quorum, { controllerIds, offset: goal.offset });
    if (missing) throw new NotYet(missing);
    return quorum;
  });
}
