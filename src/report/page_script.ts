/** The script that pages hold, as set-up bundled it. */
import { readTextIfThere } from "../files.ts";

/** Where set-up puts it (setup/page_script.ts), beside the source of this file. */
const PATH = import.meta.dirname === undefined ? null : `${import.meta.dirname}/../../build/page.js`;

/** Its text; null where there is none: pages then show their pictures without answering. */
export async function readPageScript(): Promise<string | null> {
  return PATH === null ? null : await readTextIfThere(PATH);
}
