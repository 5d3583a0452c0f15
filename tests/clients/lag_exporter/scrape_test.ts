import { assertEquals, assertRejects } from "@std/assert";
import { ClientError } from "../../../clients/kafka/errors/client_error.ts";
import type { Lag } from "../../../clients/kafka/groups/lag.ts";
import { createScrape } from "../../../clients/lag_exporter/scrape.ts";
import { lag } from "./_lag_fixtures.ts";

/** A scrape whose collections the test ends itself. */
function scrapeByHand(deadline: number) {
  const collections: PromiseWithResolvers<Lag>[] = [];
  const said: string[] = [];
  const scrape = createScrape({
    collect: () => {
      const collection = Promise.withResolvers<Lag>();
      collections.push(collection);
      return collection.promise;
    },
    deadline,
    say: (line) => said.push(line),
  });
  return { collections, said, scrape };
}

const LONG = 60_000;
const refused = new ClientError("Cannot reach a broker at a:1 (connection refused)");
const TOLD = `The brokers do not answer, kafka_lag_exporter_up is 0: ${refused.message}`;

Deno.test("scrapes at the same time share one collection, a later one has its own", async () => {
  const { collections, scrape } = scrapeByHand(LONG);
  const together = [scrape(), scrape(), scrape()];
  assertEquals(collections.length, 1);
  collections[0]!.resolve(lag);
  for (const one of await Promise.all(together)) assertEquals(one.lag, lag);

  const later = scrape();
  assertEquals(collections.length, 2);
  const none = { groups: [], topics: [], gaps: [] };
  collections[1]!.resolve(none);
  assertEquals((await later).lag, none);
});

Deno.test("a scrape whose brokers do not answer has no lag, and the next one recovers", async () => {
  const { collections, said, scrape } = scrapeByHand(LONG);
  const run = async (end: (collection: PromiseWithResolvers<Lag>) => void) => {
    const scraping = scrape();
    end(collections.at(-1)!);
    return (await scraping).lag;
  };
  assertEquals(await run(({ resolve }) => resolve(lag)), lag);
  assertEquals(said, []);
  assertEquals(await run(({ reject }) => reject(refused)), undefined);
  assertEquals(await run(({ reject }) => reject(new ClientError("another reason"))), undefined);
  assertEquals(said, [TOLD]);
  assertEquals(await run(({ resolve }) => resolve(lag)), lag);
  assertEquals(await run(({ resolve }) => resolve(lag)), lag);
  assertEquals(said, [TOLD, "The brokers answer again"]);
});

Deno.test("a scrape in which brokers do not tell all keeps the rest, and says so once", async () => {
  const { collections, said, scrape } = scrapeByHand(LONG);
  const gap = { what: "the offsets of orders-2", why: "broker b:2 does not answer", passing: true };
  for (const gaps of [[gap], [gap], []]) {
    const scraping = scrape();
    collections.at(-1)!.resolve({ ...lag, gaps });
    assertEquals((await scraping).lag, { ...lag, gaps });
  }
  assertEquals(said, [
    "Not all is known, kafka_lag_exporter_up is 0: the offsets of orders-2 are not " +
    "known: broker b:2 does not answer",
    "The brokers answer again",
  ]);
});

Deno.test("a scrape ends at its deadline, and no other collection begins meanwhile", async () => {
  const { collections, said, scrape } = scrapeByHand(20);
  assertEquals((await scrape()).lag, undefined);
  assertEquals((await scrape()).lag, undefined);
  assertEquals(collections.length, 1);
  assertEquals(said, [
    "The brokers do not answer, kafka_lag_exporter_up is 0: nothing within 0.02 s",
  ]);
  // Late, and nobody waits for it.
  collections[0]!.reject(refused);
  await collections[0]!.promise.catch(() => {});
  const next = scrape();
  assertEquals(collections.length, 2);
  collections[1]!.resolve(lag);
  assertEquals((await next).lag, lag);
});

Deno.test("a fault of ours is no state of the brokers: the scrape throws it", async () => {
  const { collections, said, scrape } = scrapeByHand(LONG);
  const scraping = scrape();
  collections[0]!.reject(new TypeError("x is not a function"));
  await assertRejects(() => scraping, TypeError);
  assertEquals(said, []);
});
