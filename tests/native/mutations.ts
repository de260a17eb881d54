/**
 * Seeded mutations of plans, of how they are trained, of what is read and of the states that resuming writes, in
 * processes that must answer each with an error or with a right result: with address and undefined-behaviour sanitizers
 *
 *     deno run -A tests/native/mutations.ts --count 10000
 *
 * builds native once more with them (minutes, in native/build/sanitized), and takes an hour on two cores. Resume states as
 * files are mutated as well, and read by the library as set-up built it.
 */
import { parseArgs } from "node:util";
import { Library } from "../../src/ffi/library.ts";
import { type LastLayer, withClassifier } from "../../src/models/classifier.ts";
import { NetworkBuilder } from "../../src/models/network.ts";
import { encodePlan } from "../../src/models/encode.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import type { Shape } from "../../src/models/plan.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";
import { withTemporaryFolder } from "../support.ts";
import { mutateResumeStates } from "../engine/resume_mutations.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const DRIVER = new URL("mutations.cpp", import.meta.url).pathname;
const SANITIZED = `${ROOT}native/build/sanitized`;
const SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g1"];
/** What libtorch leaves at the end is no leak of ours, and no case needs more memory than this. */
const ASAN_OPTIONS = "detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=4096";
export const KINDS = ["plans", "recipes", "reads", "states"] as const;

export interface Answers {
  readonly kind: typeof KINDS[number];
  readonly refused: number;
  readonly right: number;
  /** A line for each case that ended otherwise. */
  readonly others: readonly string[];
}

interface Cases {
  readonly seed: number;
  readonly count: number;
  /** Processes at a time. */
  readonly jobs?: number;
}

/** Networks small enough for thousands of cases, which together have every op and every form. */
export function soundPlans(): string[] {
  const own = { bias: true, width: null, temperature: null };
  const plan = (shape: Shape, build: (net: NetworkBuilder) => string, last: LastLayer = own) => {
    const net = new NetworkBuilder();
    const map = build(net);
    net.linear(net.plain("flatten", "flat", net.adaptiveAvgPool2d(map, "mean")), "fc", 3);
    return encodePlan(rewritePlan(makePlan(withClassifier(net.build("sound", 3), last), shape)));
  };
  const conv = (
    net: NetworkBuilder,
    input: string,
    name: string,
    kernel: number,
    stride = 1,
    channels = 32,
  ) => {
    const size = { channels, kernel, stride, padding: Math.floor(kernel / 2) };
    return net.batchNorm2d(net.conv2d(input, name, size), `${name}.norm`);
  };
  const relu = (net: NetworkBuilder, input: string) => net.plain("relu", `${input}.relu`, input);
  const residual = plan([3, 8, 8], (net) => {
    const stem = relu(net, conv(net, "input", "stem", 3));
    const second = conv(net, relu(net, conv(net, stem, "first", 3)), "second", 1);
    return conv(net, relu(net, net.plain("add", "sum", second, stem)), "down", 3, 2);
  });
  const shrinking = plan([1, 8, 8], (net) => {
    const stem = net.maxPool2d(relu(net, conv(net, "input", "stem", 7, 2)), "max", {
      kernel: 3,
      stride: 2,
      padding: 1,
    });
    const third = relu(net, conv(net, relu(net, conv(net, stem, "first", 3)), "second", 3, 2));
    return conv(net, third, "third", 3);
  });
  const joined = plan([2, 4, 4], (net) => {
    const stem = conv(net, "input", "stem", 1, 1, 4);
    const plain = net.conv2d(relu(net, stem), "plain", { channels: 4, kernel: 3, padding: 1, bias: true });
    const sum = net.plain("add", "sum", stem, plain, net.batchNorm2d(plain, "apart"));
    const both = relu(net, net.batchNorm2d(net.plain("concat", "both", sum, plain), "joined"));
    const means = net.avgPool2d(both, "means", { kernel: 2, stride: 1, padding: 1 });
    return net.adaptiveAvgPool2d(means, "parts", 2);
  });
  const fixed = plan([1, 4, 4], (net) => relu(net, conv(net, "input", "stem", 3, 1, 4)), {
    bias: false,
    width: 2,
    temperature: 0.5,
    weightInit: { kind: "etf", length: 1 },
    frozen: true,
  });
  const repeated = new NetworkBuilder();
  const one = repeated.avgPool2d(relu(repeated, conv(repeated, "input", "stem", 3, 2, 4)), "one", {
    kernel: 2,
    stride: 2,
    padding: 0,
  });
  const flat = repeated.plain("flatten", "flat", repeated.adaptiveAvgPool2d(one, "spread", 2));
  repeated.linear(relu(repeated, repeated.linear(flat, "hidden", 3)), "fc", 3);
  const spread = encodePlan(rewritePlan(makePlan(repeated.build("sound", 3), [1, 4, 4])));
  const nearest = plan([1, 4, 4], (net) => relu(net, conv(net, "input", "stem", 3, 1, 4)), {
    ...own,
    width: 4,
    temperature: 0.5,
    weightInit: { kind: "etf", length: 1 },
    frozen: true,
    nearest: true,
  });
  return [residual, shrinking, joined, fixed, spread, nearest];
}

/** Compiles the driver against `library` with the given options; returns its path in `folder`. */
export async function buildDriver(
  library: string,
  folder: string,
  options: readonly string[] = [],
): Promise<string> {
  const driver = `${folder}/mutations`;
  const linking = [`-Wl,-rpath,${library.slice(0, library.lastIndexOf("/"))}`];
  // As native's CMakeLists.txt has it, for CUDA libraries that need what is not here.
  if (Deno.build.os === "linux") linking.push("-Wl,--allow-shlib-undefined");
  const compiler = Deno.env.get("CXX") ?? "c++";
  const include = `-I${ROOT}native/include`;
  await run(compiler, ["-std=c++20", "-O1", ...options, include, DRIVER, library, ...linking, "-o", driver]);
  return driver;
}

/** Runs `count` cases of one kind. */
export async function runCases(
  driver: string,
  kind: Answers["kind"],
  folder: string,
  { seed, count, jobs = 2 }: Cases,
): Promise<Answers> {
  const plans = await Promise.all(
    soundPlans().map(async (text, i) => {
      const path = `${folder}/plan${i}.txt`;
      await Deno.writeTextFile(path, text);
      return path;
    }),
  );
  const share = Math.ceil(count / jobs);
  const parts = await Promise.all(Array.from({ length: jobs }, async (_, job) => {
    const cases = [seed, job * share, Math.max(0, Math.min(share, count - job * share))].map(String);
    const command = new Deno.Command(driver, {
      args: [kind, ...cases, ...plans],
      env: { ASAN_OPTIONS, OMP_NUM_THREADS: "1" },
    });
    const { stdout, stderr } = await command.output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    const [, refused, right] = /^refused=(\d+) right=(\d+)/.exec(lines.at(-1) ?? "") ?? [];
    if (refused === undefined) {
      throw new Error(`the driver ended early:\n${new TextDecoder().decode(stderr)}`);
    }
    const others = lines.slice(0, -1);
    if (others.length > 0) others.push(new TextDecoder().decode(stderr));
    return { refused: Number(refused), right: Number(right), others };
  }));
  return {
    kind,
    refused: parts.reduce((sum, part) => sum + part.refused, 0),
    right: parts.reduce((sum, part) => sum + part.right, 0),
    others: parts.flatMap((part) => part.others),
  };
}

/** Builds native with sanitizers, against the libtorch that set-up found. */
async function buildSanitized(): Promise<string> {
  const { libtorch } = JSON.parse(await Deno.readTextFile(`${ROOT}native/build/setup.json`));
  await run("cmake", ["-S", `${ROOT}native`, "-B", SANITIZED, `-DTORCH_DIR=${libtorch}`, "-DNC_SANITIZE=ON"]);
  await run("cmake", ["--build", SANITIZED, "--parallel", String(navigator.hardwareConcurrency)]);
  return `${SANITIZED}/libnc.so`;
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  if (success) return;
  const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  throw new Error(`${command} ${args.join(" ")} failed:\n${output}`);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { count: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
  });
  const cases = {
    seed: Number(values.seed),
    count: Number(values.count),
    jobs: navigator.hardwareConcurrency,
  };
  const library = await buildSanitized();
  let failed = false;
  await withTemporaryFolder(async (folder) => {
    const driver = await buildDriver(library, folder, SANITIZERS);
    for (const kind of KINDS) {
      const { refused, right, others } = await runCases(driver, kind, folder, cases);
      const other = cases.count - refused - right;
      console.log(`${kind}: ${cases.count} cases, ${refused} refused, ${right} right, ${other} other`);
      for (const line of others) console.log(line);
      failed ||= other > 0;
    }
    using built = Library.open();
    const refused = await mutateResumeStates(built, folder, cases);
    console.log(
      `resume files: ${cases.count} cases, ${refused} refused, ${cases.count - refused} right, 0 other`,
    );
  });
  if (failed) Deno.exit(1);
}
