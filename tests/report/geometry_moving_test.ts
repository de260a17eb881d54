/** The picture that moves by itself: every shape passes through all checkpoints, and stands where motion is not wanted. */
import assert from "node:assert/strict";
import { DOMParser } from "linkedom";
import { geometryMoving } from "../../src/report/geometry_moving.ts";
import { FRONT, pictureOf, STAGE } from "../../src/report/geometry_picture.ts";
import { framesAt } from "./synthetic_frames.ts";

const EPOCHS = [1, 5, 10, 15];

function drawn(names: readonly string[] | null = null) {
  const svg = geometryMoving(framesAt(EPOCHS, names), 10)!;
  return { svg, document: new DOMParser().parseFromString(svg, "image/svg+xml") };
}

Deno.test("each path passes through as many pictures as there are checkpoints, all with the same commands", () => {
  const { document } = drawn();
  const animations = [...document.querySelectorAll(".moving path animate")];
  assert.ok(animations.length >= 5);
  for (const animation of animations) {
    const values = String(animation.getAttribute("values")).split(";");
    assert.equal(values.length, EPOCHS.length + 1);
    assert.equal(values.at(-1), values.at(-2));
    // Paths of other commands would jump in place of moving.
    const commands = values.map((path) => path.replaceAll(/[-\d. ]+/g, ""));
    assert.equal(new Set(commands).size, 1);
    const times = String(animation.getAttribute("keyTimes")).split(";").map(Number);
    assert.equal(times.length, values.length);
    assert.equal(times[0], 0);
    assert.equal(times.at(-1), 1);
    assert.ok(times.every((time, i) => i === 0 || time > times[i - 1]!));
  }
});

Deno.test("each epoch is written while its picture is there, and the last one stands without motion", () => {
  const { document } = drawn();
  const epochs = [...document.querySelectorAll(".moving text")].filter((text) =>
    text.querySelector("animate")
  );
  assert.deepEqual(epochs.map((text) => text.textContent.trim()), EPOCHS.map((epoch) => `epoch ${epoch}`));
  assert.equal(document.querySelectorAll(".still animate").length, 0);
  assert.match(document.querySelector(".still")!.textContent, /epoch 15/);
});

Deno.test("what lies further out than the picture stands at its edge, and the simplex where it was", () => {
  const [frame] = framesAt([1], null);
  const far = (vectors: readonly (readonly number[])[]) => vectors.map((v) => v.map((value) => 50 * value));
  const wide = {
    ...frame!,
    samples: frame!.samples.map(far),
    means: far(frame!.means),
    rows: far(frame!.rows),
  };
  const [outline, ...shapes] = pictureOf(wide, FRONT, null, 10).filter(({ tag }) => tag === "path");
  assert.deepEqual(outline, pictureOf(frame!, FRONT, null, 10)[0]);
  for (const { attributes } of shapes) {
    const starts = [...String(attributes.d).matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)];
    assert.ok(starts.length > 0);
    for (const [, x, y] of starts) {
      assert.ok(Number(x) >= -4 && Number(x) <= STAGE.width && Number(y) >= -4 && Number(y) <= STAGE.height);
    }
  }
});

Deno.test("names with markup in them are text", () => {
  const { svg } = drawn(Array.from({ length: 10 }, () => "<script>alert(1)</script>"));
  assert.ok(svg.includes("&lt;script&gt;"));
  assert.ok(!svg.includes("<script"));
});

Deno.test("two classes have no triangle to move on", () => {
  const [frame] = framesAt([1], null);
  assert.equal(geometryMoving([{ ...frame!, means: frame!.means.slice(0, 2) }], 2), null);
});
