import { startLoad } from "./_load.ts";
import { e2eTest, withStack } from "./_stack.ts";

await e2eTest(
  "leaders stopped and killed amid a load: every acknowledged record is there, once",
  async (engine) => {
    await withStack({ engine }, async (stack) => {
      const { moreIsAcknowledged, endAndCount } = await startLoad(stack);
      await moreIsAcknowledged();
      // Its leaders move at once: a send that spanned brokers would lose its records here.
      await stack.kill("kafka3", "SIGTERM");
      await moreIsAcknowledged();
      await stack.start("kafka3");
      await stack.kill("kafka2", "SIGKILL");
      await moreIsAcknowledged();
      await endAndCount();
    });
  },
);
