/**
 * Hugging Face's parquet files of an image classification set: a column of images, each the bytes of a PNG or JPEG file,
 * and a column of labels, whole numbers from 0 on, whose names stand in the file's metadata. Where there are several such
 * columns, the first image and the first label (ClassLabel) of the metadata count.
 */
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
// As a whole: older Nodes have no zstd, and load this file all the same.
import * as zlib from "node:zlib";
import { type OwnPart, type OwnSource, requireClasses, unlabelled } from "./own_source.ts";
import { decodePicture, type Picture } from "./picture.ts";

/** Rows that are in memory at once, besides the column chunk that they are in. */
const ROWS_AT_A_TIME = 256;

/** hyparquet knows UNCOMPRESSED and SNAPPY itself. */
const COMPRESSORS = {
  GZIP: (bytes: Uint8Array) => new Uint8Array(zlib.gunzipSync(bytes)),
  BROTLI: (bytes: Uint8Array) => new Uint8Array(zlib.brotliDecompressSync(bytes)),
  ZSTD: (bytes: Uint8Array) => new Uint8Array(zlib.zstdDecompressSync(bytes)),
};

/** The files of the training images in their order, and those of the test images, where there are any. */
export interface ParquetFiles {
  readonly train: readonly string[];
  readonly test: readonly string[];
}

/** Reads metadata and labels only. Throws, naming the file, where one is damaged or holds something else. */
export async function parquetSource({ train, test }: ParquetFiles): Promise<OwnSource> {
  const opened = await Promise.all([train, test].map((paths) => Promise.all(paths.map(openFile))));
  const [trained, tested] = opened as [OpenedFile[], OpenedFile[]];
  const part = partOf(trained);
  const most = part.labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const classNames = trained[0]!.classNames ?? Array.from({ length: most }, (_, label) => String(label));
  for (const { path, labels } of [...trained, ...tested]) {
    const beyond = labels.find((label) => label < 0 || label >= classNames.length);
    if (beyond !== undefined) {
      throw new Error(`${path}: expected labels from 0 to ${classNames.length - 1}, found ${beyond}`);
    }
  }
  requireClasses(classNames, part, train[0]!);
  return { classNames, train: part, test: tested.length === 0 ? null : partOf(tested) };
}

/** The images of files one after the other, whatever they show. Reads metadata only. */
export async function parquetPictures(paths: readonly string[]): Promise<OwnPart> {
  const opened = await Promise.all(paths.map(openPictures));
  const count = opened.reduce((sum, { rows }) => sum + rows, 0);
  return unlabelled(() => picturesIn(opened), count);
}

/** What pictures are read from. */
interface PictureFile {
  readonly path: string;
  readonly metadata: FileMetaData;
  /** The column of images. */
  readonly image: string;
  readonly rows: number;
}

interface OpenedFile extends PictureFile {
  readonly labels: readonly number[];
  readonly classNames: readonly string[] | null;
}

function partOf(files: readonly OpenedFile[]): OwnPart {
  return {
    labels: Int32Array.from(files.flatMap(({ labels }) => labels)),
    pictures: () => picturesIn(files),
  };
}

async function openPictures(path: string): Promise<PictureFile> {
  using file = await Deno.open(path);
  const buffer = await bufferOf(file);
  const metadata = await reading(path, () => parquetMetadataAsync(buffer));
  const { image } = columnsOf(metadata, path, { labelled: false });
  return { path, metadata, image, rows: Number(metadata.num_rows) };
}

async function openFile(path: string): Promise<OpenedFile> {
  using file = await Deno.open(path);
  const buffer = await bufferOf(file);
  const metadata = await reading(path, () => parquetMetadataAsync(buffer));
  const { image, label, classNames } = columnsOf(metadata, path, { labelled: true });
  const rows = await reading(
    path,
    () => parquetReadObjects({ file: buffer, metadata, columns: [label], compressors: COMPRESSORS }),
  );
  const labels = rows.map((row, i) => {
    const value = Number(row[label]);
    if (row[label] !== null && Number.isInteger(value)) return value;
    throw new Error(`${path}, row ${i}: expected a whole number in ${label}, found ${String(row[label])}`);
  });
  return { path, metadata, image, rows: labels.length, labels, classNames };
}

/** Which columns hold images and labels. */
function columnsOf(
  { schema, key_value_metadata: entries = [] }: FileMetaData,
  path: string,
  { labelled }: { labelled: boolean },
): { image: string; label: string; classNames: readonly string[] | null } {
  const names = columnNames(schema);
  const features = featuresIn(entries.find(({ key }) => key === "huggingface")?.value);
  const ofType = (type: string) => Object.keys(features).find((name) => features[name]?._type === type);
  const image = ofType("Image") ?? ["image", "img"].find((name) => names.includes(name));
  const label = ofType("ClassLabel") ?? ["label", "labels"].find((name) => names.includes(name));
  const isThere = (name: string | undefined) => name !== undefined && names.includes(name);
  if (!isThere(image) || (labelled && !isThere(label))) {
    throw new Error(
      `${path}: expected a column of images${
        labelled ? " and one of labels" : ""
      }, as Hugging Face has them, found ${names.join(", ")}`,
    );
  }
  return { image: image!, label: label ?? "", classNames: features[label ?? ""]?.names ?? null };
}

/** Those at the top of the schema's tree, which is listed depth first. */
function columnNames(schema: FileMetaData["schema"]): string[] {
  const names: string[] = [];
  const pass = (at: number, depth: number): number => {
    const { name, num_children: children = 0 } = schema[at]!;
    if (depth === 1) names.push(name);
    let next = at + 1;
    for (let i = 0; i < children; i++) next = pass(next, depth + 1);
    return next;
  };
  pass(0, 0);
  return names;
}

type Features = Readonly<Record<string, { readonly _type?: string; readonly names?: readonly string[] }>>;

/** What Hugging Face's library says of the columns; nothing where the file does not come from there. */
function featuresIn(text: string | undefined): Features {
  if (text === undefined) return {};
  try {
    return JSON.parse(text).info?.features ?? {};
  } catch {
    return {};
  }
}

async function* picturesIn(files: readonly PictureFile[]): AsyncIterable<Picture> {
  for (const { path, metadata, image, rows: count } of files) {
    using opened = await Deno.open(path);
    const file = await bufferOf(opened);
    for (let rowStart = 0; rowStart < count; rowStart += ROWS_AT_A_TIME) {
      const rowEnd = Math.min(count, rowStart + ROWS_AT_A_TIME);
      const options = { columns: [image], rowStart, rowEnd, utf8: false, compressors: COMPRESSORS };
      const rows = await reading(path, () => parquetReadObjects({ file, metadata, ...options }));
      for (const [i, row] of rows.entries()) {
        const cell = row[image];
        const bytes = cell instanceof Uint8Array ? cell : cell?.bytes;
        const name = `${path}, row ${rowStart + i}`;
        if (!(bytes instanceof Uint8Array)) {
          throw new Error(`${name}: expected the bytes of an image, found none`);
        }
        yield await decodePicture(bytes, name);
      }
    }
  }
}

async function bufferOf(file: Deno.FsFile): Promise<AsyncBuffer> {
  const { size } = await file.stat();
  return {
    byteLength: size,
    // At once: several slices are asked for beside each other, and a file has one position.
    slice: (start, end = size) => {
      const bytes = new Uint8Array(Math.max(0, end - start));
      file.seekSync(start, Deno.SeekMode.Start);
      for (let filled = 0; filled < bytes.length;) {
        const read = file.readSync(bytes.subarray(filled));
        if (read === null) throw new Error(`it ends at byte ${start + filled}`);
        filled += read;
      }
      return bytes.buffer;
    },
  };
}

/** What a reader throws becomes one line with the file's name. */
async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    throw new Error(`${path}: expected a parquet file, found one that cannot be read (${reason})`);
  }
}
