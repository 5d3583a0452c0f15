// How each request is encoded and its answer decoded, in the form of the client library: by itself,
// or by us where it cannot, or lacks a version.
import type { Buffer } from "node:buffer";
import type { network } from "../kafkajs/library.ts";
import type { ConsumerApi } from "../protocol/consumer_requests.ts";
import type { Exchange } from "../protocol/exchange.ts";
import { decodeFetchAnswer, FETCH_VERSION } from "../protocol/fetch_answer.ts";
import { decodeLeadersAnswer, LEADERS_VERSION } from "../protocol/leaders_answer.ts";
import { GROUP_EXCHANGES, type GroupApi } from "../protocol/group_requests.ts";
import { QUORUM_EXCHANGES, type QuorumApi } from "../protocol/quorum_requests.ts";
import {
  STREAMS_GROUP_EXCHANGES,
  type StreamsGroupApi,
} from "../protocol/streams_group_requests.ts";
import type { Api } from "../protocol/requests.ts";

/** Every request with its answer. */
export interface Requests extends Api, ConsumerApi, GroupApi, QuorumApi, StreamsGroupApi {}

type Library = Awaited<ReturnType<typeof network>>;
type AlterRequest = Api["IncrementalAlterConfigs"]["request"];

/** The definitions of all requests, and their `api_key`s. */
export function requestDefinitions(lib: Library) {
  const ours = Object.entries<Exchange<never, unknown>>({
    ...GROUP_EXCHANGES,
    ...QUORUM_EXCHANGES,
    ...STREAMS_GROUP_EXCHANGES,
  });
  return {
    definitions: {
      ...lib.requests,
      IncrementalAlterConfigs: incrementalAlterConfigs(lib),
      FetchRecords: fetchRecords(lib),
      LeaderEpochs: leaderEpochs(lib),
      ...Object.fromEntries(
        ours.map(([name, exchange]) => [name, ownRequest(lib, name, exchange)]),
      ),
    },
    apiKeys: {
      ...lib.apiKeys,
      FetchRecords: lib.apiKeys.Fetch,
      LeaderEpochs: lib.apiKeys.Metadata,
      ...Object.fromEntries(ours.map(([name, { apiKey }]) => [name, apiKey])),
    },
  };
}

/** A request that is encoded and decoded by us; in older versions by the library, where it knows it. */
function ownRequest(lib: Library, apiName: string, exchange: Exchange<never, unknown>) {
  const { apiKey, versions, requestTimeout, encode, decode } = exchange;
  const older = lib.requests[apiName];
  return {
    versions: [...older?.versions ?? [], ...versions.map(String)],
    protocol: ({ version }: { version: number }) =>
      versions.includes(version) ? own(version) : older.protocol({ version }),
  };

  function own(version: number) {
    return (body: never) => ({
      request: {
        ...{ apiKey, apiVersion: version, apiName },
        encode: () => Promise.resolve(new lib.Encoder().writeBuffer(encode(body, version))),
      },
      response: { decode: (data: Buffer) => Promise.resolve(decode(data, version)) },
      requestTimeout,
    });
  }
}

/** Fetch, as the library asks it, and decoded by us. */
function fetchRecords({ requests }: Library) {
  const version = String(FETCH_VERSION);
  return {
    versions: [version],
    protocol: () => (body: unknown) => ({
      ...requests.Fetch.protocol({ version })(body),
      response: { decode: (data: Buffer) => Promise.resolve(decodeFetchAnswer(data)) },
    }),
  };
}

/** Metadata of a version that the library lacks: it is asked for as the one before. */
function leaderEpochs({ requests }: Library) {
  return {
    versions: [String(LEADERS_VERSION)],
    protocol: () => (body: unknown) => ({
      request: {
        ...requests.Metadata.protocol({ version: String(LEADERS_VERSION - 1) })(body).request,
        apiVersion: LEADERS_VERSION,
      },
      response: { decode: (data: Buffer) => Promise.resolve(decodeLeadersAnswer(data)) },
    }),
  };
}

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
