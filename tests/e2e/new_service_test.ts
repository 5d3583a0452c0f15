// A service that is added with one file and one line in the list, on both engines.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { withProject } from "./_project.ts";
import { e2eTest, until, withStack } from "./_stack.ts";

/** Adds the service to a copy of the project, as somebody would. */
async function addGreeter(root: string) {
  const here = import.meta.dirname!;
  const descriptor = await Deno.readTextFile(`${here}/_greeter.ts`);
  const own = descriptor.replaceAll("../../infra/services/", "./");
  await Deno.writeTextFile(`${root}/infra/services/greeter.ts`, own);
  await Deno.copyFile(`${here}/_greeter_server.ts`, `${root}/clients/greeter.ts`);
  const list = await Deno.readTextFile(`${root}/infra/services/all.ts`);
  const listed = `import { greeter } from "./greeter.ts";\n${
    list.replace("  grafana,\n];", "  grafana,\n  greeter,\n];")
  }`;
  await Deno.writeTextFile(`${root}/infra/services/all.ts`, listed);
}

await e2eTest("a service that is added by its descriptor is like all others", async (engine) => {
  await withProject(async ({ root, edit }) => {
    await edit("count: 3", "count: 1");
    await edit("enabled: true,", "enabled: true, scrapeIntervalSeconds: 5,");
    await addGreeter(root);
    const args = ["--brokers", "1", "--timeout", "5m"];
    await withStack({ engine, root, args, up: false, monitoring: true }, async (stack) => {
      const port = 8700 + stack.portOffset;
      const get = async (path: string) =>
        await (await fetch(`http://127.0.0.1:${port}${path}`)).text();

      const up = await stack.ok("up", ...args);
      assertMatch(up.stdout, /^greeter /m);
      // Waited for, after the brokers.
      const said = up.stderr.split("\n");
      const when = (pattern: RegExp) => said.findLastIndex((line) => pattern.test(line));
      const ready = when(/greeter .*ready on 127\.0\.0\.1:/);
      assertEquals(ready > when(/kafka1 .*listens on/), true, up.stderr);
      assertStringIncludes(await get("/"), "hello");
      assertMatch((await stack.ok("up", ...args)).stderr, /All \d+ services were running already/);

      const status = async () => {
        const { stdout } = await stack.task("status", "--json");
        const { services } = JSON.parse(stdout);
        return services.find(({ name }: { name: string }) => name === "greeter");
      };
      const { state, address, healthy } = await status();
      assertEquals([state, address, healthy], ["running", `127.0.0.1:${port}`, true]);
      const logs = await stack.ok("logs", "greeter");
      if (engine === "native") assertStringIncludes(logs.stdout, "the greeter starts");
      else assertMatch(logs.stderr, /docker logs \S*greeter/);

      // One of what Prometheus scrapes, under its own name.
      await until("Prometheus has its metrics", async () => {
        const url = `http://127.0.0.1:${9090 + stack.portOffset}/api/v1/query?query=greeter_up`;
        const { data } = await (await fetch(url)).json();
        return data.result[0]?.metric.instance === "greeter";
      });
      if (engine === "docker") {
        const compose = await Deno.readTextFile(`${stack.dir}/docker-compose.yml`);
        assertMatch(compose, /^ {2}greeter:$/m);
        assertEquals((await status()).container, "healthy");
      }

      await stack.ok("stop", "greeter");
      assertEquals((await status()).state, "stopped");
      assertEquals(await Deno.readTextFile(`${stack.dir}/greeter/data/stopped`), "cleanly");
      await stack.ok("start", "greeter");
      assertStringIncludes(await get("/"), "hello");

      // Only what the service is made of restarts it, and only it.
      const file = `${root}/infra/services/greeter.ts`;
      await Deno.writeTextFile(file, (await Deno.readTextFile(file)).replace("hello", "good day"));
      assertMatch(
        (await stack.ok("up", ...args)).stderr,
        /restarts greeter: greeting.txt changed/,
      );
      assertStringIncludes(await get("/"), "good day");

      await stack.ok("down", "--delete-data", "--yes");
      assertEquals(await Array.fromAsync(Deno.readDir(stack.dir)), []);
    });
  });
}, { programs: ["prometheus"] });
