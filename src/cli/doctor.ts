/** `deno task doctor`: what a report of a fault needs to say of this machine, and what would go wrong on it. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { statfs } from "node:fs/promises";
import process from "node:process";
import configuration from "../../deno.json" with { type: "json" };
import { freeMemoryNow } from "../engine/library.ts";
import { Library, type LibraryDescription } from "../ffi/library.ts";
import { createFile, removeFile } from "../files.ts";
import { readPageScript } from "../report/page_script.ts";
import { wrap } from "../measuring/text.ts";

const GIB = 2 ** 30;
/** Bytes under which the default run on CIFAR-10 may not fit: its 71 checkpoints of 45 MB alone take 3 GiB. */
const LEAST = { memory: 2 * GIB, disk: 4 * GIB };

/** What is looked at. */
export interface Facts {
  /** Of native, or why it cannot be opened. */
  readonly native: LibraryDescription | string;
  /** Bytes free. */
  readonly memory: number;
  readonly disk: number;
  /** Why nothing can be written to the current folder; null where it can. */
  readonly unwritable: string | null;
  /** Whether set-up bundled what makes pages answer. */
  readonly pageScript: boolean;
}

export function doctorCommand(): CommandUnknownOpts {
  return new Command("doctor")
    .description("what a report of a fault needs to say of this machine, and what would go wrong")
    .action(async () => {
      const facts = await look();
      console.log(described(facts).map(([name, value]) => `${`${name}:`.padEnd(12)}${value}`).join("\n"));
      const found = troubles(facts);
      if (found.length === 0) console.log("\nnothing that would go wrong was found");
      else console.log(`\nwould go wrong:\n${found.map((one) => wrap(`- ${one}`)).join("\n")}`);
    });
}

async function look(): Promise<Facts> {
  const { bavail, bsize } = await statfs(".");
  return {
    native: describeNative(),
    memory: freeMemoryNow(),
    disk: bavail * bsize,
    unwritable: await whyUnwritable(),
    pageScript: await readPageScript() !== null,
  };
}

function describeNative(): LibraryDescription | string {
  try {
    using library = Library.open();
    return library.describe();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function whyUnwritable(): Promise<string | null> {
  const probe = `doctor.${crypto.randomUUID()}.partial`;
  try {
    await createFile(probe, "");
    await removeFile(probe);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function described({ native, memory, disk, unwritable }: Facts): [name: string, value: string][] {
  const { deno, v8 } = process.versions;
  return [
    ["this tool", configuration.version],
    ["Deno", `${deno}, V8 ${v8}`],
    ["system", `${Deno.build.target}, ${navigator.hardwareConcurrency} processors`],
    ...typeof native === "string" ? [["libtorch", "none"] as [string, string]] : ([
      ["libtorch", `${native.libtorch}, ${native.threads} threads`],
      ["CPU", `${native.cpuCapability}`],
      ["GPU", native.cuda === 0 ? "none" : `${native.cuda} with CUDA; CUDA graphs: ${native.cudaGraphs}`],
      ["ranks", native.gloo === "yes" ? "meet over Gloo" : `none: ${native.gloo}`],
    ] as [string, string][]),
    ["memory", `${gibibytes(memory)} free`],
    ["disk", `${gibibytes(disk)} free here`],
    ["writing", unwritable === null ? "allowed here" : "refused here"],
  ];
}

/** A sentence for each thing that would fail, with what helps. */
export function troubles({ native, memory, disk, unwritable, pageScript }: Facts): string[] {
  return [
    ...typeof native === "string" ? [`training and measuring of networks: ${native}`] : [],
    ...memory < LEAST.memory
      ? [
        `a run on CIFAR-10 may take ${gibibytes(LEAST.memory)} of memory, and ${
          gibibytes(memory)
        } are free: choose a smaller --per-class, or close other programs`,
      ]
      : [],
    ...disk < LEAST.disk
      ? [
        `the checkpoints of a default run may take ${gibibytes(LEAST.disk)}, and ${
          gibibytes(disk)
        } are free here: choose fewer with --keep, or another disk with --runs`,
      ]
      : [],
    ...unwritable === null ? [] : [`runs and reports: ${unwritable}`],
    ...pageScript ? [] : ["reports would not answer in the browser: run `deno task setup` with a network"],
  ];
}

function gibibytes(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
