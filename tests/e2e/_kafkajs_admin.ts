// kafkajs's admin client, for what the toolkit itself does not do.
import { parseConnection } from "../../clients/kafka/connection/connection.ts";
import { explain } from "../../clients/kafka/errors/explain.ts";
import { createClient } from "../../clients/kafka/kafkajs/client.ts";
import type { Admin } from "../../clients/kafka/kafkajs/library.ts";

export type { Admin } from "../../clients/kafka/kafkajs/library.ts";

/** Runs `work` with a connected admin client, and disconnects it in any case. */
export async function withAdmin<T>(
  { bootstrapServers, clientId }: {
    readonly bootstrapServers: string;
    readonly clientId: string;
  },
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const connection = parseConnection(bootstrapServers);
  const admin = (await createClient({ connection, clientId })).admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw explain(error, connection);
  } finally {
    await admin.disconnect().catch(() => {});
  }
}
