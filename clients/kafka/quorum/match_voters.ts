// Changes the quorum until exactly the nodes vote that are wanted.
import { withCluster } from "../cluster/cluster.ts";
import type { Connection } from "../connection/connection.ts";
import { addVoter, findListener, removeVoter } from "./change_voters.ts";
import { fetchQuorum } from "./fetch_quorum.ts";
import { checkAddition, checkRemoval } from "./majority.ts";
import type { QuorumNode } from "./quorum.ts";

/** How long an answer may take, in ms. */
const ANSWER_TIMEOUT = 10_000;

/**
 * Changes one voter after another. A directory that is lost goes before the new one of its node
 * comes; all else comes before something goes.
 *
 * @param connection To brokers: they pass on to the controller that leads, whichever that is.
 * @param wanted `directory.id` by `node.id`.
 * @param changed Told of each change once it is made, in words: what comes after may fail.
 * @throws {ClientError} Nobody leads, a node does not follow yet, or a majority would be lost.
 */
export async function matchVoters(
  connection: Connection,
  wanted: ReadonlyMap<number, string>,
  changed: (line: string) => void,
): Promise<void> {
  await withCluster(connection, async ({ broker: connect }) => {
    for (;;) {
      const fetched = await fetchQuorum(connection.bootstrapServers, connect);
      const { voters } = fetched.quorum;
      const isWanted = ({ nodeId, directoryId }: QuorumNode) => wanted.get(nodeId) === directoryId;
      const surplus = voters.filter((voter) => !isWanted(voter));
      const lost = surplus.find(({ nodeId }) => wanted.has(nodeId));
      const missing = [...wanted].find(([nodeId, directoryId]) =>
        !voters.some((voter) => voter.nodeId === nodeId && voter.directoryId === directoryId)
      );
      if (!lost && missing) {
        const [nodeId, directoryId] = missing;
        const observer = checkAddition(fetched.quorum, { nodeId, directoryId });
        const listener = await findListener(fetched, observer, connect);
        await addVoter(fetched, observer, listener);
        changed(`controller ${nodeId} votes now`);
        continue;
      }
      const going = lost ?? surplus[0];
      if (!going) return;
      await removeVoter(fetched, checkRemoval(fetched.quorum, going));
      changed(
        `controller ${going.nodeId} no longer votes${lost ? " from its lost directory" : ""}`,
      );
    }
  }, { timeout: ANSWER_TIMEOUT });
}
