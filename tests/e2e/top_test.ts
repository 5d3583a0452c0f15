import { assert, assertEquals } from "@std/assert";
import { startLoad } from "./_load.ts";
import { e2eTest, engineTest, type TestStack, until, withStack } from "./_stack.ts";
import { type Terminal, withTmux } from "./_tmux.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/**
 * Starts `top` in the terminal. After it the shell says `ended` and the exit code.
 *
 * @returns Its pid.
 */
async function startTop({ dir }: TestStack, terminal: Terminal): Promise<number> {
  const script = `${dir}/top.sh`;
  const pidFile = `${dir}/top.pid`;
  await Deno.writeTextFile(
    script,
    `echo $$ > '${pidFile}'\ncd '${ROOT}'\n` +
      `exec '${Deno.execPath()}' run -A -q tasks/top.ts --dir '${dir}' --interval 1s\n`,
  );
  await terminal.type(`clear; sh '${script}'; echo ended $?`, "Enter");
  await terminal.shows(/q quits/);
  return Number(await Deno.readTextFile(pidFile));
}

/** Waits until `top` has ended so, and checks that the terminal is as it was. */
async function endsCleanly(terminal: Terminal, code: number) {
  await terminal.shows(new RegExp(`ended ${code}\\nready>$`));
  assertEquals(await terminal.modes(), "011");
  await terminal.type("clear; stty -a", "Enter");
  const modes = (await terminal.shows(/echoctl/)).join(" ");
  assert(/ icanon /.test(modes) && / isig /.test(modes) && / echo /.test(modes), modes);
}

await e2eTest(
  "top draws the stack in a terminal, follows its size and its brokers, and leaves it clean",
  async (engine) => {
    await withStack({ engine, monitoring: true }, async (stack) => {
      const load = await startLoad(stack);
      await withTmux(80, 24, async (terminal) => {
        await startTop(stack, terminal);
        await terminal.shows(/brokers 3\/3 .*controller kafka\d .*URP 0/);
        await terminal.shows(/kafka1 +(controller|running) +\d+ +0 +[1-9]\S* +\d+\S* \S*B/);
        await terminal.shows(/kafka3.*[▁-█]/);
        await terminal.shows(/\n load +[1-9].*\n[^]*zookeeper1 +(leader|follower)/);
        assertEquals(await terminal.modes(), "100");

        await terminal.resize(140, 40);
        const wide = await terminal.shows(/PRODUCE\/S[^]*\n q quits$/);
        assertEquals(wide.length, 40);
        await terminal.resize(60, 15);
        const narrow = await terminal.shows(
          /^(?![^]*LEADERS)[^]*ZOOKEEPER \(\d of 3\)[^]* q quits$/,
        );
        assertEquals(narrow.length, 15);
        assert(narrow.every((line) => line.length <= 60));

        await terminal.resize(100, 30);
        await stack.ok("stop", "kafka2");
        await terminal.shows(/brokers 2\/3 .*URP [1-9][^]*kafka2 +down +- +-/);
        await stack.ok("start", "kafka2");
        await terminal.shows(/brokers 3\/3 .*URP 0[^]*kafka2 +(controller|running)/);

        await terminal.type("q");
        await endsCleanly(terminal, 0);
      });
      await load.endAndCount();
    });
  },
  { programs: ["tmux"] },
);

await engineTest(
  "native",
  "top gives the terminal back when it is interrupted, ended or hung up",
  async (engine) => {
    await withStack({ engine, monitoring: true }, async (stack) => {
      await withTmux(80, 24, async (terminal) => {
        await startTop(stack, terminal);
        await terminal.type("C-c");
        await endsCleanly(terminal, 0);
        for (
          const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130], ["SIGHUP", 129]] as const
        ) {
          const pid = await startTop(stack, terminal);
          Deno.kill(pid, signal);
          await endsCleanly(terminal, code);
        }
      });
      // A terminal that goes away takes its program with it.
      let pid = 0;
      await withTmux(80, 24, async (terminal) => {
        pid = await startTop(stack, terminal);
      });
      await until("top has ended with its terminal", () => Promise.resolve(!isAlive(pid)));
    });
  },
  { programs: ["tmux"] },
);

function isAlive(pid: number): boolean {
  try {
    // The state follows the name in parentheses; Z: it has ended, and nobody has asked.
    return !/\) Z /.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}
