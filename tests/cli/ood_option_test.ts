/** What the words of --ood name: data sets, copies of them, a person's own images. */
import assert from "node:assert/strict";
import { choicesOf, oodText, oodWords } from "../../src/cli/ood_option.ts";

const choices = (text: string) => choicesOf(oodWords(text));

Deno.test("a name is a data set, a path is images of one's own, and both are typed as they were", () => {
  const text = "SVHN,CIFAR100=copy,./odd,new=far/x.npy,../a.parquet";
  const found = choices(text);
  assert.deepEqual(found, [
    { set: "SVHN" },
    { set: "CIFAR100", data: "copy" },
    { set: "odd", path: "./odd" },
    { set: "new", path: "far/x.npy" },
    { set: "a", path: "../a.parquet" },
  ]);
  assert.deepEqual(choices(oodText(found)), found);
  assert.deepEqual(choices("svhn,stl-10=./copy"), [{ set: "SVHN" }, { set: "STL10", data: "./copy" }]);
});

Deno.test("what names nothing, or two alike, is refused in the words of the option", () => {
  assert.throws(() => choices("CIFRA10=./copy"), /unknown data set "CIFRA10": .*; did you mean CIFAR10\?$/);
  assert.throws(() => choices("strange"), /unknown data set "strange": expected one of .*, or the path of/);
  assert.throws(
    () => choices("./a/x,./b/x.npy"),
    /^Error: --ood: expected each set once, found x twice; name/,
  );
  assert.throws(
    () => choices("./a b"),
    /^Error: --ood \.\/a b: expected letters, .*, found "a b"; write NAME=/,
  );
});
