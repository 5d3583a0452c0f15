// A mistake in infra/stack.ts: what runs can be looked at and stopped all the same.
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { withProject } from "./_project.ts";
import { e2eTest, withStack } from "./_stack.ts";

const EDITS = [
  [`heap: "512m"`, `heap: "much"`],
  ["brokers: {", "brokers: {{"],
] as const;

await e2eTest(
  "an invalid edit keeps nobody from looking at a stack and stopping it",
  async (engine) => {
    await withProject(async ({ root, edit }) => {
      // Of this nothing is left where the description cannot be read.
      await edit("// 1, 3 or 5.\n    count: 3", "count: 1");
      await withStack({ engine, root, args: ["--brokers", "1"] }, async (stack) => {
        for (const [from, to] of EDITS) {
          await edit(from, to);
          // What would start services, or write files, says what is wrong and does nothing.
          const up = await stack.task("up");
          assertEquals(up.code, 2, up.stdout + up.stderr);
          assertStringIncludes(up.stderr, "infra/stack.ts");

          const status = await stack.ok("status", "--json");
          assertMatch(status.stderr, /^Warning: infra\/stack\.ts .*\n$/);
          const { services, bootstrapServers } = JSON.parse(status.stdout);
          const names = services.map(({ name }: { name: string }) => name);
          const others = engine === "docker" ? ["kafka_client"] : [];
          assertEquals(names, ["zookeeper1", "kafka1", ...others]);
          assertEquals(bootstrapServers, `127.0.0.1:${9092 + stack.portOffset}`);
          assertStringIncludes((await stack.ok("logs", "kafka1")).stdout, "kafka1 | ");
          await edit(to, from);
        }
        const [[valid, invalid], [readable, unreadable]] = EDITS;
        await edit(valid, invalid);
        await stack.ok("stop", "kafka1");
        assertEquals(Object.keys(await stack.pids()).includes("kafka1"), false);
        const down = await stack.ok("down");
        assertStringIncludes(down.stderr, "All services have stopped.");
        assertEquals(await stack.pids(), {});

        // The record is what it was: the stack comes back as it is described.
        await edit(invalid, valid);
        await stack.ok("up");
        await edit(readable, unreadable);
        await stack.ok("down", "--delete-data", "--yes");
        assertEquals(await stack.pids(), {});
      });
    });
  },
);
