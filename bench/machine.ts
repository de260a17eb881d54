/** What a result was measured on. */
import { cpus } from "node:os";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** GiB. */
  readonly memory: number;
  /** Name of the GPU in use, or null. */
  readonly gpu: string | null;
  readonly system: string;
  /** Processes that wanted a processor in the minute before, on average: 0 on a machine that is left alone. */
  readonly load: number;
}

export async function describeMachine(device: string): Promise<Machine> {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memory: Math.round(Deno.systemMemoryInfo().total / 2 ** 30),
    gpu: device === "cpu" ? null : await gpuName(device),
    system: `${Deno.build.os} ${Deno.osRelease()}`,
    load: Deno.loadavg()[0]!,
  };
}

/** The commit that is checked out, marked where files differ from it; null without git. */
export async function describeCommit(): Promise<string | null> {
  return await output("git", ["describe", "--always", "--dirty"]);
}

async function gpuName(device: string): Promise<string | null> {
  const [, index = "0"] = device.split(":");
  return await output("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader", "-i", index]);
}

async function output(command: string, args: string[]): Promise<string | null> {
  try {
    const options = { args, cwd: import.meta.dirname!, stderr: "null" } as const;
    const { success, stdout } = await new Deno.Command(command, options).output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
