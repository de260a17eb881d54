import assert from "node:assert/strict";
import { epochLine, keyNumbers } from "../../src/cli/key_numbers.ts";
import { beQuiet, openBar, say } from "../../src/cli/progress.ts";

const ROW = {
  epoch: 5,
  learning_rate: 0.1,
  running_train_loss: 0.51234,
  running_train_accuracy: 90.123,
  test_loss: 0.7,
  test_accuracy: 80,
  seconds: 12,
};

const measurement = (epoch: number, scale: number) => ({
  epoch,
  values: {
    train_accuracy: 99,
    test_accuracy: 80,
    within_class_variation: 0.5 * scale,
    equinorm_means: 0.25 * scale,
    maxangle_means: 0.125 * scale,
    self_duality: null,
    ncc_mismatch: 0.0625 * scale,
  },
});

Deno.test("an epoch's line gives the time left, and NC1 to NC4 where it was measured", () => {
  const plain = "epoch  5/30  loss 0.512  train 90.12 %  test 80.00 %  12 s, 5 min 00 s left";
  assert.equal(epochLine(ROW, { epochs: 30, left: 300 }), plain);
  assert.equal(
    epochLine(ROW, { epochs: 30, left: 300, measured: measurement(5, 1) }),
    `${plain}  NC1 0.500  NC2 0.250 0.125  NC3 –  NC4 0.0625`,
  );
  assert.match(epochLine(ROW, { epochs: 5, left: 0 }), /^epoch 5\/5 .* 12 s$/);
});

Deno.test("the key numbers are those of the first and the last measured checkpoint", () => {
  const [head, ...lines] = keyNumbers([measurement(1, 1), measurement(5, 0.5), measurement(30, 0.01)]).split(
    "\n",
  );
  assert.match(head!, /^ +epoch 1 +epoch 30$/);
  const cells = Object.fromEntries(lines.map((line) => {
    const [title, ...values] = line.split(/ {2,}/);
    return [title, values];
  }));
  assert.deepEqual(cells["test accuracy, %"], ["80.00", "80.00"]);
  assert.deepEqual(cells["within-class variation (NC1)"], ["0.500", "0.00500"]);
  assert.deepEqual(cells["equinorm of class means (NC2)"], ["0.250", "0.00250"]);
  assert.deepEqual(cells["angles off the simplex (NC2)"], ["0.125", "0.00125"]);
  assert.deepEqual(cells["distance of W from class means (NC3)"], ["–", "–"]);
  assert.deepEqual(cells["mismatch with nearest centre (NC4)"], ["0.0625", "0.000625"]);
  assert.match(keyNumbers([measurement(1, 1)]).split("\n")[0]!, /^ +epoch 1$/);
});

Deno.test("nothing on the way is printed where quiet is asked for", () => {
  const printed: string[] = [];
  const { error } = console;
  console.error = (text: string) => printed.push(text);
  try {
    for (const quiet of [true, false]) {
      beQuiet(quiet);
      using bar = openBar(10, { unit: "images" });
      if (!Deno.stderr.isTerminal() || quiet) bar.line(`line, quiet ${quiet}`);
      say(`word, quiet ${quiet}`);
    }
  } finally {
    console.error = error;
    beQuiet(false);
  }
  assert.deepEqual(printed.filter((text) => text.includes("true")), []);
  assert.ok(printed.includes("word, quiet false"));
});
