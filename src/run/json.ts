/** The JSON files of a run, checked against their schemas. */
import * as v from "valibot";
import { explain } from "../experiment/explain.ts";
import { readTextIfThere } from "../files.ts";

/** What the file at `path` holds, or null where there is none. Throws, naming file and place, where it does not fit. */
export async function readJson<S extends v.GenericSchema>(
  path: string,
  schema: S,
): Promise<v.InferOutput<S> | null> {
  const text = await readTextIfThere(path);
  if (text === null) return null;
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The engine's message quotes what it found, over several lines if need be.
    const found = (error as Error).message.replace(/\s+/g, " ");
    throw new Error(`${path}: expected JSON, found something else (${found})`);
  }
  const result = v.safeParse(schema, value);
  if (!result.success) throw new Error(`${path}: ${explain(result.issues[0])}`);
  return result.output;
}
