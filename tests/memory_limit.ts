/** Limits of memory for programs, by a control group of Linux: as root only, where the system lets groups be made. */

/** Where groups are made, and the file that takes a group's bytes: of version 2, and of version 1. */
const PLACES = [
  { folder: "/sys/fs/cgroup", limit: "memory.max" },
  { folder: "/sys/fs/cgroup/memory", limit: "memory.limit_in_bytes" },
];

export interface MemoryLimit extends Disposable {
  /** Shell code by which a program joins the group. */
  readonly join: string;
}

/** Why no memory can be limited here, or null where it can. */
export function whyNoLimit(): string | null {
  try {
    using _limit = limitMemory(2 ** 30);
    return null;
  } catch {
    return "no right to limit memory by a control group";
  }
}

/** A group whose programs have so many bytes together, files that they have looked at included. */
export function limitMemory(bytes: number): MemoryLimit {
  for (const { folder, limit } of PLACES) {
    const group = `${folder}/test-${crypto.randomUUID().slice(0, 8)}`;
    const join = `echo $$ > ${group}/cgroup.procs`;
    // A group without such a file is none of memory, and some cannot be joined.
    const tried =
      `mkdir ${group} && test -f ${group}/${limit} && echo ${bytes} > ${group}/${limit} && ${join}`;
    if (shell(`(${tried})`)) return { join, [Symbol.dispose]: () => void shell(`rmdir ${group}`) };
    shell(`rmdir ${group}`);
  }
  throw new Error("expected leave to make a control group, found none");
}

/** By the shell: Deno writes in /sys only where all is permitted. Whether it went well. */
function shell(code: string): boolean {
  return new Deno.Command("sh", { args: ["-c", code], stderr: "null" }).outputSync().success;
}
