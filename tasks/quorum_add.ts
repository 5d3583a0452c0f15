// deno task quorum:add: lets a controller that runs vote.
import { UsageError } from "../clients/cli/flags.ts";
import { runMain, say } from "../clients/cli/main.ts";
import { parseAddress } from "../clients/kafka/connection/address.ts";
import { addVoter, findListener, listenerName } from "../clients/kafka/quorum/change_voters.ts";
import { checkAddition } from "../clients/kafka/quorum/majority.ts";
import { controllerFlags, quorumFlags, votersText, withQuorum } from "./_quorum.ts";

/** Reads `--controller-endpoint`: `host:port`, or as in `listeners`: `CONTROLLER://host:port`. */
function parseEndpoint(text: string) {
  const [, name, address = ""] = /^(?:([\w.-]+):\/\/)?(.*)$/.exec(text) ?? [];
  const found = parseAddress(address);
  if (found) return { ...found, name };
  throw new UsageError(
    `"${text}" is no endpoint of a controller`,
    "For example: --controller-endpoint localhost:9395",
  );
}

await runMain({
  name: "deno task quorum:add",
  summary:
    "Lets a controller vote (add-controller of Kafka's kafka-metadata-quorum). It must run: its\n" +
    "directory and its address are asked of the others.",
  flags: {
    ...quorumFlags,
    ...controllerFlags,
    "controller-endpoint": {
      type: "string",
      help: "where the other controllers reach it, where they do not tell",
      value: "host:port",
    },
  },
  examples: [
    "deno task quorum:add --controller-id 4",
    "deno task quorum:add --controller-id 4 --controller-endpoint controller4:9093",
  ],
}, async ({ flags }) => {
  const nodeId = flags["controller-id"];
  if (nodeId === undefined) throw new UsageError("Which controller? Give --controller-id");
  const given = flags["controller-endpoint"];
  const endpoint = given === undefined ? undefined : parseEndpoint(given);
  await withQuorum(flags, async ({ fetch, connect }) => {
    const fetched = await fetch();
    const { quorum } = fetched;
    const directoryId = flags["controller-directory-id"];
    const observer = checkAddition(quorum, { nodeId, directoryId });
    const listener = endpoint
      ? { ...endpoint, name: endpoint.name ?? listenerName(quorum.voters) }
      : await findListener(fetched, observer, connect);
    await addVoter(fetched, observer, listener);
    say(`Controller ${nodeId} is added: ${votersText((await fetch()).quorum)}.`);
  });
});
