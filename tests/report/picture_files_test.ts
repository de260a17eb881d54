/** Pictures on disk: which are drawn anew, and which stay. */
import assert from "node:assert/strict";
import { writePicture } from "../../src/report/picture_files.ts";
import { renderPng } from "../../src/report/render.ts";
import { test, withTemporaryFolder } from "../support.ts";

const picture = (colour: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6"><rect width="8" height="6" fill="${colour}"/></svg>`;

test(
  "a picture is drawn where it changed, and where its PNG is missing or not newer",
  ["read", "write"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const [path, svg, png] = [`${folder}/a`, `${folder}/a.svg`, `${folder}/a.png`];
      // Each file that is written is another one.
      const which = async () =>
        await Promise.all([svg, png].map(async (file) => (await Deno.stat(file)).ino));
      const hold = async (colour: string) => {
        assert.equal(await Deno.readTextFile(svg), picture(colour));
        assert.deepEqual(await Deno.readFile(png), new Uint8Array(await renderPng(picture(colour))));
      };
      await writePicture(path, picture("red"));
      await hold("red");
      await waitForClock(png);
      const first = await which();
      await writePicture(path, picture("red"));
      assert.deepEqual(await which(), first);

      await writePicture(path, picture("blue"));
      await hold("blue");

      await Deno.remove(png);
      await writePicture(path, picture("blue"));
      await hold("blue");

      // Killed after the SVG was written: the PNG is that of the picture before.
      await waitForClock(png);
      await Deno.writeTextFile(svg, picture("green"));
      await writePicture(path, picture("green"));
      await hold("green");

      // Of one time, as a copy may have them, nothing says which was first.
      for (const file of [svg, png]) await Deno.utime(file, 1, 1);
      await Deno.writeFile(png, new Uint8Array());
      await Deno.utime(png, 1, 1);
      await writePicture(path, picture("green"));
      await hold("green");

      await Deno.writeTextFile(svg, "edited");
      await writePicture(path, picture("green"));
      await hold("green");
    });
  },
);

/** Until a file written now has a later time than `file`. */
async function waitForClock(file: string): Promise<void> {
  const { mtime } = await Deno.stat(file);
  while (Date.now() <= mtime!.getTime() + 5) await new Promise((resolve) => setTimeout(resolve, 5));
}
