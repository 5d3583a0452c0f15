// HTTP to the services of a stack: a question and its whole answer.
import { type Address, hostPort } from "../../render/mod.ts";
import type { Host } from "./host.ts";

/** An answer. */
export interface HttpAnswer {
  /** 0: what came is not HTTP. */
  readonly status: number;
  readonly body: string;
}

/** Options of {@linkcode httpGet}. */
export interface HttpOptions {
  readonly timeoutMs: number;
  /** `name:password`. */
  readonly credentials?: string;
}

/**
 * Asks for `path`. HTTP/1.0: the other side closes when it has said all, and cuts nothing in chunks.
 * Not by `fetch`: that would ask an HTTP proxy of the environment, for 127.0.0.1 too.
 *
 * @returns `undefined`: no answer in time.
 */
export async function httpGet(
  host: Host,
  address: Address,
  path: string,
  { timeoutMs, credentials }: HttpOptions,
): Promise<HttpAnswer | undefined> {
  const text = await host.ask(
    address,
    [
      `GET ${path} HTTP/1.0`,
      `Host: ${hostPort(address)}`,
      ...(credentials === undefined ? [] : [`Authorization: Basic ${btoa(credentials)}`]),
      "",
      "",
    ].join("\r\n"),
    timeoutMs,
  );
  if (!text) return undefined;
  const [, status = 0, body = text] = /^HTTP\/1\.\d (\d{3})[^]*?\r\n\r\n([^]*)$/.exec(text) ?? [];
  return { status: Number(status), body };
}
