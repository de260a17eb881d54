/** Keeps processes apart that fill one folder of the cache. */
import { join } from "node:path";
import { makeFolder, openToWrite } from "../files.ts";

/** Called where another process is filling `folder`; what it brings is then taken. */
export type OnWait = (folder: string) => void;

/**
 * Takes a folder, made when needed, until disposed; the system gives it up when the process ends. What was looked for in
 * it before is to be looked for again: another process may have had it meanwhile.
 */
export async function lockFolder(folder: string, onWait: OnWait | undefined): Promise<Disposable> {
  await makeFolder(folder);
  const file = await openToWrite(join(folder, ".lock"), { truncate: false });
  if (await file.tryLock(true)) return file;
  onWait?.(folder);
  await file.lock(true);
  return file;
}
