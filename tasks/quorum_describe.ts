// deno task quorum:describe: shows the quorum of controllers.
import { runMain, say } from "../clients/cli/main.ts";
import {
  hasLostMajority,
  type Quorum,
  type QuorumNode,
  silentVoters,
} from "../clients/kafka/quorum/quorum.ts";
import { cell, jsonFlag, toJson } from "./_admin.ts";
import { quorumFlags, withQuorum } from "./_quorum.ts";
import { table } from "./_table.ts";

function ago(ms: number | undefined): string | undefined {
  if (ms === undefined) return undefined;
  return ms < 1000 ? `${ms} ms ago` : `${Math.round(ms / 1000)} s ago`;
}

function show(quorum: Quorum): string {
  const { leaderId, epoch, highWatermark, voters, observers } = quorum;
  const row = (role: string) => (node: QuorumNode) =>
    [
      node.nodeId,
      node.nodeId === leaderId && role === "voter" ? "leader" : role,
      node.logEndOffset,
      node.lag,
      ago(node.lastFetchMsAgo),
      ago(node.lastCaughtUpMsAgo),
      node.directoryId,
    ].map(cell);
  return [
    `Leader: controller ${leaderId}, epoch ${epoch}, high watermark ${highWatermark}`,
    table(
      ["NODE", "ROLE", "LOG-END-OFFSET", "LAG", "LAST-FETCH", "LAST-CAUGHT-UP", "DIRECTORY-ID"],
      [...voters.map(row("voter")), ...observers.map(row("observer"))],
    ),
  ].join("\n");
}

/** Says which voters do not follow. @returns The exit code. */
function saySilent(quorum: Quorum): number {
  const silent = silentVoters(quorum).map(({ nodeId }) => nodeId);
  if (silent.length === 0) return 0;
  const lost = hasLostMajority(quorum);
  say(
    `${silent.length === 1 ? "Voter" : "Voters"} ${silent.join(", ")} ` +
      `${silent.length === 1 ? "does" : "do"} not follow` +
      (lost ? ": the majority is lost, and the metadata cannot change." : ".") +
      " What runs: deno task status",
  );
  return lost ? 3 : 0;
}

await runMain({
  name: "deno task quorum:describe",
  summary:
    "Shows the quorum of controllers (KRaft): who leads, who votes, who only follows, and how\n" +
    "far each is.",
  flags: { ...quorumFlags, ...jsonFlag },
  examples: ["deno task quorum:describe", "deno task quorum:describe --json"],
}, ({ flags }) =>
  withQuorum(flags, async ({ fetch }) => {
    const { quorum } = await fetch();
    console.log(flags.json ? toJson(quorum) : show(quorum));
    return saySilent(quorum);
  }));
