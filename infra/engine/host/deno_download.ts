// Downloads, on Deno: the part of the real Host that fetches files.
import { Failure } from "../../spec/mod.ts";
import { writing } from "./deno_files.ts";
import { Interrupted } from "./host.ts";

/** How long a server may send nothing, in ms. A download as a whole may take as long as it likes. */
const SILENCE_MS = 30_000;

/** What {@linkcode download} may be told. */
export interface DownloadOptions {
  /** Interrupts it. */
  readonly signal?: AbortSignal;
  /** Default {@linkcode SILENCE_MS}. */
  readonly silenceMs?: number;
}

/**
 * See `download` of Host.
 *
 * @throws {Failure} The server cannot be reached, refuses, sends nothing for too long, or ends early.
 */
export async function download(
  url: string,
  path: string,
  onProgress: (done: number, total?: number) => void,
  { signal, silenceMs = SILENCE_MS }: DownloadOptions = {},
): Promise<void> {
  const far: { done: number; total?: number | undefined } = { done: 0 };
  const amount = () => `${far.done}${far.total ? ` of ${far.total}` : ""} bytes`;
  const silence = new AbortController();
  /** What the server sends next. Time that the disk takes does not count. */
  const next = async <T>(coming: Promise<T>): Promise<T> => {
    const timer = setTimeout(() => silence.abort(), silenceMs);
    try {
      return await coming;
    } finally {
      clearTimeout(timer);
    }
  };
  /** Explains what has ended it, where that was not the server. */
  const explainCut = () => {
    if (signal?.aborted) throw new Interrupted();
    if (!silence.signal.aborted) return;
    throw new Failure(
      `${url} does not answer: nothing came for ${silenceMs / 1000} s, after ${amount()}`,
    );
  };
  const cut = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  const response = await next(fetch(url, { signal: cut })).catch((cause: Error) => {
    explainCut();
    throw new Failure(`${url} cannot be reached: ${whyUnreachable(cause)}`, { cause });
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Failure(`${url} answered ${response.status} ${response.statusText}`);
  }
  far.total = Number(response.headers.get("content-length")) || undefined;
  const parts = async function* () {
    const reader = response.body!.getReader();
    try {
      for (let part; !(part = await next(reader.read())).done;) {
        onProgress(far.done += part.value.length, far.total);
        yield part.value;
      }
    } finally {
      await reader.cancel().catch(() => {});
    }
  };
  await writing(path, Deno.writeFile(path, ReadableStream.from(parts()))).catch((cause) => {
    explainCut();
    if (cause instanceof Failure) throw cause;
    throw new Failure(`${url} ended after ${amount()}`, { cause });
  });
  if (far.total !== undefined && far.done !== far.total) {
    throw new Failure(`${url} ended after ${amount()}`);
  }
}

/** Why a server cannot be reached, in words; the system's own where there are none of ours. */
function whyUnreachable(error: Error): string {
  const reason = error.cause instanceof Error ? error.cause.message : error.message;
  const words: [RegExp, string][] = [
    [/refused/, "connection refused"],
    [/dns error|failed to lookup/, "unknown host"],
    [/certificate|InvalidCertificate/, "its certificate is not trusted"],
    [/timed out/, "no answer in time"],
    [/reset|closed/, "connection closed"],
  ];
  return words.find(([form]) => form.test(reason))?.[1] ?? reason;
}
