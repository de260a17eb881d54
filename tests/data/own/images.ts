/** Small sets of a person's own images, written as files of each kind. */
import { encodeNpy } from "../../../src/formats/npy.ts";
import { parquetWriteBuffer } from "hyparquet-writer";

const FIXTURES = new URL(".", import.meta.url);

/** A PNG of 24 × 24, one of 29 × 38 and a JPEG of 53 × 40 and of 31 × 46. */
export const FILES = ["alpha.png", "colour.png", "colour.jpg", "progressive.jpg"];

export async function fixture(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return await Deno.readFile(new URL(name, FIXTURES));
}

/** Writes `counts[class]` images a class below `folder`: FILES in turn, named so that they are read in that order. */
export async function writeFolder(folder: string, counts: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, count] of Object.entries(counts)) {
    await Deno.mkdir(`${folder}/${name}`, { recursive: true });
    for (let i = 0; i < count; i++) {
      const file = FILES[i % FILES.length]!;
      await Deno.writeFile(`${folder}/${name}/${String(i).padStart(3, "0")}-${file}`, await fixture(file));
    }
  }
}

/** Images of one value each, `first`, `first` + 1, …, with labels 0 and 1 in turn. */
export async function writeNpy(
  folder: string,
  count: number,
  { first = 0, shape = [3, 4, 5] } = {},
): Promise<string> {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Uint8Array.from({ length: count * size }, (_, i) => first + Math.floor(i / size));
  const [images, labels] = [`${folder}/images${first}.npy`, `${folder}/labels${first}.npy`];
  await Deno.writeFile(images, encodeNpy({ dtype: "uint8", shape: [count, ...shape], data }));
  const ofImages = BigInt64Array.from({ length: count }, (_, i) => BigInt(i % 2));
  await Deno.writeFile(labels, encodeNpy({ dtype: "int64", shape: [count], data: ofImages }));
  return `${images},${labels}`;
}

/** A parquet file as Hugging Face's library lays it out: FILES in turn, with these labels. */
export async function writeParquet(
  path: string,
  labels: readonly number[],
  { damage }: { damage?: number } = {},
): Promise<void> {
  const files = await Promise.all(FILES.map(fixture));
  const images = labels.map((_, i) => ({
    bytes: i === damage ? files[i % FILES.length]!.subarray(0, 200) : files[i % FILES.length]!,
    path: `${i}.png`,
  }));
  const features = { image: { _type: "Image" }, label: { names: ["cat", "dog"], _type: "ClassLabel" } };
  const buffer = parquetWriteBuffer({
    columnData: [{ name: "image", data: images }, { name: "label", data: labels.map(BigInt) }],
    schema: [
      { name: "schema", num_children: 2 },
      { name: "image", num_children: 2, repetition_type: "OPTIONAL" },
      { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
      { name: "path", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
      { name: "label", type: "INT64", repetition_type: "OPTIONAL" },
    ],
    rowGroupSize: 5,
    kvMetadata: [{ key: "huggingface", value: JSON.stringify({ info: { features } }) }],
  });
  await Deno.writeFile(path, new Uint8Array(buffer));
}
