// The scripts as a user starts them, up to where a cluster would be needed.
import { assert, assertEquals } from "@std/assert";
import { machineTest } from "../_machine.ts";
import { ROOT, run } from "./_run.ts";

for (const script of ["clients/producer.ts", "clients/consumer.ts"]) {
  machineTest(`${script} without permissions says what to pass, and exits 2`, async () => {
    const { code, stdout, stderr } = await run(script);
    assertEquals([code, stdout], [2, ""]);
    assert(stderr.includes("No permission to use the network"), stderr);
    assert(stderr.includes(`deno run --allow-net ${script}`), stderr);
  });

  machineTest(`${script} --help goes to stdout and needs no permission`, async () => {
    const { code, stdout, stderr } = await run(script, "--help");
    assertEquals([code, stderr], [0, ""]);
    for (const word of ["KAFKA_HOST", "localhost:9092,localhost:9093,localhost:9094", "--topic"]) {
      assert(stdout.includes(word), word);
    }
  });

  machineTest(`${script} refuses wrong use before it connects, and exits 2`, async () => {
    for (
      const [args, message] of [
        [["--kafak", "x"], "Unknown flag --kafak"],
        [["--topic", "a b"], '"a b" is not a topic name'],
        [["--topic="], "--topic needs a value"],
        [["--kafka", "localhost"], '"localhost" is not a bootstrap server'],
        [["extra"], 'Unexpected argument "extra"'],
      ] as const
    ) {
      const { code, stdout, stderr } = await run(script, ...args);
      assertEquals([code, stdout], [2, ""], stderr);
      assert(stderr.includes(message), stderr);
    }
  });

  machineTest(`${script} tells in one line that no broker can be reached`, async () => {
    const { code, stdout, stderr } = await run(
      "--allow-net",
      script,
      "--kafka",
      "localhost:1,127.0.0.1:2",
    );
    assertEquals([code, stdout], [1, ""]);
    assertEquals(
      stderr.split("\n")[0],
      "Error: Cannot reach a broker at localhost:1, 127.0.0.1:2 (connection refused)",
    );
    assert(!stderr.includes("    at "), stderr);
  });

  machineTest(`${script} has a first line with the permissions that it needs`, async () => {
    const path = new URL(script, ROOT);
    const [first] = (await Deno.readTextFile(path)).split("\n");
    assert(first!.startsWith("#!/usr/bin/env -S deno run --allow-net --allow-env=KAFKA_HOST,"));
    assert(((await Deno.stat(path)).mode ?? 0) & 0o100, "is executable");
  });
}

machineTest("clients/consumer.ts refuses a bad --format, and exits 2", async () => {
  const { code, stderr } = await run("--allow-net", "clients/consumer.ts", "--format", "%x");
  assertEquals(code, 2, stderr);
  assert(stderr.includes('--format does not know "%x"'), stderr);
});

machineTest("a copy of the folder runs, wherever it lies", async () => {
  const copy = await Deno.makeTempDir();
  const root = ROOT.pathname;
  try {
    await new Deno.Command("cp", { args: ["-r", `${root}clients`, copy] }).output();
    // The stand-ins for JSR's packages are for networks without them.
    const { links } = JSON.parse(await Deno.readTextFile(`${root}deno.json`));
    const config = { workspace: ["./clients"], links: links.map((path: string) => root + path) };
    await Deno.writeTextFile(`${copy}/deno.json`, JSON.stringify(config));
    for (const script of ["producer", "consumer", "lag_exporter"]) {
      const { code, stdout, stderr } = await run(`${copy}/clients/${script}.ts`, "--help");
      assertEquals([code, stdout.includes("--bootstrap-server")], [0, true], stderr);
    }
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
});
