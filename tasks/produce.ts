// deno task produce: clients/producer.ts on the stack that runs.
import { main } from "../clients/producer.ts";
import { clientTask } from "./_client.ts";

await main(clientTask);
