#!/usr/bin/env -S deno run --allow-net --allow-env=KAFKA_HOST
// Serves the lag of consumer groups to Prometheus over HTTP.
import { withCluster } from "./kafka/cluster/cluster.ts";
import { ClientError } from "./kafka/errors/client_error.ts";
import { formatAddress } from "./kafka/connection/address.ts";
import {
  BOOTSTRAP_SERVERS,
  type Connection,
  parseConnection,
} from "./kafka/connection/connection.ts";
import { collectLag } from "./kafka/groups/lag.ts";
import { createHandler } from "./lag_exporter/http.ts";
import { createScrape } from "./lag_exporter/scrape.ts";
import { runMain, say } from "./cli/main.ts";
import { needNetwork } from "./cli/permissions.ts";
import { retryWhileIncomplete } from "./kafka/waiting/retry.ts";
import { stopOnSignals } from "./cli/signals.ts";
import { aborted, endsWithin } from "./kafka/waiting/pause.ts";
import { type Command, type Flags, UsageError } from "./cli/flags.ts";

/** How long a scrape may take, in ms: less than the 10 s that Prometheus waits for one. */
const DEADLINE = 8000;
/** How long offsets are asked for again, in ms: a broker that is killed stays registered until its
 * ZooKeeper session ends, and its partitions have no other leader before. */
const RETRY = 7000;
/** How long a broker may take to answer, in ms. */
const ANSWER_TIMEOUT = 2000;
/** How long a stopped run waits for scrapes that are under way, in ms. */
const FINISH = 2300;

const FLAGS = {
  kafka: {
    type: "string",
    value: "host:port,…",
    help: "bootstrap servers",
    env: "KAFKA_HOST",
    alias: "bootstrap-server",
    default: BOOTSTRAP_SERVERS,
  },
  host: { type: "string", value: "address", help: "address to listen on", default: "127.0.0.1" },
  port: { type: "integer", help: "port to listen on, 0: a free one", default: 9308 },
} as const satisfies Flags;

const COMMAND: Command<typeof FLAGS> = {
  name: "clients/lag_exporter.ts",
  summary: "Serves the lag of consumer groups, their offsets and members, and the offsets of\n" +
    "topics to Prometheus: at /metrics, asked of the brokers at each scrape.",
  flags: FLAGS,
  examples: [
    "deno run --allow-net clients/lag_exporter.ts --kafka localhost:9092",
    "curl http://127.0.0.1:9308/metrics",
  ],
};

/** Why an address cannot be listened on, in words. */
function refusal(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) return "the port is in use";
  if (error instanceof Deno.errors.AddrNotAvailable) return "it is no address of this machine";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  return /lookup/.test((error as Error).message) ? "unknown host" : "the system refuses it";
}

async function serve(
  connection: Connection,
  hostname: string,
  port: number,
): Promise<number> {
  const at = (port: number) => formatAddress({ host: hostname, port });
  await needNetwork([...connection.bootstrapServers, at(port)], COMMAND.name);
  const stop = stopOnSignals(Deno.exit);
  const scrape = createScrape({
    // A connection for each scrape costs a few ms, and none is kept to a broker that is gone.
    collect: () =>
      withCluster(connection, (cluster) => retryWhileIncomplete(RETRY, () => collectLag(cluster)), {
        timeout: ANSWER_TIMEOUT,
      }),
    deadline: DEADLINE,
    say,
  });
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      hostname,
      port,
      onListen: ({ port }) => say(`Serving consumer lag at http://${at(port)}/metrics`),
    }, createHandler(scrape));
  } catch (error) {
    throw new ClientError(`Cannot listen on ${at(port)}: ${refusal(error)}`, {
      hint: "--host and --port choose another address.",
      cause: error,
    });
  }
  await aborted(stop);
  await endsWithin(FINISH, server.shutdown());
  return 0;
}

if (import.meta.main) {
  await runMain(COMMAND, ({ flags: { kafka, host, port } }) => {
    if (port > 65535) throw new UsageError(`--port takes a port up to 65535, not ${port}`);
    return serve(parseConnection(kafka), host, port);
  });
}
