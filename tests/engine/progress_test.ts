/** A damaged resume state and lost rows of the log are made good from what is kept beside them. */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Library } from "../../src/ffi/library.ts";
import { readLog, writeLog } from "../../src/run/log.ts";
import { restoreLog } from "../../src/engine/progress.ts";
import { START } from "../../src/engine/resume.ts";
import { checkpointPath, runPaths } from "../../src/run/paths.ts";
import { openSession } from "../../src/engine/session.ts";
import { train } from "../../src/train/train.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { tinyDataset, tinyProtocol } from "./tiny.ts";

/** Trains the tiny run in `folder`, or goes on with it, and returns what was noted. */
async function notesOf(folder: string): Promise<string[]> {
  const notes: string[] = [];
  using library = Library.open();
  using session = openSession(library, tinyProtocol(), tinyDataset(), { device: "cpu" });
  const onNote = (sentence: string) => void notes.push(sentence);
  equal(await train(session, { protocol: tinyProtocol(), paths: runPaths(folder), onNote }), "done");
  return notes;
}

test("a damaged or missing file of a run is made good, with a word", ["read", "write", "ffi"], async (t) => {
  await withTemporaryFolder(async (folder) => {
    const paths = runPaths(folder);
    const last = checkpointPath(paths, tinyProtocol(), 3);
    deepEqual(await notesOf(folder), []);
    const whole = await Deno.readFile(last);
    const text = await Deno.readTextFile(paths.log);

    for (
      const [what, damage, word] of [
        ["damaged", () => Deno.truncate(paths.resume, 1000), /state\.pth.*; going on from the state/],
        ["missing", () => Deno.remove(paths.resume), /found no such file; going on from the state/],
      ] as const
    ) {
      await t.step(`a ${what} resume state is replaced by the one before it`, async () => {
        await damage();
        await Deno.remove(last);
        const [note, ...others] = await notesOf(folder);
        deepEqual(others, []);
        ok(word.test(note!) && /saved before it, in epoch 3$/.test(note!), note);
        ok(Buffer.compare(await Deno.readFile(last), whole) === 0, "the last checkpoint differs");
        deepEqual(await notesOf(folder), []);
      });
    }

    await t.step("where no state is sound, the newest one's damage is told", async () => {
      const kept = await Deno.readFile(paths.resume);
      await Deno.truncate(paths.resume, 1000);
      await Deno.truncate(paths.previous, 1000);
      await rejects(notesOf(folder), /resume\/state\.pth/);
      await Deno.writeFile(paths.resume, kept);
    });

    await t.step("rows that a finished run's log has lost are put back", async () => {
      await writeLog(paths.log, (await readLog(paths.log)).slice(0, 1));
      const [note] = await notesOf(folder);
      ok(/log\.csv: expected a row for each of 3 epochs, found 1; .*restored from/.test(note!), note);
      deepEqual((await Deno.readTextFile(paths.log)).split("\n").length, text.split("\n").length);
      deepEqual((await readLog(paths.log)).map(({ epoch }) => epoch), [1, 2, 3]);
    });

    await t.step("a run without any resume state says that it starts over", async () => {
      await Deno.remove(paths.resume);
      await Deno.remove(paths.previous);
      deepEqual(await notesOf(folder), [
        `expected a resume state in ${paths.resume}, found none; all 3 epochs of ${paths.log} are trained again`,
      ]);
    });

    await t.step("rows that are nowhere are missed aloud, and go on missing only at the end", async () => {
      const rows = (await readLog(paths.log)).slice(0, 1);
      await writeLog(paths.log, rows);
      await Deno.remove(paths.savedLog);
      const [note] = await notesOf(folder);
      ok(/expected a row for each of 3 epochs, found 1, and no copy in/.test(note!), note);
      await rejects(
        restoreLog(paths, tinyProtocol({ epochs: "5" }), { ...START, epoch: 4 }, undefined),
        /log\.csv: expected a row for each of 3 epochs, found 1, and no copy in .*; put the rows back/,
      );
    });
  });
});
