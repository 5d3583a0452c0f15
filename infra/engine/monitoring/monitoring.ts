// What Prometheus itself says about how it scrapes the stack.
import { hostPort, PROMETHEUS } from "../../render/mod.ts";
import { Failure } from "../../spec/mod.ts";
import type { Question, RunningService } from "../engine.ts";
import { COLD_MS, justStarted, slowHint, startOf } from "./exporters.ts";
import { httpGet } from "../host/http.ts";
import type { Context } from "../context.ts";

/** A target as `/api/v1/targets` tells of it. */
interface Target {
  readonly labels: { readonly instance: string };
  readonly health: "up" | "down" | "unknown";
  readonly lastError: string;
  readonly lastScrape: string;
  /** In seconds. */
  readonly lastScrapeDuration: number;
}

/** A scrape that takes half of the time after which Prometheus gives up will soon be missing. */
const SLOW_SECONDS = 5;
/** Samples of a clock that is further off look like another time's. */
const CLOCK_OFF_SECONDS = 5;
/** Its first scrape after a start may find a service that does not answer yet. */
const START_MS = 5000;

/** Questions about the monitoring, where Prometheus runs. */
export function monitoringQuestions(
  context: Context,
  running: ReadonlyMap<string, RunningService>,
): Question[] {
  const { host, rendered, stack } = context;
  const address = rendered.services.find(({ name }) => name === PROMETHEUS)?.address;
  if (!address || !running.has(PROMETHEUS)) return [];

  const get = async <T>(path: string): Promise<T> => {
    const answer = await httpGet(host, address, `/api/v1/${path}`, { timeoutMs: 2000 });
    if (answer?.status === 200) return JSON.parse(answer.body).data;
    throw new Failure(
      `Prometheus on ${hostPort(address)} ${
        answer ? `answers ${answer.status}` : "does not answer in 2 s"
      }`,
      { hint: "deno task logs prometheus shows why; deno task restart prometheus may help" },
    );
  };

  /** Whether one of the last looks was in time: then a late one is the machine's, and passes. */
  const wasInTime = async (instance: string, late: boolean): Promise<boolean> => {
    const seconds = Math.max(60, 3 * stack.monitoring!.scrapeIntervalSeconds);
    const of = `{instance="${instance}"}[${seconds}s]`;
    const expr = late
      ? `max_over_time(up${of}) == 1`
      : `min_over_time(scrape_duration_seconds${of}) <= ${SLOW_SECONDS}`;
    const path = `query?query=${encodeURIComponent(expr)}`;
    const { result } = await get<{ result: { readonly value?: unknown }[] }>(path);
    return result[0]?.value !== undefined;
  };

  return [
    ["targets", async () => {
      const { activeTargets } = await get<{ activeTargets: Target[] }>("targets?state=active");
      // What does not run has no metrics: it is reported as what it is. What was just started may not
      // have answered yet.
      const looked = activeTargets.flatMap((target) => {
        const started = startOf(context, running, target.labels.instance);
        if (started === undefined) return [];
        const ageMs = Date.parse(target.lastScrape) - started;
        return ageMs > START_MS ? [{ ...target, cold: ageMs < COLD_MS }] : [];
      });
      const young: string[] = [];
      const behind: string[] = [];
      for (const { labels: { instance }, health, lastError, ...last } of looked) {
        const seconds = last.lastScrapeDuration;
        const late = health === "down" && /deadline exceeded|timed? ?out/i.test(lastError);
        const slow = late || seconds > SLOW_SECONDS;
        if (health === "down" && !late) {
          throw new Failure(`Prometheus gets no metrics of ${instance}: ${lastError}`, {
            hint: `deno task logs ${instance} shows why; deno task restart ${instance} may help`,
          });
        }
        if (slow && last.cold) young.push(instance);
        else if (slow && await wasInTime(instance, late)) behind.push(instance);
        else if (slow) {
          throw new Failure(
            late
              ? `Prometheus gets no metrics of ${instance}: it gave up after ${
                seconds.toFixed(1)
              } s`
              : `the metrics of ${instance} took ${seconds.toFixed(1)} s`,
            { hint: await slowHint(context, instance) },
          );
        }
      }
      if (looked.length === 0) return "Prometheus has not looked yet";
      const slowest = Math.max(...looked.map((one) => one.lastScrapeDuration));
      const up = activeTargets.filter(({ health }) => health === "up").length;
      return `${up} of ${activeTargets.length} answer, the slowest in ${
        Math.round(slowest * 1000)
      } ms${behind.length > 0 ? `; late just now: ${behind.join(", ")}` : ""}${
        young.length > 0 ? `; ${justStarted(young)}` : ""
      }`;
    }],
    ["alert rules", async () => {
      type Rule = { name: string; health: string; lastError?: string; state?: string };
      const { groups } = await get<{ groups: { rules: Rule[] }[] }>("rules");
      const rules = groups.flatMap(({ rules }) => rules);
      if (rules.length === 0) {
        throw new Failure("Prometheus has loaded no alert rules", {
          hint: "deno task render --check shows whether its files are as they should be;\n" +
            "deno task restart prometheus loads them",
        });
      }
      const bad = rules.find(({ health }) => health === "err");
      if (bad) {
        throw new Failure(`Prometheus cannot evaluate ${bad.name}: ${bad.lastError}`, {
          hint: "deno task logs prometheus shows more",
        });
      }
      const firing = rules.filter(({ state }) => state === "firing").map(({ name }) => name);
      return `${rules.length} loaded, ${
        firing.length === 0 ? "none fires" : `firing: ${firing.join(", ")}`
      }`;
    }],
    ["clock", async () => {
      const { result: [seconds] } = await get<{ result: [number, string] }>("query?query=time()");
      const off = Math.round(Math.abs(seconds - host.now() / 1000));
      if (off <= CLOCK_OFF_SECONDS) return "Prometheus' is this machine's";
      throw new Failure(`Prometheus' clock is ${off} s off this machine's`, {
        hint: "Restart Docker Desktop, or set the clock of the machine that Docker runs on.",
      });
    }],
  ];
}

/** What may be filled of a disk before it is said, so that there is time to act. */
const MIN_FREE_SHARE = 0.15;

/** How much of the disk is free, and how much of it Prometheus has taken. */
export async function diskShare({ host, dir }: Context): Promise<string> {
  const { free, total } = await host.disk(dir);
  const data = `${dir}/kafka_monitoring/prometheus/data`;
  const { stdout } = await host.run("du", ["-sk", data]);
  const mib = Math.round(Number(/^\d+/.exec(stdout)?.[0] ?? 0) / 1024);
  const percent = Math.round((100 * free) / total);
  const text = `${Math.floor(free / 1024 ** 3)} GiB (${percent} %) free for ${dir}${
    mib > 0 ? `, Prometheus has ${mib} MiB of it` : ""
  }`;
  if (free / total >= MIN_FREE_SHARE) return text;
  throw new Failure(`only ${text}`, {
    hint: "Free some space, lower brokers.retentionHours or monitoring.retention in " +
      "infra/stack.ts,\nor choose another directory with --dir.",
  });
}
