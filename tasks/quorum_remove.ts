// deno task quorum:remove: lets a controller vote no more.
import { UsageError } from "../clients/cli/flags.ts";
import { runMain, say } from "../clients/cli/main.ts";
import { removeVoter } from "../clients/kafka/quorum/change_voters.ts";
import { checkRemoval } from "../clients/kafka/quorum/majority.ts";
import { majorityOf } from "../clients/kafka/quorum/quorum.ts";
import { count } from "./_admin.ts";
import { confirm } from "./_confirm.ts";
import { controllerFlags, quorumFlags, votersText, withQuorum } from "./_quorum.ts";

await runMain({
  name: "deno task quorum:remove",
  summary:
    "Lets a controller vote no more (remove-controller of Kafka's kafka-metadata-quorum): asks\n" +
    "first. It may run or not; if it runs, it goes on as an observer.",
  flags: {
    ...quorumFlags,
    ...controllerFlags,
    yes: { type: "boolean", help: "do not ask" },
  },
  examples: [
    "deno task quorum:remove --controller-id 3",
    "deno task quorum:remove --controller-id 3 --yes",
  ],
}, async ({ flags }) => {
  const nodeId = flags["controller-id"];
  if (nodeId === undefined) throw new UsageError("Which controller? Give --controller-id");
  return await withQuorum(flags, async ({ fetch }) => {
    const fetched = await fetch();
    const { quorum } = fetched;
    const directoryId = flags["controller-directory-id"];
    const voter = checkRemoval(quorum, { nodeId, directoryId });
    const left = quorum.voters.length - 1;
    const question = `Remove controller ${nodeId}${
      nodeId === quorum.leaderId ? ", which leads," : ""
    } from the quorum? ${count(left, "voter")} would be left, of which ${
      majorityOf(left)
    } must run.`;
    if (!confirm(question, flags.yes)) {
      say("Nothing was changed.");
      return 1;
    }
    await removeVoter(fetched, voter);
    say(`Controller ${nodeId} is removed: ${votersText((await fetch()).quorum)}.`);
    return 0;
  });
});
