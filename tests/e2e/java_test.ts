// Another Java on this machine, for services that run by it.
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { engineTest, withStack } from "./_stack.ts";

/** A Java that says it is another build. */
const JAVA = `#!/bin/sh
exec 2>&1
[ "$1" != -version ] || echo "a build of its own"
exec java "$@"
`;

await engineTest("native", "up restarts the JVMs when JAVA_HOME names another Java", async () => {
  await withStack({ args: ["--brokers", "1"] }, async (stack) => {
    const before = await stack.pids();
    const home = await Deno.makeTempDir();
    try {
      await Deno.mkdir(`${home}/bin`);
      await Deno.writeTextFile(`${home}/bin/java`, JAVA, { mode: 0o755 });
      const env = { JAVA_HOME: home };
      assertMatch(
        (await stack.ok("up", { env })).stderr,
        /restarts .*kafka1.*: settings or program changed/,
      );
      const after = await stack.pids();
      for (const name of Object.keys(before)) assertNotEquals(after[name], before[name], name);
      assertMatch((await stack.ok("up", { env })).stderr, /All 4 services were running already/);
      assertEquals(await stack.pids(), after);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  });
});
