import { assertEquals } from "@std/assert";
import {
  defineStack,
  InvalidSpec,
  isHostName,
  isIpv4,
  isIpv6,
  isWildcard,
  type StackSpec,
} from "../../../infra/spec/mod.ts";

const problemsOf = (spec: StackSpec) => {
  try {
    defineStack(spec);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidSpec)) throw error;
    return error.problems.map(({ path, reason }) => `${path}: ${reason}`);
  }
};

Deno.test("isIpv6() takes RFC 4291's forms and nothing else", () => {
  for (
    const text of [
      ...["::", "::1", "1::", "fe80::1", "2001:DB8::8:800:200C:417A", "1:2:3:4:5:6:7:8"],
      ...["::ffff:10.1.2.3", "1:2:3:4:5:6:10.1.2.3", "1:2:3:4:5:6:7::"],
    ]
  ) assertEquals(isIpv6(text), true, text);
  for (
    const text of [
      ...[
        "",
        ":",
        ":::",
        "1:",
        ":1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "g::",
        "[::1]",
      ],
      ...["fe80::1%eth0", "12345::", "::10.1.2", "10.1.2.3", "1:2:3:4:5:6:7:10.1.2.3", "abc"],
      "1:2:3:4:5:6:7:8::",
    ]
  ) assertEquals(isIpv6(text), false, text);
});

Deno.test("isIpv4(), isHostName() and isWildcard() tell names, addresses and all of them apart", () => {
  assertEquals(["10.0.0.1", "256.1.1.1", "010.0.0.1", "1.2.3"].map(isIpv4), [
    ...[true, false, false, false],
  ]);
  assertEquals(
    ["kafka.example.org", "my_host", "a-b", "-a", "a..b", "a:b", "1.2.3", "", "a."].map(isHostName),
    [true, true, true, false, false, false, false, false, false],
  );
  assertEquals(["0.0.0.0", "::", "0::0", "0:0:0:0:0:0:0:0", "::1", "a"].map(isWildcard), [
    ...[true, true, true, true, false, false],
  ]);
});

Deno.test("defineStack() takes IPv6 addresses whole, and names what is none", () => {
  assertEquals(problemsOf({ bindAddress: "::1" }), []);
  assertEquals(problemsOf({ bindAddress: "::", advertisedHost: "2001:db8::1" }), []);
  assertEquals(problemsOf({ bindAddress: ":" }), ['bindAddress: ":" is not an IP address']);
  assertEquals(problemsOf({ bindAddress: "0::0" }), [
    "advertisedHost: is needed with bindAddress 0::0: which name do clients use?",
  ]);
  assertEquals(problemsOf({ advertisedHost: "::" }), [
    "advertisedHost: :: is no address that a client can connect to",
  ]);
  assertEquals(problemsOf({ advertisedHost: "a:b" }), [
    'advertisedHost: "a:b" is not a host name or address',
  ]);
});
