import { assertEquals } from "@std/assert";
import { Output, type Sink } from "../../../clients/cli/stdio.ts";

/** A pipe that takes `room` bytes, all of a small write or none, then fails. */
function pipe(room: number, failure: Error): Sink & { text(): string } {
  const taken: number[] = [];
  return {
    text: () => String.fromCharCode(...taken),
    write(bytes) {
      if (taken.length + bytes.length > room) return Promise.reject(failure);
      taken.push(...bytes);
      return Promise.resolve(bytes.length);
    },
  };
}

const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}\n`);
const brokenPipe = () => new Deno.errors.BrokenPipe("Broken pipe (os error 32)");

Deno.test("Output counts the pieces that a reader has been given before it went away", async () => {
  const all = lines(2000);
  const sink = pipe(10_000, brokenPipe());
  const output = new Output(sink);
  const taken = await output.write(all);
  assertEquals(sink.text(), all.slice(0, taken).join(""));
  assertEquals(taken > 500 && taken < 2000, true, String(taken));
  assertEquals([output.closed, output.error, output.open], [true, undefined, false]);
  assertEquals(await output.write(["more\n"]), 0);
});

Deno.test("Output tells a full disk from a reader that went away", async () => {
  const full = Object.assign(new Error("No space left on device (os error 28)"), {
    code: "ENOSPC",
  });
  const output = new Output(pipe(0, full));
  assertEquals(await output.write(lines(3)), 0);
  assertEquals([output.closed, output.error?.message, output.error?.exitCode], [
    false,
    "Cannot write to stdout: no space left on device",
    1,
  ]);
});

Deno.test("Output writes a piece whole that the sink takes in parts, byte for byte", async () => {
  const bytes: number[] = [];
  const output = new Output({
    write: (part) => {
      bytes.push(...part.subarray(0, 3));
      return Promise.resolve(Math.min(3, part.length));
    },
  });
  assertEquals(await output.write(["\xff\x00abcdefgh\n", "x\n"]), 2);
  assertEquals(bytes, [0xff, 0, ...new TextEncoder().encode("abcdefgh\nx\n")]);
});

Deno.test("Output ends between two pieces when it is stopped", async () => {
  const stop = new AbortController();
  const written: number[] = [];
  const output = new Output({
    write(bytes) {
      written.push(bytes.length);
      stop.abort();
      return Promise.resolve(bytes.length);
    },
  });
  const taken = await output.write(lines(2000), stop.signal);
  assertEquals(written, [lines(taken).join("").length]);
  // As many as a pipe takes at once or not at all.
  assertEquals(written[0]! <= 4096 && lines(taken + 1).join("").length > 4096, true);
});
