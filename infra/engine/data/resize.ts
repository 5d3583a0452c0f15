// Changes the number of ZooKeepers of an ensemble with data.
//
// Members that were away do not know what the others have acknowledged meanwhile, and a majority of
// such would elect itself: the newest topics would be gone. So all members of the old ensemble have
// to be there and to know the same before they end; then the data of those that leave, and what
// would-be members kept of older times, is set aside, and each newcomer gets a copy of ZooKeeper
// 1's, which is in every ensemble. Only then the new ensemble may start.
import { DESCRIPTORS, type Role, rolesOf, type Server, serversOf } from "../../render/mod.ts";
import { Failure, zookeeperData } from "../../spec/mod.ts";
import type { Context } from "../context.ts";
import { ensembleChange, markEnsemble, withData } from "./ensemble.ts";
import { prepareFiles } from "../files.ts";
import { type Host, TRANSFER_MS } from "../host/host.ts";
import { findFacts } from "../plan/facts.ts";
import type { Step } from "../plan/plan.ts";
import { startSteps } from "../plan/plan_start.ts";
import { stopInOrder } from "../stop.ts";

/** What {@linkcode resizeEnsemble} needs. */
export interface ResizeOptions {
  /** What the members of the old ensemble may take to come together, in ms. */
  readonly timeoutMs: number;
  /** Carries out steps on a stack with the old ensemble. */
  readonly execute: (old: Context, steps: readonly Step[]) => Promise<void>;
}

/**
 * Makes the ensemble in the directories the one that the stack describes: nothing of it runs then,
 * and no broker does. Interrupted at any moment, it goes on from there when it is called again.
 *
 * @throws {Failure} The members of the old ensemble do not come together in time.
 */
export async function resizeEnsemble(
  context: Context,
  options: ResizeOptions,
): Promise<void> {
  const change = await ensembleChange(context);
  if (!change) return;
  const { host, dir } = context;
  const { ensemble: { members, next }, to } = change;
  if (next) await refuseRunning(context);
  const target = next ?? to;
  if (!next) {
    await endTogether(context, members, options);
    await markEnsemble(host, dir, { members, next: target });
  }
  await moveData(context, members, target);
  await prepareFiles(host, dir, (await context.withEnsemble(target.length)).rendered);
  await markEnsemble(host, dir, { members: target });
  // What an interrupted change was for may not be what is asked for now.
  await resizeEnsemble(context, options);
}

/** Tells running services with a role from others. */
const has = (role: Role) => ({ name }: { readonly name: string }) =>
  rolesOf(DESCRIPTORS, name).includes(role);

/** While data is moved nothing may write to it. */
async function refuseRunning({ engine, dir }: Context) {
  const running = [...(await engine.observe()).values()].filter(has("zookeeper"));
  if (running.length === 0) return;
  throw new Failure(
    `${running[0]!.name} runs, but a change of the ensemble in ${dir} is not finished`,
    { hint: "Stop it: deno task down. Then deno task up continues the change." },
  );
}

/** Ends the brokers, then the old ensemble when all its members know the same. */
async function endTogether(
  context: Context,
  members: readonly number[],
  { timeoutMs, execute }: ResizeOptions,
) {
  const old = await context.withEnsemble(members.length);
  const { host, dir, engine, rendered } = old;
  const ensemble = serversOf(rendered.services, "zookeeper");
  const before = await engine.observe();
  const missing = ensemble.filter(({ name }) => !before.has(name));
  if (missing.length > 0) {
    const facts = await findFacts(old, before);
    await engine.prepare(missing);
    await prepareFiles(host, dir, rendered);
    const start = { dir, all: rendered.services, facts, again: [], timeoutMs };
    await execute(old, startSteps(missing, start));
  }
  const running = [...(await engine.observe()).values()];
  // Their clean shutdown needs the quorum.
  await stopInOrder(old, running.filter(has("broker")));
  await waitForSameData(host, ensemble, host.now() + timeoutMs);
  await stopInOrder(old, running.filter(has("zookeeper")));
}

/** Waits until each member serves and has applied the same last transaction. */
async function waitForSameData(
  host: Host,
  ensemble: readonly Server[],
  deadline: number,
) {
  for (;;) {
    const answers = await Promise.all(
      ensemble.map(({ ready }) => host.ask(ready.address, "srvr", 1000)),
    );
    const zxids = answers.map((text) =>
      /^Mode: /m.test(text ?? "") ? /^Zxid: (\S+)/m.exec(text!)?.[1] : undefined
    );
    if (zxids[0] !== undefined && zxids.every((zxid) => zxid === zxids[0])) return;
    if (host.now() > deadline) {
      const seen = ensemble.map(({ name }, i) => `${name} ${zxids[i] ?? "does not serve"}`);
      throw new Failure(
        `The ensemble cannot be changed: its members do not have the same last transaction (${
          seen.join(", ")
        })`,
        { hint: "Nothing was moved. deno task up tries again; deno task logs shows what they do." },
      );
    }
    await host.sleep(100);
  }
}

async function moveData(
  { host, dir, report }: Context,
  members: readonly number[],
  target: readonly number[],
) {
  // All newcomers are copies of it.
  if ((await withData(host, dir, [1])).length === 0) {
    throw new Failure(`The data of zookeeper1 is gone (${dir}/${zookeeperData(1)})`, {
      hint: "Put it back: the other members' data is beside it.",
    });
  }
  const setAside = async (id: number) => {
    const data = zookeeperData(id);
    if ((await host.list(`${dir}/${data}/version-2`)).length === 0) return;
    const stamp = new Date(host.now()).toISOString().replace(/[-:]|\.\d+/g, "");
    const aside = `${data}.set-aside-${stamp}`;
    await host.rename(`${dir}/${data}`, `${dir}/${aside}`);
    report(`zookeeper${id}`, `its data is set aside: ${aside}`);
  };
  for (const id of members.filter((id) => !target.includes(id))) await setAside(id);
  for (const id of target.filter((id) => !members.includes(id))) {
    await setAside(id);
    const data = `${dir}/${zookeeperData(id)}`;
    // Copied aside and renamed: whole or not there.
    await host.remove(`${data}/copy`);
    await host.makeDirectory(data);
    const copied = await host.run("cp", [
      ...["-R", `${dir}/${zookeeperData(1)}/version-2`],
      `${data}/copy`,
    ], { timeoutMs: TRANSFER_MS });
    if (copied.code !== 0) {
      throw new Failure(`Cannot copy zookeeper1's data to ${data}: ${copied.stderr.trim()}`, {
        hint: "deno task up tries again.",
      });
    }
    await host.rename(`${data}/copy`, `${data}/version-2`);
    report(`zookeeper${id}`, "begins with a copy of zookeeper1's data");
  }
}
