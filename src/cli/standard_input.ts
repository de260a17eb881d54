/** What comes by standard input, in a file, because it is read more than once. */
import { openToWrite } from "../files.ts";

/** Writes standard input to a file of this name in a folder of its own, which is removed with the result. */
export async function readInput(name: string): Promise<{ readonly path: string } & AsyncDisposable> {
  if (Deno.stdin.isTerminal()) {
    throw new Error(
      "expected a .npz file on standard input, as in `cat FILE | ... measure -`, found a terminal",
    );
  }
  const folder = await Deno.makeTempDir();
  const remove = () => Deno.remove(folder, { recursive: true });
  try {
    const path = `${folder}/${name}`;
    const file = await openToWrite(path, { truncate: true });
    await Deno.stdin.readable.pipeTo(file.writable);
    return { path, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
