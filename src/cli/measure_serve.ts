/** `measure --serve`: requests as JSON on lines of standard input, an answer on a line of standard output for each. */
import * as v from "valibot";
import { unknownIn } from "../collapse/catalogue.ts";
import { subjectAt } from "../measuring/subject.ts";
import { measureBehindBar, type MeasureNetworks } from "./measure_subject.ts";

/** Characters of a request: what is longer is none. */
const LONGEST = 2 ** 20;

const REQUEST = v.strictObject({
  /** Handed back as it is, to tell answers apart. */
  id: v.optional(v.nullable(v.union([v.string(), v.number()]))),
  /** A file or folder that `measure` takes, or parts of statistics. */
  path: v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1))]),
  metrics: v.optional(v.union([v.string(), v.array(v.string())])),
});

/** What is the same for all requests. */
type Options = Parameters<typeof measureBehindBar>[1];

/** Answers until standard input ends. A request that fails is answered with its error, and the next one is read. */
export async function serve(
  input: ReadableStream<Uint8Array>,
  options: Options,
  networks: MeasureNetworks | null,
): Promise<void> {
  for await (const line of linesOf(input)) {
    if (line?.trim() !== "") console.log(JSON.stringify(await answer(line, options, networks)));
  }
}

/** `line` is null in place of one that is too long. */
async function answer(
  line: string | null,
  options: Options,
  networks: MeasureNetworks | null,
): Promise<Record<string, unknown>> {
  let id: string | number | null = null;
  try {
    if (line === null) {
      throw new Error(`expected a request on a line of at most ${LONGEST} characters, found a longer one`);
    }
    const value = parse(line);
    const named = value instanceof Object && "id" in value ? value.id : null;
    if (typeof named === "string" || typeof named === "number") id = named;
    const request = requestOf(value);
    const metrics = request.metrics === undefined ? options.metrics : selectionOf([request.metrics].flat());
    const subject = await subjectAt([request.path].flat());
    const results = await measureBehindBar(subject, { ...options, metrics }, {
      files: {},
      save: () => Promise.resolve(),
      networks,
    });
    return { id, results };
  } catch (error) {
    const [message] = (error instanceof Error ? error.message : String(error)).split("\n");
    return { id, error: message };
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`expected a request as JSON on a line, found ${line.slice(0, 60)}`);
  }
}

function requestOf(value: unknown): v.InferOutput<typeof REQUEST> {
  const { success, output, issues } = v.safeParse(REQUEST, value);
  if (success) return output;
  const [{ path, expected, received }] = issues;
  const place = path?.map(({ key }) => String(key)).join(".") ?? "the request";
  throw new Error(
    `${place}: expected ${expected}, found ${received}, in {"id": 1, "path": "features.npz", "metrics": ["NC1"]}`,
  );
}

function selectionOf(words: readonly string[]): readonly string[] {
  const unknown = unknownIn(words);
  if (unknown === undefined) return words;
  throw new Error(
    `metrics: expected default, all, names, definitions or families of the catalogue, found "${unknown}"`,
  );
}

/** Null in place of a line that is too long. */
async function* linesOf(input: ReadableStream<Uint8Array>): AsyncGenerator<string | null> {
  const decoder = new TextDecoder();
  let [rest, isTooLong] = ["", false];
  const whole = (line: string) => isTooLong || line.length > LONGEST ? null : line;
  for await (const bytes of input) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      yield whole(line);
      isTooLong = false;
    }
    isTooLong ||= rest.length > LONGEST;
    if (isTooLong) rest = "";
  }
  yield whole(rest + decoder.decode());
}
