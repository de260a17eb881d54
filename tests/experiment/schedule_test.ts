import assert from "node:assert/strict";
import { protocolFrom } from "../../src/experiment/options.ts";
import { resolveProtocol } from "../../src/experiment/protocol.ts";
import { runOracle, testWithOracle } from "../oracle.ts";
import { epochImages, epochOrder, imagesOfEpoch } from "../../src/train/order.ts";
import { learningRate } from "../../src/experiment/schedule.ts";

Deno.test("the learning rate falls after the epochs of decayAfter, not before", () => {
  const protocol = resolveProtocol("CIFAR10");
  const full = protocol.optimizer.learningRate;
  assert.equal(learningRate(1, protocol), full);
  assert.equal(learningRate(116, protocol), full);
  assert.equal(learningRate(117, protocol), full * 0.1);
  assert.equal(learningRate(233, protocol), full * 0.1);
  assert.equal(learningRate(234, protocol), full * 0.1 * 0.1);
  assert.equal(learningRate(350, protocol), full * 0.1 * 0.1);
});

Deno.test("an epoch takes every image once", () => {
  const order = Array.from(epochOrder(7, 3, 1000), Number);
  assert.deepEqual(order.toSorted((a, b) => a - b), Array.from({ length: 1000 }, (_, i) => i));
});

Deno.test("the order depends on seed and epoch and on nothing else", () => {
  assert.deepEqual(epochOrder(7, 3, 100), epochOrder(7, 3, 100));
  assert.notDeepEqual(epochOrder(7, 3, 100), epochOrder(7, 4, 100));
  assert.notDeepEqual(epochOrder(7, 3, 100), epochOrder(8, 3, 100));
});

Deno.test("the order is the same on every machine and in every version", () => {
  assert.deepEqual(Array.from(epochOrder(0, 1, 10), Number), [9, 4, 7, 5, 3, 6, 0, 1, 8, 2]);
});

Deno.test("each image is as likely in each place", () => {
  const epochs = 1000;
  const places = new Array<number>(5).fill(0);
  for (let epoch = 1; epoch <= epochs; epoch++) places[epochOrder(1, epoch, 5).indexOf(0n)]! += 1;
  // Five standard deviations of a binomial count.
  for (const count of places) {
    assert.ok(Math.abs(count - 200) < 5 * Math.sqrt(1000 * 0.2 * 0.8), String(places));
  }
});

Deno.test("what becomes of an image is drawn by seed, epoch and image, each way alike, and leaves the order as it is", () => {
  const ways = 50;
  const ofImages = (seed: number, epoch: number) => {
    const { order, changes } = epochImages({ seed, epoch, count: 5000, ways });
    assert.deepEqual(order, epochOrder(seed, epoch, 5000));
    return Array.from(changes!, (way, i) => [Number(order[i]), Number(way)] as const)
      .toSorted(([a], [b]) => a - b).map(([, way]) => way);
  };
  const drawn = ofImages(7, 3);
  assert.deepEqual(ofImages(7, 3), drawn);
  for (const others of [ofImages(7, 4), ofImages(8, 3)]) {
    const alike = others.filter((way, image) => way === drawn[image]).length;
    assert.ok(Math.abs(alike - 100) < 5 * Math.sqrt(100), `${alike} of 5000 images changed alike`);
  }
  const counts = Array.from({ length: ways }, (_, way) => drawn.filter((drawn) => drawn === way).length);
  assert.ok(counts.every((count) => Math.abs(count - 100) < 5 * Math.sqrt(100)), String(counts));
  // The same on every machine and in every version.
  const { changes } = epochImages({ seed: 0, epoch: 1, count: 10, ways: 162 });
  assert.deepEqual(Array.from(changes!, Number), [22, 34, 146, 6, 76, 46, 21, 148, 67, 65]);
  assert.equal(epochImages({ seed: 0, epoch: 1, count: 10, ways: 1 }).changes, null);
});

Deno.test("blocks of neighbours are shuffled, and eight after eight their images, each taken once", () => {
  const [count, block] = [1003, 10];
  const ofEpoch = (seed: number, epoch: number, size: number | null = block) =>
    Array.from(epochImages({ seed, epoch, count, ways: 1, block: size }).order, Number);
  const order = ofEpoch(7, 3);
  assert.deepEqual(order.toSorted((a, b) => a - b), Array.from({ length: count }, (_, i) => i));
  // The last block has three images, which comes somewhere, so that windows have 73 or 80.
  const windows: number[][] = [];
  for (let start = 0; start < count;) {
    const blocks = new Set<number>();
    let end = start;
    while (end < count && (blocks.size < 8 || blocks.has(Math.floor(order[end]! / block)))) {
      blocks.add(Math.floor(order[end]! / block));
      end += 1;
    }
    windows.push(order.slice(start, end));
    start = end;
  }
  assert.equal(windows.length, 13);
  const places = windows.slice(0, 12).map((window) =>
    new Set(window.map((image) => Math.floor(image / block)))
  );
  assert.ok(places.every(({ size }) => size === 8), "expected the images of eight blocks together");
  const first = [...places[0]!].sort((a, b) => a - b);
  assert.notDeepEqual(first, first.map((_, i) => first[0]! + i), "expected blocks from all over the file");
  assert.ok(windows[0]!.some((image, i) => i > 0 && Math.abs(image - windows[0]![i - 1]!) > block));
  assert.deepEqual(ofEpoch(7, 3), order);
  assert.notDeepEqual(ofEpoch(7, 4), order);
  assert.notDeepEqual(ofEpoch(8, 3), order);
  // One block is all images mixed, as without blocks.
  assert.deepEqual(ofEpoch(7, 3, count), ofEpoch(7, 3, null));
  assert.deepEqual(ofEpoch(7, 3, null), Array.from(epochOrder(7, 3, count), Number));
});

Deno.test("images of one's own come in the order that --shuffle-blocks asks for", () => {
  const orderOf = (options: Record<string, string>) =>
    imagesOfEpoch(protocolFrom("Images", { images: "./pets", ...options }), 2, 100).order;
  const blocks = (block: number | null) =>
    epochImages({ seed: 0, epoch: 2, count: 100, ways: 1, block }).order;
  assert.deepEqual(orderOf({ "shuffle-blocks": "5" }), blocks(5));
  assert.deepEqual(orderOf({}), blocks(null));
  assert.notDeepEqual(blocks(5), blocks(null));
});

Deno.test("the order by blocks, and what becomes of each image, is the same on every machine", () => {
  const { order, changes } = epochImages({ seed: 0, epoch: 1, count: 20, ways: 5, block: 2 });
  assert.deepEqual(Array.from(order, Number), [
    10,
    7,
    6,
    2,
    9,
    18,
    3,
    15,
    8,
    13,
    12,
    0,
    14,
    11,
    1,
    19,
    16,
    5,
    4,
    17,
  ]);
  assert.deepEqual(Array.from(changes!, Number), [
    3,
    0,
    3,
    3,
    0,
    3,
    1,
    3,
    0,
    1,
    0,
    2,
    3,
    3,
    2,
    0,
    4,
    3,
    4,
    2,
  ]);
});

const PYTORCH = `
import json, sys, torch
from torch.optim.lr_scheduler import ConstantLR, CosineAnnealingLR, LinearLR, MultiStepLR, SequentialLR

def rates(kind, warmup, epochs, lr, after, factor):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    schedule = {
        "step": lambda: MultiStepLR(optimizer, [epoch - warmup for epoch in after], factor),
        "cosine": lambda: CosineAnnealingLR(optimizer, epochs - warmup),
        "constant": lambda: ConstantLR(optimizer, 1.0),
    }[kind]()
    if warmup > 0:
        rising = LinearLR(optimizer, 1 / (warmup + 1), total_iters=warmup)
        schedule = SequentialLR(optimizer, [rising, schedule], [warmup])
    found = []
    for _ in range(epochs):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return found

print(json.dumps([rates(**asked) for asked in json.load(sys.stdin)]))
`;

testWithOracle("every schedule gives the rates of PyTorch's, with and without a warm-up", async () => {
  const asked = ["step", "cosine", "constant"].flatMap((kind) =>
    [0, 1, 5].map((warmup) => ({ kind, warmup, epochs: 20, lr: 0.1, after: [8, 13], factor: 0.3 }))
  );
  const answer = await runOracle(PYTORCH, [], new TextEncoder().encode(JSON.stringify(asked)));
  const expected: number[][] = JSON.parse(new TextDecoder().decode(answer));
  for (const [k, { kind, warmup }] of asked.entries()) {
    const own = kind === "step" ? { "decay-after": "8,13", "decay-factor": "0.3" } : {};
    const texts = { schedule: kind, warmup: String(warmup), epochs: "20", lr: "0.1", ...own };
    const protocol = protocolFrom("CIFAR10", texts);
    for (const [i, rate] of expected[k]!.entries()) {
      const found = learningRate(i + 1, protocol);
      const where = `${kind}, warm-up ${warmup}, epoch ${i + 1}: ${found}, ${rate}`;
      assert.ok(Math.abs(found - rate) <= 1e-12 * rate, where);
    }
  }
});

Deno.test("an option of another schedule, and a warm-up as long as the run, are refused", () => {
  const refused: [Record<string, string>, RegExp][] = [
    [
      { schedule: "cosine", "decay-factor": "0.3" },
      /^Error: --decay-factor is of --schedule step, found cosine; /,
    ],
    [{ epochs: "5", warmup: "5" }, /^Error: --warmup: expected fewer epochs than the 5 of the run, found 5$/],
    [{ schedule: "linear" }, /^Error: --schedule: expected one of step, cosine, constant, found "linear"$/],
  ];
  for (const [texts, message] of refused) assert.throws(() => protocolFrom("CIFAR10", texts), message);
});
