/** The files that a reader dropped or chose, those in folders, too, with their paths. */
/// <reference lib="dom" />
/// <reference lib="dom.asynciterable" />
import type { NamedFile } from "./messages.ts";

/** Where a browser has handles. Entries, which others have, cannot be read on pages that were opened from disk. */
type Item = DataTransferItem & { getAsFileSystemHandle?(): Promise<FileSystemHandle | null> };

/** Of an input of files or of a folder. */
export function chosen(files: Iterable<File>): NamedFile[] {
  return Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** Of a drop. The browser takes its list away when the event is over: call it in the event. Throws where one cannot be read. */
export async function dropped({ items, files }: DataTransfer): Promise<NamedFile[]> {
  const held = Array.from(items).filter(({ kind }) => kind === "file") as Item[];
  const plain = chosen(files);
  const handles = held.map((item) => item.getAsFileSystemHandle?.());
  const entries = held.map((item) => item.webkitGetAsEntry());
  const found = await Promise.all(held.map(async (_, i) => {
    const handle = await handles[i]?.catch(() => null);
    if (handle) return await withinHandle(handle, handle.name);
    return entries[i] ? await withinEntry(entries[i]) : null;
  }));
  return found.length === 0 || found.includes(null) ? plain : found.flatMap((some) => some!);
}

async function withinHandle(handle: FileSystemHandle, path: string): Promise<NamedFile[]> {
  if (handle.kind === "file") return [{ path, file: await (handle as FileSystemFileHandle).getFile() }];
  const found: NamedFile[] = [];
  for await (const [name, inner] of (handle as FileSystemDirectoryHandle).entries()) {
    found.push(...await withinHandle(inner, `${path}/${name}`));
  }
  return found;
}

async function withinEntry(entry: FileSystemEntry): Promise<NamedFile[]> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const { promise, resolve, reject } = Promise.withResolvers<File>();
    (entry as FileSystemFileEntry).file(resolve, reject);
    return [{ path, file: await promise }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  // A reader hands over a hundred at a time.
  for (;;) {
    const { promise, resolve, reject } = Promise.withResolvers<FileSystemEntry[]>();
    reader.readEntries(resolve, reject);
    const some = await promise;
    if (some.length === 0) break;
    found.push(...some);
  }
  return (await Promise.all(found.map(withinEntry))).flat();
}
