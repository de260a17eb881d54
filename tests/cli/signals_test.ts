/** Signals that come while native computes. */
import assert from "node:assert/strict";
import { test, withTemporaryFolder } from "../support.ts";
import { start } from "./command.ts";
import { signalRounds } from "./signal_rounds.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
/** A batch of 2,000 images keeps native in one call for seconds. */
const LARGE = ["train", "Drawn10", "--per-class", "all", "--batch-size", "2000", "--run", "large"];
/** One or two of these end with a segmentation fault where the process's exit runs under the engine's threads. */
const TRIES = 4;

test("a second signal ends the process at once and in order while native trains", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    for (let i = 0; i < TRIES; i++) {
      const running = start(folder, [...LARGE, ...i === 0 ? [] : ["--resume"]]);
      await running.saying("in runs/large");
      await new Promise((resolve) => setTimeout(resolve, 100 + 100 * i));
      running.process.kill("SIGTERM");
      await running.saying("once more ends at once");
      running.process.kill("SIGTERM");
      const { code, stderr } = await running.finished;
      assert.equal(code, 143, stderr);
    }
  });
});

test("two signals at any moment of a run end it by their exit code, and the run goes on", NEEDS, async () => {
  const codes = await signalRounds(6);
  assert.ok((codes.get(130) ?? 0) + (codes.get(143) ?? 0) >= 3, "hardly any signal came in time");
});

test(
  "a promise that nobody awaits ends the process with one line, also while native trains",
  NEEDS,
  async () => {
    await withTemporaryFolder(async (folder) => {
      // A module that is loaded before the command line is.
      const fails = `const say = console.error;
      console.error = (text) => {
        say(text);
        if (text.includes("in runs/large")) setTimeout(() => Promise.reject(new Error("nobody waits")), 500);
      };`;
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-q",
          "-A",
          "--config",
          `${PROJECT}/deno.json`,
          `--preload=data:text/javascript,${encodeURIComponent(fails)}`,
        ]
          .concat(`${PROJECT}/src/cli/main.ts`, ...LARGE),
        cwd: folder,
      }).output();
      const said = new TextDecoder().decode(stderr);
      assert.equal(code, 1, said);
      assert.match(said, /in runs\/large/);
      assert.match(said, /\nerror: nobody waits\n$/);
    });
  },
);
