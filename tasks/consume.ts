// deno task consume: clients/consumer.ts on the stack that runs.
import { main } from "../clients/consumer.ts";
import { clientTask } from "./_client.ts";

await main(clientTask);
