/** The address of a page restores what was chosen on it. */
import assert from "node:assert/strict";
import { fromFragment, START, type State, toFragment } from "../../src/explore/state.ts";

const CHOSEN: State = {
  epoch: 120,
  zoom: [100, 200],
  x: "log",
  y: "linear",
  hidden: ["train", "classifier"],
  off: ["lr=0.1&seed=2", `"><script>`],
  apart: true,
  large: "Figure2_Equinormality",
  pair: ["within_class_variation", "test_accuracy"],
};

Deno.test("what was chosen is restored from the fragment, names with any characters, too", () => {
  assert.deepEqual(fromFragment(`#${toFragment(CHOSEN)}`), CHOSEN);
  assert.deepEqual(fromFragment(""), START);
  assert.equal(toFragment(START), "");
});

Deno.test("unknown words and values without sense are passed over", () => {
  for (
    const fragment of [
      "#curves",
      "#epoch=now&zoom=9-1&x=cube&y=&hide=all&pair=a,b,c",
      "#zoom=1-2-3",
      "#%E0%A4%A",
    ]
  ) {
    assert.deepEqual(fromFragment(fragment), START);
  }
});
