/** How much memory a process took. */

/**
 * Linux's VmHWM: the most memory of a process that was resident at any time, in bytes; null on other systems. Read
 * through another process, because Deno keeps /proc from programs that do not have all permissions.
 */
export async function peakBytesOf(pid: number): Promise<number | null> {
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/status`], stderr: "null" })
    .output();
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(new TextDecoder().decode(stdout)) ?? [];
  return kibibytes === undefined ? null : 1024 * Number(kibibytes);
}
