// Lets the clients find the stack that runs.
import type { ClientTask } from "../clients/cli/main.ts";
import { dirFlag, stackBootstrapServers } from "./_stack.ts";

/** The brokers of the running stack, for a client that was given no address. */
export const clientTask: ClientTask = {
  dir: dirFlag.dir,
  async bootstrapServers(dir) {
    return (await stackBootstrapServers({ dir, "bootstrap-server": undefined })).join();
  },
};
