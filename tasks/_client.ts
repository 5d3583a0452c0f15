// Lets the clients find the stack that runs.
import type { ClientTask } from "../clients/cli/connection.ts";
import { dirFlag, stackConnection } from "./_stack.ts";

/** The brokers of the running stack, for a client that was given no address. */
export const clientTask: ClientTask = {
  dir: dirFlag.dir,
  connection: (dir) => stackConnection({ dir, "bootstrap-server": undefined }),
};
