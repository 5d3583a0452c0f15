import { assertEquals } from "@std/assert";
import { classPathProblem, directoryProblem } from "../../../infra/spec/mod.ts";

Deno.test("directoryProblem() takes whatever nothing splits or replaces", () => {
  for (
    const name of [
      ...["my stack", " a ", "dä şİ 日本", "O'Neil", '"q"', "`b`", "$HOME", "a#b;c", "50%", "~"],
      ...["!a", "a&b", "a|b", "(a)", "a]", "{", "<a>", "@x", "a+b^c", "..."],
    ]
  ) assertEquals(directoryProblem(`/x/${name}/s`), undefined, name);
});

Deno.test("directoryProblem() names what is split or replaced, and by whom", () => {
  const problems = ["a,b", "a:b", "a=b", "a*", "[a]", "a\\b", "${HOME}", "a}", "%(x)s", "a\nb"]
    .map((name) => directoryProblem(`/x/${name}/s`));
  assertEquals(problems, [
    `"," in its name: Kafka's log.dirs takes a comma for the border between two directories`,
    `":" in its name: PATH and Docker's mounts take a colon for the border between two directories`,
    `"=" in its name: a JVM takes it for the end of its agent's path`,
    `"*" in its name: Prometheus takes it for a pattern of names`,
    `"[" in its name: Prometheus takes it for a pattern of names`,
    `"\\\\" in its name: Prometheus takes it for a pattern of names`,
    `"\${" in its name: log4j and Grafana would put a variable's value there`,
    `"}" in its name: Grafana takes it for the end of a variable's name`,
    `"%(x)s" in its name: Grafana would put a variable's value there`,
    `"\\n" in its name: files of settings end a line there`,
  ]);
});

Deno.test("classPathProblem() refuses only what splits a class path", () => {
  assertEquals(classPathProblem("/x/a:b"), `":" in its name: a class path is split there`);
  assertEquals(classPathProblem("/x/a,b=c*"), undefined);
});
