// Looks for what is wrong, beyond what one failed command shows, and names the fix.
import { Failure } from "../spec/mod.ts";
import { checkStackData } from "./data/data.ts";
import { damageQuestions } from "./data/damage.ts";
import type { Question } from "./engine.ts";
import { exporterQuestion } from "./monitoring/exporters.ts";
import { staleArtifacts } from "./files.ts";
import { diskShare, monitoringQuestions } from "./monitoring/monitoring.ts";
import { ownershipOf } from "./ownership.ts";
import { explainGone } from "./data/gone.ts";
import { checkDisk, checkPorts, checkWritable } from "./preflight.ts";
import { explainEnd } from "./start_failure.ts";
import type { StackStatus } from "./status.ts";
import type { Context } from "./context.ts";

/** As many lines as a service writes when it ends with an error. */
const END_LINES = 300;

/** One question and its answer. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  /** What was found. */
  readonly text: string;
  /** What to do. */
  readonly fix?: string;
}

/**
 * Examines the machine, the stack's directory and its services.
 *
 * @param more Questions beside the usual ones.
 */
export async function examine(
  context: Context,
  status: StackStatus,
  more: readonly Question[] = [],
): Promise<Finding[]> {
  const { host, dir, rendered, record, engine } = context;
  const running = await engine.observe();
  const stopped = rendered.services.filter(({ name }) => !running.has(name));
  const findings: Finding[] = [];
  const look = async (what: string, question: () => Promise<string>) => {
    try {
      findings.push({ what, ok: true, text: await question() });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const fix = error.hint === undefined ? {} : { fix: error.hint };
      findings.push({ what, ok: false, text: error.message, ...fix });
    }
  };
  for (const [what, ask] of engine.questions()) await look(what, ask);
  await look(
    "directory",
    async () => await ownershipOf(host, dir) === "ours" ? dir : `nothing in ${dir} yet`,
  );
  await look("disk", async () => {
    await checkDisk(host, dir);
    return await diskShare(context);
  });
  await look("data", async () => {
    await checkWritable(host, dir, rendered.directories);
    await checkStackData(context);
    await explainGone(context, running);
    return record?.clusterId ? `of cluster ${record.clusterId}` : "none yet";
  });
  await look("files", async () => {
    const stale = await staleArtifacts(host, dir, rendered.artifacts);
    if (stale.length === 0) return "as infra/stack.ts says";
    throw new Failure(
      `${stale.length} files differ from infra/stack.ts: ${stale[0]!.path}${
        stale.length > 1 ? ", …" : ""
      }`,
      {
        hint:
          "deno task render --dry-run shows how; deno task up writes them and restarts what they change.",
      },
    );
  });
  await look("ports", async () => {
    await checkPorts(host, stopped);
    return stopped.length > 0 ? "free" : "all are the services' own";
  });
  const questions = [
    ...damageQuestions(context),
    ...exporterQuestion(context, running),
    ...monitoringQuestions(context, running),
    ...more,
  ];
  for (const [what, ask] of questions) {
    await look(what, ask);
  }
  for (const { name } of stopped.filter(({ name }) => record?.services[name])) {
    const service = stopped.find((one) => one.name === name)!;
    // What it survived long before did not end it.
    const end = (await engine.startLog(service)).slice(-END_LINES);
    const { lines, meaning, advice } = explainEnd(end);
    const said = meaning ?? (lines.length > 0 ? `its log ends: ${lines.at(-1)}` : undefined);
    findings.push({
      what: name,
      ok: false,
      text: `ended by itself or was killed${said ? `; ${said}` : ""}`,
      fix: `${advice ? `${advice}\n` : ""}deno task start ${name}`,
    });
  }
  // The rest only means something while the stack is meant to run.
  if (running.size === 0) return findings;
  for (const problem of status.problems) {
    const [name] = problem.split(":");
    // Found above, with a better fix.
    if (findings.some(({ ok, text }) => !ok && problem.endsWith(text))) continue;
    if (stopped.some((service) => service.name === name && record?.services[name!])) continue;
    const silent = /^(\w+): does not answer/.exec(problem)?.[1];
    if (silent !== undefined) {
      const pid = running.get(silent)?.pid;
      findings.push({
        ...{ what: silent, ok: false, text: problem.slice(silent.length + 2) },
        fix: `Is it stopped by a signal, or without memory? kill -CONT ${pid} lets it go on; ` +
          `deno task restart ${silent} ends it`,
      });
      continue;
    }
    const fix = stopped.length > 0
      ? `deno task start ${stopped.map((service) => service.name).join(" ")}`
      : "";
    findings.push({
      what: "cluster",
      ok: false,
      text: problem,
      fix: fix || "deno task logs shows why; deno task restart <service> may help",
    });
  }
  return findings;
}
