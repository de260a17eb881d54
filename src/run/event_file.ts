/** TensorBoard's event files, written while something is trained or measured. */
import { makeFolder, openToWrite } from "../files.ts";
import { firstRecord, scalarsRecord } from "../formats/tfevents_encode.ts";

/** Numbers by name; those that are null, of what is not defined, are left out. */
export type Scalars = { readonly [name: string]: number | null };

/** A file that readers may follow: what is whole in it stays as it is. */
export interface EventFile extends Disposable {
  /** Adds what was found after an epoch, under tags "<group>/<name>". Throws, naming the file, where the disk is full. */
  add(epoch: number, group: string, scalars: Scalars): void;
}

/**
 * Begins a file of its own in `folder`, which is made where it is missing: TensorBoard reads all files of a folder as one.
 * A file to which nothing was added is removed.
 */
export async function openEvents(folder: string): Promise<EventFile> {
  await makeFolder(folder);
  const [seconds, part] = [Math.floor(Date.now() / 1000), crypto.randomUUID().slice(0, 8)];
  const path = `${folder}/events.out.tfevents.${seconds}.${part}`;
  const file = await openToWrite(path, { truncate: true });
  const write = (bytes: Uint8Array) => {
    try {
      for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`cannot write ${path} (${reason}): expected free space`);
    }
  };
  write(firstRecord(Date.now() / 1000));
  let added = false;
  return {
    add(epoch, group, scalars) {
      const defined = Object.entries(scalars).flatMap(([name, value]) =>
        value === null ? [] : [[`${group}/${name}`, value] as const]
      );
      if (defined.length === 0) return;
      write(scalarsRecord(epoch, defined, Date.now() / 1000));
      added = true;
    },
    [Symbol.dispose]() {
      file.close();
      if (!added) Deno.removeSync(path);
    },
  };
}
