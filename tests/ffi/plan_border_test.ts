/** Native refuses, with the line, every plan that its kernels were not made for. */
import { ok, throws } from "node:assert/strict";
import type { Library } from "../../src/ffi/library.ts";
import { Network } from "../../src/ffi/network.ts";
import { NetworkBuilder } from "../../src/models/network.ts";
import { encodePlan } from "../../src/models/encode.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import { nativeTest } from "./native.ts";
import { spreadPlan } from "./repeats.ts";

/** A plan with every op, every form but one, and a shortcut. */
function samplePlan(): string {
  const net = new NetworkBuilder();
  const conv = (input: string, name: string, kernel: number, padding = 0) =>
    net.batchNorm2d(net.conv2d(input, name, { channels: 32, kernel, padding }), `${name}.norm`);
  const relu = (input: string) => net.plain("relu", `${input}.relu`, input);
  const stem = relu(conv("input", "stem", 3, 1));
  const second = conv(relu(conv(stem, "first", 3, 1)), "second", 1);
  const joined = relu(net.plain("add", "sum", second, stem));
  const pooled = net.maxPool2d(joined, "max", { kernel: 2, stride: 2, padding: 0 });
  const both = net.plain("concat", "both", pooled, relu(conv(pooled, "third", 3, 1)));
  const means = net.avgPool2d(both, "means", { kernel: 2, stride: 2, padding: 1 });
  const apart = relu(
    net.batchNorm2d(net.maxPool2d(means, "max2", { kernel: 2, stride: 1, padding: 0 }), "apart"),
  );
  const last = relu(conv(apart, "fourth", 3, 1));
  const biased = net.conv2d(last, "plain", { channels: 32, kernel: 1, bias: true });
  net.linear(net.plain("flatten", "flat", net.adaptiveAvgPool2d(biased, "mean", 2)), "fc", 5);
  return encodePlan(rewritePlan(makePlan(net.build("sample", 5), [3, 8, 8])));
}

/** A plan whose hidden layer reads each channel nine times. */
function repeatedPlan(): string {
  return encodePlan(rewritePlan(spreadPlan()));
}

/** The line that holds `part` becomes another, or several, or none. */
type Change = [part: string, from: string | RegExp, to: string, message: RegExp];

const CHANGES: Change[] = [
  ["input", /$/, "\ninput shape=3,8,8", /expected one input, found another: 'input shape=3,8,8'/],
  ["input", /.*/s, "", /expected the input first, found 'parameter name=stem.weight/],
  [
    "input",
    "3,8,8",
    "3,8,8,",
    /integers from 1 to 2147483647 for 'shape', found '3,8,8,' in 'input shape=3,8,8,'/,
  ],
  ["input", "3,8,8", "3,8,-8", /found '3,8,-8'/],
  ["input", "3,8,8", "3,8,8 shape=3,8,8", /expected 'shape=' once, found it again/],
  ["input", "3,8,8", "3,2147483647,2147483647", /maps of at most 268435456 values an image/],
  ["input", "3,8,8", "4,8,8", /expected stem.weight of 32×4×3×3, found 32×3×3×3 for 'conv2d to=1 /],
  [
    "parameter name=fc.bias",
    /$/,
    "\nparameter name=extra shape=2 init=constant value=0",
    /no op reads parameter 'extra'/,
  ],
  ["parameter name=fc.bias", /.*/s, "", /no line declares parameter 'fc.bias', which is read in 'linear/],
  ["parameter name=fc.bias", "fc.bias", "fc.weight", /two parameters are named fc.weight/],
  [
    "parameter name=fc.bias",
    "shape=5",
    "shape=4",
    /expected fc.bias of 5, found 4 for 'linear/,
  ],
  [
    "parameter name=fc.bias",
    /value=\S+/,
    "value=nan",
    /a number that float32 holds for 'value', found 'nan'/,
  ],
  [
    "parameter name=fc.bias",
    /value=\S+/,
    "value=1e308",
    /a number that float32 holds for 'value', found '1e308'/,
  ],
  [
    "parameter name=stem.weight",
    /$/,
    " frozen=1",
    /a matrix or a vector to be frozen, found 'parameter name=/,
  ],
  ["weight=fc.weight", /$/, " nearest=fc", /frozen weight and bias, and no op behind .* in 'linear/],
  ["parameter name=fc.weight", /$/, " frozen=2", /integers from 0 to 1 for 'frozen', found '2'/],
  [
    "parameter name=fc.bias",
    /uniform/,
    "etf",
    /at least 2 rows for a simplex ETF, .* in 'parameter name=fc.bias/,
  ],
  ["parameter name=fc.weight", /uniform/, "zeros", /init constant, normal, uniform or etf, found 'zeros'/],
  ["weight=fc.weight", /$/, " temperature=0", /a temperature above 0 in 'linear .*, found 0/],
  ["weight=fc.weight", "linear", "normalise", /unknown field 'bias'/],
  ["weight=second.weight", "eps=0.00001", "eps=1e300", /a number that float32 holds for 'eps'/],
  ["parameter name=fc.bias", /value=\S+/, "value=-1", /expected a spread of at least 0/],
  [
    "parameter name=first.weight",
    "32,32,3,3",
    "32,32,2147483647,2147483647",
    /2147483648 values in all, found first.weight of/,
  ],
  [
    "parameter name=first.weight",
    "32,32,3,3",
    "32,32,5,5",
    /takes a kernel of 3×3|expected a map|equal shapes/,
  ],
  ["parameter name=first.weight", /$/, " taps=0,1,0,4", /taps do not fit the shape/],
  [
    "parameter name=stem.norm.weight",
    "shape=32",
    "shape=31",
    /stem.norm.weight of 32, found 31 for 'conv2d to=1/,
  ],
  ["parameter name=stem.norm.weight", "shape=32", "shape=32,1", /stem.norm.weight of 32, found 32×1/],
  [
    "buffer name=stem.norm.running_mean",
    "shape=32",
    "shape=4",
    /running_mean of 32, found 4 for 'conv2d to=1/,
  ],
  ["buffer name=stem.norm.running_var", "shape=32", "shape=64", /running_var of 32, found 64/],
  [
    "buffer name=stem.norm.running_var",
    / shape.*/,
    "",
    /no line declares buffer 'stem.norm.running_var' with a shape/,
  ],
  ["buffer name=stem.norm.running_var", "running_var", "running_mean", /two parameters or buffers are named/],
  [
    "buffer name=apart.running_mean",
    "shape=64",
    "shape=1",
    /apart.running_mean of 64, found 1 for 'batch_norm2d/,
  ],
  ["weight=second.weight", "stride=1", "stride=2", /a kernel of 1×1 with stride 1/],
  ["weight=second.weight", "padding=0,0,0,0", "padding=0,1,0,0", /without padding/],
  ["weight=second.weight", "stride=1", "stride=0", /integers from 1 to 2147483647 for 'stride', found '0'/],
  ["weight=second.weight", "stride=1", "stride=4294967297", /for 'stride', found '4294967297'/],
  ["weight=second.weight", "form=matmul", "form=karatsuba", /this form takes a kernel of 3×3/],
  [
    "weight=second.weight",
    "form=matmul",
    "form=fast",
    /one form of direct, karatsuba, matmul, positions, winograd/,
  ],
  ["weight=second.weight", "relu=1", "relu=2", /integers from 0 to 1 for 'relu'/],
  ["weight=second.weight", "eps=0.00001", "eps=0", /an eps above 0/],
  ["weight=second.weight", "momentum=0.1", "momentum=1.5", /a momentum from 0 to 1/],
  ["weight=first.weight", "form=winograd", "form=matmul", /a matrix product takes a kernel of 1×1/],
  ["weight=first.weight", "form=winograd", "form=karatsuba", /takes a map of 2×2, found a map of 32×8×8/],
  ["weight=first.weight", "padding=1,1,1,1", "padding=1,1,2,1", /stride 1 and padding 1/],
  ["weight=first.weight", "from=1", "from=0", /expected first.weight of 32×3×3×3, found 32×32×3×3/],
  ["weight=stem.weight", "padding=1,1,1,1", "padding=9000,9000,9000,9000", /maps of at most/],
  ["weight=stem.weight", "form=direct", "form=positions", /channels in multiples of 32, found 3 and 32/],
  ["weight=stem.weight", "to=1 ", "to=2 ", /integers from 1 to 1 for 'to', found '2'/],
  ["weight=stem.weight", "to=1 ", "to=4294967297 ", /for 'to', found '4294967297'/],
  ["max_pool2d to=4", "kernel=2", "kernel=9", /a kernel of 9 does not fit 8 positions/],
  ["max_pool2d to=4", "kernel=2", "kernel=0", /for 'kernel', found '0'/],
  ["max_pool2d to=4", "padding=0", "padding=2", /padding of at most half the window of 2, found 2/],
  ["max_pool2d to=4", "stride=2", "stride=0", /for 'stride', found '0'/],
  ["max_pool2d to=4", "from=3", "from=3,3", /max_pool2d cannot read 2 value\(s\)/],
  ["max_pool2d to=4", "from=3", "from=4", /integers from 0 to 3 for 'from', found '4'/],
  ["max_pool2d to=4", /$/, " dilation=2", /unknown field 'dilation'/],
  [
    "weight=plain.weight",
    "bias=plain.bias",
    "bias=first.norm.weight,",
    /no line declares parameter 'first.norm.weight,'/,
  ],
  ["weight=plain.weight", "bias=plain.bias", "bias=fc.bias", /expected fc.bias of 32, found 5 for 'conv2d/],
  ["weight=plain.weight", " bias=plain.bias", "", /no op reads parameter 'plain.bias'/],
  ["avg_pool2d to=", "kernel=2", "kernel=99", /a kernel of 99 does not fit/],
  ["avg_pool2d to=", "padding=1", "padding=2", /padding of at most half the window of 2, found 2/],
  ["adaptive_avg_pool2d", "size=2", "size=0", /integers from 1 to 2147483647 for 'size', found '0'/],
  ["adaptive_avg_pool2d", "size=2", "size=99999", /maps of at most 268435456 values an image/],
  ["batch_norm2d", "relu=1", "relu=2", /integers from 0 to 1 for 'relu', found '2'/],
  ["parameter name=fc.weight", "shape=5,128", "shape=5,128,1", /no line declares a matrix 'fc.weight'/],
  ["concat", "from=4,5", "from=3,5", /equal heights and widths to join/],
  ["flatten", "flatten", "relu", /expected a vector to read, found a map/],
  [
    "output",
    "width=128",
    "width=129",
    /the output expects a vector of 129 as value .*, the features; found a vector of 128/,
  ],
  [
    "output",
    "classes=5",
    "classes=6",
    /the output expects a vector of 6 .*, the logits; found a vector of 5/,
  ],
  ["output", /logits=\d+/, "logits=99", /for 'logits', found '99'/],
  ["output", /.*/s, "", /expected an output line at the end/],
];

const REPEATED = "parameter name=hidden.weight";
const REPEATED_CHANGES: Change[] = [
  [REPEATED, "repeat=9", "repeat=1", /integers from 2 to 2147483647 for 'repeat', found '1'/],
  [REPEATED, "repeat=9", "repeat=0", /integers from 2 to 2147483647 for 'repeat', found '0'/],
  [REPEATED, "repeat=9", "repeat=-9", /for 'repeat', found '-9'/],
  [REPEATED, "repeat=9", "repeat=9,9", /expected one|for 'repeat'/],
  [REPEATED, "repeat=9", "repeat=7", /columns in a multiple of the 7 that read one input, found 'parameter/],
  [REPEATED, "repeat=9", "repeat=2147483647", /a multiple of the 2147483647 that read one input/],
  [REPEATED, "repeat=9", "repeat=6", /expected hidden.weight of 6×24, found 6×36 for 'linear/],
  [REPEATED, " repeat=9", "", /expected hidden.weight of 6×4, found 6×36 for 'linear/],
  [REPEATED, "repeat=9", "repeat=9 frozen=1", /a matrix that is trained, with columns/],
  [REPEATED, "repeat=9", "repeat=9 repeat=9", /expected 'repeat=' once/],
  ["parameter name=hidden.bias", /$/, " repeat=2", /expected a matrix that is trained, .*hidden.bias/],
  ["parameter name=second.weight", /$/, " repeat=2", /expected a matrix that is trained, .*second.weight/],
  [
    "weight=hidden.weight",
    /$/,
    " temperature=2",
    /expected no temperature, .* beside repeat=9 of hidden.weight/,
  ],
];

nativeTest("a plan in which one thing does not fit is refused, with the line", (library) => {
  for (const form of ["direct", "winograd", "matmul", "karatsuba"]) {
    ok(samplePlan().includes(`form=${form}`), form);
  }
  refuseChanges(library, samplePlan(), CHANGES);
  refuseChanges(library, repeatedPlan(), REPEATED_CHANGES);
});

function refuseChanges(library: Library, plan: string, changes: readonly Change[]): void {
  Network.create(library, plan).free();
  for (const [part, from, to, message] of changes) {
    const lines = plan.trimEnd().split("\n");
    const at = lines.findIndex((line) => line.includes(part));
    ok(at >= 0, part);
    const changed = lines[at].replace(from, to);
    ok(changed !== lines[at], `${part}: ${from}`);
    lines[at] = changed;
    const text = lines.join("\n");
    throws(() => Network.create(library, text), { name: "NativeError", code: 1, message }, changed);
  }
}

nativeTest(
  "an output without ops, ops that lead nowhere and a plan without parameters are refused",
  (library) => {
    const refused = (text: string, message: RegExp) =>
      throws(() => Network.create(library, text), { name: "NativeError", code: 1, message });
    refused("", /expected an output line/);
    refused(
      "input shape=3,1,1\noutput feature=0 logits=0 width=3 classes=3\n",
      /expected ops before 'output/,
    );
    refused(
      "input shape=3,1,1\nflatten to=1 from=0\noutput feature=1 logits=1 width=3 classes=3\n",
      /found none/,
    );
    const plan = samplePlan().trimEnd().split("\n");
    const last = plan.length - 1;
    const value = Number(/to=(\d+)/.exec(plan[last - 1])![1]);
    const loose = [...plan.slice(0, last), `relu to=${value + 1} from=1`, plan[last]].join("\n");
    refused(loose, /nothing that leads to the logits reads value \d+: 'relu to=\d+ from=1'/);
  },
);
