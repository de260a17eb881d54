/** Versions: of a libtorch by its files, and in order. */
import { readText } from "./filesystem.ts";

/** The version of the libtorch in `folder` by the file that states it, or null. */
export async function readVersion(folder: string): Promise<string | null> {
  const wheel = await readText(`${folder}/version.py`);
  const archive = await readText(`${folder}/build-version`);
  return wheel?.match(/^__version__ = ['"](.+?)['"]/m)?.[1] ?? archive?.trim() ?? await readHeaders(folder);
}

/** True when version `a` ("2.4.1+cu121") comes before `b` ("2.5"), by major and minor number. */
export function isOlder(a: string, b: string): boolean {
  const [majorA = 0, minorA = 0] = a.split(".").map((part) => parseInt(part));
  const [majorB = 0, minorB = 0] = b.split(".").map((part) => parseInt(part));
  return majorA !== majorB ? majorA < majorB : minorA < minorB;
}

async function readHeaders(folder: string): Promise<string | null> {
  // The numbers moved from the second header to the first in libtorch 2.9.
  const headers = ["torch/headeronly/version.h", "torch/csrc/api/include/torch/version.h"];
  for (const header of headers) {
    const text = await readText(`${folder}/include/${header}`) ?? "";
    const numbers = ["MAJOR", "MINOR", "PATCH"]
      .map((part) => text.match(new RegExp(`#define TORCH_VERSION_${part} +(\\d+)`))?.[1]);
    if (!numbers.includes(undefined)) return numbers.join(".");
  }
  return null;
}
