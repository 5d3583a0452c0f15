// The lag exporter as a user starts it, up to where a cluster would be needed.
import { assert, assertEquals } from "@std/assert";
import { machineTest } from "../_machine.ts";
import { startLagExporter } from "../e2e/_lag_exporter.ts";
import { ROOT, run } from "./_run.ts";

const SCRIPT = "clients/lag_exporter.ts";
const NOBODY = "127.0.0.1:1";

machineTest(`${SCRIPT} has a first line with the permissions that it needs`, async () => {
  const path = new URL(SCRIPT, ROOT);
  const [first] = (await Deno.readTextFile(path)).split("\n");
  assertEquals(first, "#!/usr/bin/env -S deno run --allow-net --allow-env=KAFKA_HOST");
  assert(((await Deno.stat(path)).mode ?? 0) & 0o100, "is executable");
});

machineTest(`${SCRIPT} --help goes to stdout and needs no permission`, async () => {
  const { code, stdout, stderr } = await run("--no-prompt", SCRIPT, "--help");
  assertEquals([code, stderr], [0, ""]);
  const words = ["KAFKA_HOST", "localhost:9092,localhost:9093,localhost:9094", "default 127.0.0.1"];
  for (const word of [...words, "default 9308", "Examples:\n  deno run --allow-net"]) {
    assert(stdout.includes(word), word);
  }
});

machineTest(`${SCRIPT} without permissions says what to pass, and exits 2`, async () => {
  const { code, stdout, stderr } = await run(SCRIPT);
  assertEquals([code, stdout], [2, ""]);
  assert(stderr.includes("No permission to use the network"), stderr);
  assert(stderr.includes(`deno run --allow-net ${SCRIPT}`), stderr);
});

machineTest(`${SCRIPT} refuses wrong use before it listens, and exits 2`, async () => {
  for (
    const [args, message] of [
      [["--prot", "1"], "Unknown flag --prot"],
      [["--port", "x"], '--port takes a whole number, not "x"'],
      [["--port", "65536"], "--port takes a port up to 65535, not 65536"],
      [["--kafka", "localhost"], '"localhost" is not a bootstrap server'],
      [["extra"], 'Unexpected argument "extra"'],
    ] as const
  ) {
    const { code, stdout, stderr } = await run("--allow-net", SCRIPT, ...args);
    assertEquals([code, stdout], [2, ""], stderr);
    assert(stderr.includes(message), stderr);
  }
});

machineTest(`${SCRIPT} tells in one line that its port is taken, and exits 1`, async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const { code, stdout, stderr } = await run("--allow-net", SCRIPT, "--port", String(port));
  assertEquals([code, stdout], [1, ""]);
  assertEquals(
    stderr,
    `Error: Cannot listen on 127.0.0.1:${port}: the port is in use\n` +
      "  --host and --port choose another address.\n",
  );
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  machineTest(`${SCRIPT} serves without brokers, and ends with 0 on ${signal}`, async () => {
    await using exporter = await startLagExporter(NOBODY);
    const get = async (path: string) => {
      const response = await fetch(exporter.url + path);
      return { status: response.status, text: await response.text() };
    };
    assertEquals((await get("/-/healthy")).status, 200);
    assertEquals((await get("/nothing")).status, 404);
    const scrapes = await Promise.all([get("/metrics"), get("/metrics")]);
    for (const { status, text } of [...scrapes, await get("/metrics")]) {
      assertEquals(status, 200);
      assertEquals(
        text.split("\n").filter((line) => /^[a-z]/.test(line) && !line.includes("seconds")),
        ["kafka_lag_exporter_up 0"],
      );
    }
    assertEquals(await exporter.end(signal), {
      code: 0,
      stdout: "",
      stderr: `Serving consumer lag at ${exporter.url}/metrics\n` +
        "The brokers do not answer, kafka_lag_exporter_up is 0: " +
        `Cannot reach a broker at ${NOBODY} (connection refused)\n`,
    });
  });
}
