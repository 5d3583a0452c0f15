import { assertEquals } from "@std/assert";
import { httpGet } from "../../../../infra/engine/host/http.ts";
import { fakeHost } from "../_fake_host.ts";

const ADDRESS = { host: "::1", port: 3000 };

Deno.test("httpGet() tells an answer, one that is not HTTP, and none", async () => {
  const host = fakeHost();
  const answer = async (text: string | undefined) => {
    host.answer = () => text;
    return await httpGet(host, ADDRESS, "/x", { timeoutMs: 1 });
  };
  assertEquals(await answer("HTTP/1.1 503 No\r\nA: b\r\n\r\nwhy\r\n\r\nnot"), {
    status: 503,
    body: "why\r\n\r\nnot",
  });
  assertEquals(await answer("SSH-2.0"), { status: 0, body: "SSH-2.0" });
  assertEquals([await answer(""), await answer(undefined)], [undefined, undefined]);
});

Deno.test("httpGet() asks with the host and, where there are, the credentials", async () => {
  const host = fakeHost();
  const asked: (string | undefined)[] = [];
  host.answer = (_, question) => void asked.push(question);
  await httpGet(host, ADDRESS, "/x", { timeoutMs: 1, credentials: "a:b" });
  await httpGet(host, ADDRESS, "/y", { timeoutMs: 1 });
  assertEquals(asked, [
    "GET /x HTTP/1.0\r\nHost: [::1]:3000\r\nAuthorization: Basic YTpi\r\n\r\n",
    "GET /y HTTP/1.0\r\nHost: [::1]:3000\r\n\r\n",
  ]);
});
