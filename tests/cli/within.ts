/**
 * The command line in this process: the same program, and what it would have said. It saves the start of a process and
 * of libtorch, which is most of what a small command takes; but it may all that the tests may. command.ts runs what is
 * about permissions, signals, limits or the process itself.
 */
import process from "node:process";
import { main } from "../../src/cli/main.ts";
import { DATASETS } from "../../src/data/registry.ts";
import type { Source, Splits } from "../../src/data/source.ts";
import type { Finished } from "./command.ts";

// Sets that code draws are drawn once; each command gets its own copy, whose pixels it gives back to the system.
for (const source of Object.values(DATASETS).filter(({ files }) => files === undefined)) {
  const drawn = new Map<number | undefined, Promise<Splits>>();
  const { read } = source;
  const readOnce: Source["read"] = async (paths, perClass) => {
    const splits = drawn.get(perClass) ?? read(paths, perClass);
    drawn.set(perClass, splits);
    return structuredClone(await splits);
  };
  Object.assign(source, { read: readOnce });
}

/** Runs a command in `folder`. No other may run meanwhile: the working folder and the streams are the process's. */
export async function runWithin(folder: string, args: readonly string[]): Promise<Finished> {
  const said = { stdout: "", stderr: "" };
  const line = (name: keyof typeof said) => (...parts: unknown[]) =>
    void (said[name] += `${parts.join(" ")}\n`);
  const stream = (name: keyof typeof said) => (text: string | Uint8Array) => {
    said[name] += typeof text === "string" ? text : new TextDecoder().decode(text);
    return true;
  };
  const home = Deno.cwd();
  using replaced = new DisposableStack();
  replace(replaced, console, { log: line("stdout"), error: line("stderr") });
  replace(replaced, process.stdout, { write: stream("stdout") });
  replace(replaced, process.stderr, { write: stream("stderr") });
  replace(replaced, Deno.stderr, { isTerminal: () => false });
  replace(replaced, Deno, { args: [...args] });
  replaced.defer(() => {
    Deno.exitCode = 0;
    Deno.chdir(home);
  });
  Deno.chdir(folder);
  await main(args);
  return { code: Deno.exitCode, ...said };
}

/** Sets properties of `object` until `stack` is disposed. */
function replace<T extends object>(stack: DisposableStack, object: T, values: Partial<T>): void {
  for (const name of Object.keys(values) as (keyof T)[]) {
    const before = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, { configurable: true, writable: true, value: values[name] });
    stack.defer(() => before ? Object.defineProperty(object, name, before) : void delete object[name]);
  }
}
