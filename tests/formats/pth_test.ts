import assert from "node:assert/strict";
import { PickleWriter } from "../../src/formats/pickle.ts";
import { decodeStateDict, openStateDict } from "../../src/formats/pth.ts";
import type { StateDict } from "../../src/formats/tensor.ts";
import { readZip } from "../../src/formats/zip.ts";
import { runOracle, testWithOracle } from "../oracle.ts";
import { withTemporaryFolder } from "../support.ts";
import { encodeLegacy } from "./legacy_file.ts";
import { oneOfEach, unsigned } from "./tensors.ts";
import { encodeStateDict, writeZip } from "./whole_files.ts";

const float32 = (shape: number[], values: number[]) =>
  ({ dtype: "float32", shape, data: new Float32Array(values) }) as const;

function refuses(bytes: Uint8Array, message: RegExp): void {
  assert.throws(() => decodeStateDict(bytes, { name: "net.pth" }), (error: Error) => {
    assert.equal(error.name, "FormatError");
    assert.match(error.message, message);
    assert.match(error.message, /^net\.pth: [^\n]*$/);
    return true;
  });
}

interface Described {
  readonly storage?: string;
  readonly key?: string;
  readonly count?: number;
  readonly offset?: number;
  readonly shape?: readonly number[];
  readonly strides?: readonly number[];
}

/** A checkpoint {"w": tensor} whose tensor is described as given, over records "0" of 16 bytes and "1" of none. */
function checkpoint(
  { storage = "FloatStorage", key = "0", count = 4, offset = 0, shape = [2, 2], strides = [2, 1] }: Described,
): Uint8Array {
  const pickle = new PickleWriter();
  pickle.global("collections", "OrderedDict");
  pickle.tuple(() => {});
  pickle.call();
  pickle.setItems(() => {
    pickle.text("w");
    pickle.global("torch._utils", "_rebuild_tensor_v2");
    pickle.tuple(() => {
      pickle.tuple(() => {
        pickle.text("storage");
        pickle.global("torch", storage);
        pickle.text(key);
        pickle.text("cuda:0");
        pickle.integer(count);
      });
      pickle.persistentId();
      pickle.integer(offset);
      pickle.tuple(() => shape.forEach((size) => pickle.integer(size)));
      pickle.tuple(() => strides.forEach((stride) => pickle.integer(stride)));
      pickle.false();
      pickle.false();
    });
    pickle.call();
  });
  return archive(pickle.finish());
}

function archive(pickle: Uint8Array): Uint8Array {
  const record = new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer);
  return writeZip([["net/data.pkl", pickle], ["net/data/0", record], ["net/data/1", new Uint8Array()]]);
}

Deno.test("a state dict survives a round trip through .pth, in order", () => {
  const state = oneOfEach();
  const read = decodeStateDict(encodeStateDict(state, { archive: "resnet18_005" }));
  assert.deepEqual(read, state);
  assert.deepEqual([...read.keys()], [...state.keys()]);
});

Deno.test("equal state dicts give equal files", () => {
  assert.deepEqual(encodeStateDict(oneOfEach()), encodeStateDict(oneOfEach()));
});

Deno.test("an empty state dict survives a round trip", () => {
  assert.deepEqual(decodeStateDict(encodeStateDict(new Map())), new Map());
});

Deno.test("the layout of PyTorch 1.13, which recorded no byte order, is read", () => {
  const { names, read } = readZip(encodeStateDict(oneOfEach()));
  const old = names.filter((name) => /\/(data\.pkl|data\/\d+|version)$/.test(name));
  assert.equal(old.length, names.length - 3);
  assert.deepEqual(decodeStateDict(writeZip(old.map((name) => [name, read(name)!]))), oneOfEach());
});

Deno.test("strides and storage offsets are respected", () => {
  const read = (described: Described) => decodeStateDict(checkpoint(described)).get("w");
  assert.deepEqual(read({}), float32([2, 2], [1, 2, 3, 4]));
  assert.deepEqual(read({ strides: [1, 2] }), float32([2, 2], [1, 3, 2, 4]));
  assert.deepEqual(read({ offset: 1, shape: [2], strides: [2] }), float32([2], [2, 4]));
  assert.deepEqual(read({ offset: 3, shape: [], strides: [] }), float32([], [4]));
  assert.deepEqual(read({ shape: [3, 2], strides: [0, 1] }), float32([3, 2], [1, 2, 1, 2, 1, 2]));
  assert.deepEqual(read({ key: "1", count: 0, shape: [0, 5], strides: [5, 1] }), float32([0, 5], []));
});

Deno.test("tensors that do not fit their storage are refused", () => {
  refuses(checkpoint({ offset: 1 }), /tensor "w": shape \(2, 2\) .* leaves its 4 stored elements/);
  refuses(checkpoint({ strides: [9007199254740991, 1] }), /leaves its 4 stored/);
  refuses(checkpoint({ shape: [2, 2 ** 40], strides: [0, 0] }), /more than 4 times the bytes of the file/);
  refuses(checkpoint({ shape: [2 ** 40, 2 ** 40], strides: [0, 0] }), /more elements than can be counted/);
  refuses(checkpoint({ shape: [2], strides: [1, 1] }), /expected a stride for each of 1 dimensions, found 2/);
  refuses(checkpoint({ count: 5 }), /storage "0" of 5 float32 needs 20 bytes, found 16/);
  refuses(checkpoint({ storage: "DoubleStorage" }), /needs 32 bytes, found 16/);
  refuses(checkpoint({ key: "2" }), /record of storage "2" is missing/);
  refuses(
    checkpoint({ storage: "ComplexFloatStorage" }),
    /found an object of "torch\.ComplexFloatStorage", which is never loaded under the key "w"/,
  );
});

Deno.test("files that are not checkpoints are refused with what they are", () => {
  refuses(new Uint8Array(), /not a PyTorch checkpoint/);
  refuses(Uint8Array.from([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9]), /pickle ends at byte 9/);
  refuses(writeZip([["a.txt", new Uint8Array(3)]]), /expected one data\.pkl in the zip, found 0/);
  refuses(encodeStateDict(oneOfEach()).subarray(0, -1), /truncated/);
  const { names, read } = readZip(encodeStateDict(oneOfEach()));
  const big = names.map((name) =>
    [name, name.endsWith("byteorder") ? new TextEncoder().encode("big") : read(name)!] as const
  );
  refuses(writeZip(big), /expected byteorder "little", found "big"/);
});

Deno.test("pickles that hold something else are refused with what they hold", () => {
  const pickled = (code: string) => archive(Uint8Array.from(`\x80\x02${code}.`, (c) => c.charCodeAt(0)));
  refuses(pickled("K\x01"), /expected a state dict, found a number/);
  refuses(pickled("N"), /found None/);
  refuses(pickled("]"), /found a list/);
  refuses(pickled("}(X\x05\x00\x00\x00epochK\x03u"), /found a number under the key "epoch"/);
  refuses(
    pickled("ctorch.nn.modules.linear\nLinear\n)\x81"),
    /an object of "torch\.nn\.modules\.linear\.Linear", which is never loaded; in Python, save model\.state_dict\(\)/,
  );
  refuses(pickled("cos\nsystem\nX\x02\x00\x00\x00ls\x85R"), /"os\.system", which is never loaded/);
  const text = (value: string) => `X${String.fromCharCode(value.length)}\x00\x00\x00${value}`;
  refuses(
    pickled(`}(${text("model")}cos\nsystem\n${text("ls")}\x85R${text("x")}Nu`),
    /found an object of "os\.system", which is never loaded under the key "model"/,
  );
  refuses(pickled("X\x01\x00\x00\x000Q"), /storage in an unknown way/);
  refuses(pickled("ctorch._utils\n_rebuild_tensor_v2\n)R"), /tensor in an unknown way/);
  refuses(pickled("ccollections\nOrderedDict\n]\x85R"), /filled after it is made/);
});

Deno.test("tensors that PyTorch has no storage for, or that are malformed, are not written", () => {
  for (const [name, tensor] of unsigned()) {
    assert.throws(
      () => encodeStateDict(new Map([[name, tensor]])),
      /has no storage in PyTorch's files; expected one of/,
    );
  }
  const short: StateDict = new Map([["w", float32([3], [1])]]);
  assert.throws(() => encodeStateDict(short), /tensor "w": .* needs 3 elements, found 1/);
});

testWithOracle("torch.load(weights_only=True) reads what is written here", async () => {
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/state.pth`;
    await Deno.writeFile(path, encodeStateDict(oneOfEach()));
    const script = `
import collections, math, sys, torch
for mmap in (False, True):
    state = torch.load(sys.argv[1], weights_only=True, mmap=mmap)
    assert type(state) is collections.OrderedDict
    assert list(state) == ["fc.weight", "fc.bias", "bn.num_batches_tracked", "labels", "short", "char", "pixels", "mask",
                           "empty", "Gewichtsma\\u00df"], list(state)
    expected = [
        torch.tensor([[1.5, -2, 0], [3e-39, math.inf, math.nan]]),
        torch.tensor([math.pi, -1e300], dtype=torch.float64),
        torch.tensor(-2**60),
        torch.tensor([1, -2, 2**31 - 1], dtype=torch.int32),
        torch.tensor([[-32768]], dtype=torch.int16),
        torch.tensor([-128, 127], dtype=torch.int8),
        torch.tensor([[[0, 1], [254, 255]]], dtype=torch.uint8),
        torch.tensor([False, True]),
        torch.zeros(0, 4),
        torch.tensor([7.0]),
    ]
    for (name, tensor), other in zip(state.items(), expected):
        assert tensor.dtype == other.dtype and tensor.is_contiguous() and not tensor.requires_grad, name
        torch.testing.assert_close(tensor, other, rtol=0, atol=0, equal_nan=True)
`;
    await runOracle(script, [path]);
  });
});

const MODEL = "nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.Linear(3, 2).double())";

/** What Python saves, and the state dict in it, as expressions over x = arange(24.).reshape(4, 6). */
const SAVED_BY_PYTHON: { readonly [what: string]: string } = {
  "a model's state dict": `(lambda s: (s, s))(${MODEL}.state_dict())`,
  "a state dict among plain values":
    `(lambda s: ({"epoch": 3, "lr": 0.1, "args": ["a", None, True, (1, 2**70)],
    "size": x.shape, "device": torch.device("cpu"), "model_state_dict": s}, s))(${MODEL}.state_dict())`,
  "a state dict beside an optimizer's": `(lambda m: ({"state_dict": m.state_dict(),
    "optimizer": torch.optim.SGD(m.parameters(), lr=0.1).state_dict()}, m.state_dict()))(${MODEL})`,
  "a DataParallel model's state dict": `(lambda s: (s, s))(nn.DataParallel(${MODEL}).state_dict())`,
  "parameters": `(lambda p: (collections.OrderedDict(p), {k: v.detach() for k, v in p}))(
    list(${MODEL}.named_parameters()))`,
  "tensors that are transposed, sliced, expanded or share a storage":
    `(lambda s: (s, s))({"t": x.t(), "row": x[2],
    "column": x[:, 1], "steps": x[1::2, ::3], "expanded": x[0, 0].expand(2, 2), "whole": x, "last": x[3, 5]})`,
  "half-precision tensors":
    `(lambda s: (s, s))({"half": (x / 7).half(), "bfloat16": (x / 7).bfloat16().t()})`,
  "an archive of Lightning": `(lambda m: ({"epoch": 3, "global_step": 7, "pytorch-lightning_version": "2.2.0",
    "state_dict": m.state_dict(), "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 1}}}},
    "callbacks": {"ModelCheckpoint{'mode': 'min'}": {"best_model_score": torch.tensor(0.5), "dirpath": pathlib.Path("/a")}},
    "optimizer_states": [torch.optim.SGD(m.parameters(), lr=0.1, momentum=0.9).state_dict()], "lr_schedulers": [],
    "hparams_name": "kwargs", "hyper_parameters": argparse.Namespace(lr=0.1, sizes={(1, 2): {3}},
    when=datetime.datetime(2020, 1, 1), dtype=torch.float32, cut=slice(0, 3), layer=nn.Linear)},
    m.state_dict()))(${MODEL})`,
  "weights beside their averages": `(lambda m: ({"ema": {k: v + 1 for k, v in m.state_dict().items()},
    "model": m.state_dict(), "rng_state": torch.get_rng_state()}, m.state_dict()))(${MODEL})`,
  "parts of PyTorch that are no tensors":
    `(lambda s: ({"model": s, "sparse": x.to_sparse(), "complex": x + 1j,
    "loss": nn.CrossEntropyLoss(), "scheduler": collections.defaultdict(list, {"a": [1]})}, s))(${MODEL}.state_dict())`,
  "integers and bools": `(lambda s: (s, s))({"long": x.long() - 7, "int": x.int(), "short": x.short(),
    "char": x.char(), "byte": x.byte(), "bool": x > 5})`,
};

testWithOracle("what torch.save wrote is read as the numbers that Python sees", async (t) => {
  const script = `
import argparse, collections, datetime, io, json, pathlib, sys, torch
from torch import nn
torch.manual_seed(0)
x = torch.arange(24.).reshape(4, 6)
def put(data):
    sys.stdout.buffer.write(len(data).to_bytes(4, "little") + data)
for expression in sys.argv[1:]:
    saved, state = eval(expression)
    for options in ({}, {"pickle_protocol": 4}, {"_use_new_zipfile_serialization": False}):
        file = io.BytesIO()
        torch.save(saved, file, **options)
        put(file.getvalue())
    put(json.dumps({name: [list(t.shape), t.double().flatten().tolist()] for name, t in state.items()}).encode())
`;
  const parts = split(await runOracle(script, Object.values(SAVED_BY_PYTHON)));
  for (const what of Object.keys(SAVED_BY_PYTHON)) {
    await t.step(what, () => {
      const files = parts.splice(0, 3);
      const expected = JSON.parse(new TextDecoder().decode(parts.shift()));
      for (const file of files) {
        const lists = [...decodeStateDict(file)].map((
          [name, { shape, data }],
        ) => [name, [shape, Array.from<number | bigint, number>(data, Number)]]);
        assert.deepEqual(Object.fromEntries(lists), expected);
      }
    });
  }
});

/** Parts that each follow their length in 4 bytes. */
function split(bytes: Uint8Array): Uint8Array[] {
  const parts = [];
  for (let offset = 0; offset < bytes.length;) {
    const start = offset + 4;
    offset = start + new DataView(bytes.buffer, bytes.byteOffset + offset).getUint32(0, true);
    parts.push(bytes.subarray(start, offset));
  }
  return parts;
}

testWithOracle(
  "of several state dicts, the key chooses, and without one the refusal names them",
  async () => {
    const script = `
import sys, torch
w = lambda value: {"conv.weight": torch.full((1, 1), float(value)), "conv.bias": torch.zeros(1)}
torch.save({"netG": w(1), "netD": w(2), "extra": {"teacher": {"student." + k: v for k, v in w(3).items()}}},
           sys.stdout.buffer)
`;
    const bytes = await runOracle(script);
    refuses(bytes, /expected one state dict, found several: "netG", "netD"; choose one with --key/);
    const weight = (key: string) => openStateDict(bytes, { key }).state.get("conv.weight")!.data[0];
    assert.equal(weight("netG"), 1);
    assert.equal(weight("netD"), 2);
    assert.equal(weight("extra.teacher.student"), 3);
    assert.throws(
      () => openStateDict(bytes, { key: "netE" }),
      /expected a state dict under --key "netE", found "netG", "netD", "extra\.teacher"/,
    );
  },
);

Deno.test("files from before PyTorch 1.6 are read", () => {
  const state = new Map([...oneOfEach()].slice(0, 3));
  assert.deepEqual(decodeStateDict(encodeLegacy(state)), state);
});

testWithOracle("the files from before PyTorch 1.6 that the tests write are such", async () => {
  const script = `
import sys, io, torch
file = io.BytesIO(sys.stdin.buffer.read())
print({name: t.tolist() for name, t in torch.load(file, weights_only=True).items()})
`;
  const file = encodeLegacy(new Map([["w", float32([2, 2], [1, 2, 3, 4])], ["b", float32([], [5])]]));
  const answer = new TextDecoder().decode(await runOracle(script, [], file));
  assert.equal(answer, "{'w': [[1.0, 2.0], [3.0, 4.0]], 'b': 5.0}\n");
});

testWithOracle("a damaged file from before PyTorch 1.6 is refused, whatever is cut off", async () => {
  const script = "import sys, torch\n" +
    "torch.save({'w': torch.ones(2, 2), 'v': torch.ones(3)}, sys.stdout.buffer, _use_new_zipfile_serialization=False)";
  const bytes = await runOracle(script);
  assert.equal(decodeStateDict(bytes).size, 2);
  for (let end = 0; end < bytes.length; end++) {
    refuses(bytes.subarray(0, end), /damaged|truncated|not a PyTorch/);
  }
});
