// HTTP to the services of a stack: a question and its whole answer.
import { type Address, hostPort } from "../render/mod.ts";
import type { Host } from "./host.ts";

/** An answer. */
export interface HttpAnswer {
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
  const [, status, body] = /^HTTP\/1\.\d (\d{3})[^]*?\r\n\r\n([^]*)$/.exec(text ?? "") ?? [];
  return status === undefined ? undefined : { status: Number(status), body: body! };
}
