// One connection to one broker, and single requests on it. Below kafkajs's admin
// client, because that asks for the metadata several times in one call, hides which
// broker answers, and drops what a broker says about an error.
import type { Api } from "./_api.ts";
import { network, socketFactory } from "./_kafka.ts";

/** A connected broker. */
export interface Broker {
  /** `host:port`. */
  readonly address: string;
  /**
   * Makes one request. Error codes in the answer are the caller's to read.
   *
   * @throws When the connection fails or no answer comes in time.
   */
  request<Name extends keyof Api>(
    name: Name,
    body: Api[Name]["request"],
  ): Promise<Api[Name]["response"]>;
  /** An error code as an error, in the broker's own words when it sent some. */
  error(code: number, message?: string | null): Error;
  /** Ends the connection; requests without an answer are rejected. */
  close(): Promise<void>;
}

/** How this client names itself to brokers (Kafka's `client.id`). */
const CLIENT_ID = "kafka-stack-admin";

/** How long a broker may take to accept a connection and to answer first, in ms. */
const CONNECT_TIMEOUT = 3000;

/** The library's error for it, which it raises for less only. */
function noAnswer(broker: string): Error {
  return Object.assign(new Error("Connection timeout"), { name: "KafkaJSConnectionError", broker });
}

/**
 * Connects.
 *
 * @param address `host:port`.
 * @param options `timeout`: how long an answer may take, in ms.
 */
export async function openBroker(
  address: string,
  options: { readonly timeout: number },
): Promise<Broker> {
  const lib = await network();
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  const connectTimeout = Math.min(options.timeout, CONNECT_TIMEOUT);
  const connectionPool = new lib.ConnectionPool({
    host,
    port: Number(port),
    clientId: CLIENT_ID,
    socketFactory,
    connectionTimeout: connectTimeout,
    requestTimeout: options.timeout,
    logger: lib.logger,
  });
  const broker = new lib.Broker({ connectionPool, logger: lib.logger });
  const definitions = { ...lib.requests, IncrementalAlterConfigs: incrementalAlterConfigs(lib) };
  const rejectRequests = (error: Error) => {
    for (const connection of connectionPool.pool) connection.rejectRequests(error);
  };
  const close = async () => {
    rejectRequests(new Error(`The connection to ${address} was closed`));
    await broker.disconnect();
  };
  // A broker that hangs accepts the connection and answers nothing on it.
  const timer = setTimeout(() => rejectRequests(noAnswer(address)), connectTimeout);
  try {
    await broker.connect();
  } catch (error) {
    await close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return {
    address,
    close,
    async request(name, body) {
      const { request, response } = broker.lookupRequest(lib.apiKeys[name], definitions[name])(
        body,
      );
      const connection = await connectionPool.getConnection();
      const parse = (answer: unknown) => answer;
      return await connection.send({ request, response: { decode: response.decode, parse } });
    },
    error(code, message) {
      const error = lib.createErrorFromCode(code);
      if (message) error.message = message;
      return error;
    },
  };
}

type Library = Awaited<ReturnType<typeof network>>;
type AlterRequest = Api["IncrementalAlterConfigs"]["request"];

/**
 * KIP-339, which the library lacks: it has only the older AlterConfigs, which resets every config
 * that is not named in the request. The answers of both look the same.
 */
function incrementalAlterConfigs({ Encoder, alterConfigsResponse, apiKeys }: Library) {
  const encode = ({ resources }: AlterRequest) =>
    new Encoder().writeArray(
      resources.map(({ type, name, configs }) =>
        new Encoder().writeInt8(type).writeString(name).writeArray(
          configs.map((config) =>
            new Encoder().writeString(config.name).writeInt8(config.operation)
              .writeString(config.value)
          ),
        )
      ),
    ).writeBoolean(false);
  return {
    versions: ["0"],
    protocol: () => (body: AlterRequest) => ({
      request: {
        apiKey: apiKeys.IncrementalAlterConfigs,
        apiVersion: 0,
        apiName: "IncrementalAlterConfigs",
        encode: () => Promise.resolve(encode(body)),
      },
      response: alterConfigsResponse,
    }),
  };
}
