import { assert, assertEquals } from "@std/assert";
import { exporterQuestion, slowHint } from "../../../../infra/engine/monitoring/exporters.ts";
import { busyMachine } from "../../../../infra/engine/host/machine_load.ts";
import { Failure } from "../../../../infra/spec/mod.ts";
import { contextOf, newHost, up } from "../_fake_stack.ts";

const SPEC = { monitoring: {} };
const ok = (body: string) => `HTTP/1.0 200 OK\r\n\r\n${body}`;
const GOOD = ok("x 1\njmx_scrape_error 0.0\n");

/** The machine's load and processors, as `uptime` and `getconf` print them. */
const machine = (averages: string, processors: number) => (command: string) => ({
  code: 0,
  stdout: command === "uptime"
    ? ` 10:00:00 up 2 days,  3 users,  ${averages}\n`
    : command === "getconf"
    ? `${processors}\n`
    : "",
  stderr: "",
});

/** What is said when kafka1 answers a scrape and `/-/healthy` so, `ageMs` after it was started. */
async function ask(scrape: string | undefined, healthy: string | undefined, ageMs = 0) {
  const host = newHost();
  await up(host, SPEC);
  const { answer } = host;
  host.answer = (port, question) =>
    port === 8082 && question?.startsWith("GET /metrics")
      ? scrape
      : port === 8082
      ? healthy
      : question?.startsWith("GET /metrics")
      ? GOOD
      : answer(port, question);
  const context = await contextOf(host, SPEC);
  const start = Date.parse(context.record!.services.kafka1!.since);
  await host.sleep(start + ageMs - host.now());
  host.commands = machine("load average: 0.50, 2.90, 2.50", 2);
  const [question] = exporterQuestion(context, await context.engine.observe());
  return await question![1]().catch((error: Failure) => `FAIL ${error.message}\n${error.hint}`);
}

Deno.test("doctor judges how long an exporter takes only when its JVM is warm", async () => {
  assertEquals(await ask(GOOD, undefined, 30_000), "all 6 answer with metrics");
  assertEquals(
    await ask(undefined, ok("Exporter is healthy."), 59_999),
    "5 of 6 answer with metrics; too early to judge, started a moment ago: kafka1",
  );
  assertEquals(
    await ask(undefined, ok("Exporter is healthy."), 60_000),
    "FAIL the metrics of kafka1 take more than 5 s\n" +
      "deno task logs kafka1 shows whether it is well. If it is: " +
      "Fewer partitions, or a longer monitoring.scrapeIntervalSeconds.",
  );
});

Deno.test("doctor names an exporter that answers nothing, or cannot read, however young it is", async () => {
  assertEquals(
    await ask(undefined, undefined, 10_000),
    "FAIL kafka1's exporter on 127.0.0.1:8082 does not answer in 5 s\n" +
      "deno task logs kafka1 shows why; deno task restart kafka1 may help",
  );
  assert(
    (await ask(ok("jmx_scrape_error 1.0\n"), undefined)).startsWith(
      "FAIL kafka1's exporter on 127.0.0.1:8082 cannot read its MBeans\n",
    ),
  );
});

Deno.test("slowHint() names the machine when that is busy, else what is asked for", async () => {
  const host = newHost();
  const hint = async (metrics: "used" | "all") =>
    await slowHint(await contextOf(host, { monitoring: { metrics } }), "kafka1");
  host.commands = machine("load average: 13.29, 10.49, 5.14", 2);
  assertEquals(
    await hint("used"),
    "Most likely nothing is wrong with it: this machine is busy: a load of 13.3 on 2 processors.\n" +
      "Look again when less runs; a longer monitoring.scrapeIntervalSeconds helps too.",
  );
  host.commands = machine("load average: 3.00, 10.49, 5.14", 2);
  assert(
    (await hint("used")).endsWith(
      "Fewer partitions, or a longer monitoring.scrapeIntervalSeconds.",
    ),
  );
  assert(
    (await hint("all")).endsWith('monitoring.metrics: "used" asks for a fraction of the metrics.'),
  );
});

Deno.test("busyMachine() reads what each system prints, and is silent where nothing is told", async () => {
  const host = newHost();
  const busy = (averages: string, processors: number) => {
    host.commands = machine(averages, processors);
    return busyMachine(host);
  };
  assertEquals(
    await busy("load averages: 1.51 2.00 2.00", 1),
    "this machine is busy: a load of 1.5 on 1 processor",
  );
  // In the words of a system that writes a decimal comma.
  assertEquals(
    await busy("load average: 7,01, 2,00, 2,00", 4),
    "this machine is busy: a load of 7.0 on 4 processors",
  );
  assertEquals(await busy("load average: 6.00, 9.00, 9.00", 4), undefined);
  host.commands = () => ({ code: 127, stdout: "", stderr: "not found" });
  assertEquals(await busyMachine(host), undefined);
});
