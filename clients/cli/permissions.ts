// The one permission that the clients need.
import { ClientError } from "../kafka/errors/client_error.ts";

/**
 * Asks once for the network, unless every bootstrap server is allowed already.
 *
 * @param servers `host:port` each.
 * @param script What the user runs, for the hint.
 * @throws {ClientError} With exit code 2 when it is refused, or when there is nobody to ask.
 */
export async function needNetwork(servers: readonly string[], script: string): Promise<void> {
  const allowed = servers.every((host) =>
    Deno.permissions.querySync({ name: "net", host }).state === "granted"
  );
  if (allowed) return;
  const { state } = await Deno.permissions.request({ name: "net" });
  if (state === "granted") return;
  throw new ClientError("No permission to use the network", {
    hint: `Run it with: deno run --allow-net ${script}`,
    exitCode: 2,
  });
}
