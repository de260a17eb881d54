/** Disks in memory, of any size, and folders that cannot be written in: as root only. */
import { statfs } from "node:fs/promises";

const KIB = 1024;

/** Why no disk can be mounted here, or null where one can. */
export async function whyNoMounts(): Promise<string | null> {
  const folder = await Deno.makeTempDir();
  try {
    await using _disk = await mountDisk(folder, 64);
    return null;
  } catch {
    return "no right to mount a disk in memory";
  } finally {
    await Deno.remove(folder);
  }
}

export interface Disk extends AsyncDisposable {
  /** KiB that are taken. */
  used(): Promise<number>;
  resize(kib: number): Promise<void>;
}

/** A disk in memory, which is empty. */
export async function mountDisk(folder: string, kib: number): Promise<Disk> {
  await system("mount", "-t", "tmpfs", "-o", `size=${kib}k`, "tmpfs", folder);
  return {
    async used() {
      const { blocks, bfree, bsize } = await statfs(folder);
      return (blocks - bfree) * bsize / KIB;
    },
    resize: (kib) => system("mount", "-o", `remount,size=${kib}k`, folder),
    [Symbol.asyncDispose]: () => system("umount", folder),
  };
}

/** Makes a folder read-only for everybody, root included. */
export async function closeFolder(folder: string): Promise<AsyncDisposable> {
  await system("mount", "--bind", folder, folder);
  await system("mount", "-o", "remount,bind,ro", folder);
  return { [Symbol.asyncDispose]: () => system("umount", folder) };
}

export async function system(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, stderr: "piped" }).output();
  if (!success) throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
