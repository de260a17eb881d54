/**
 * PNG and JPEG files decoded to RGB: the bytes that Pillow's `Image.open(file).convert("RGB")` gives, as torchvision's
 * ImageFolder reads them; of 16 bits a sample the high byte. Decoded by MozJPEG and by Rust's png, as WebAssembly.
 */

import crc32 from "crc-32";

/** An image, row by row, the channels of a pixel together. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** height × width × channels, 0 to 255. */
  readonly data: Uint8Array;
}

/** Bytes that a PNG file begins with, and the type of its last chunk, "IEND". */
const SIGNATURE = 8;
const END = 0x49454e44;

/** What the JPEG decoder says of the file under way: it warns, and goes on with grey. */
const jpegWarnings: string[] = [];

/** Decodes a file's bytes. Throws where they are no PNG or JPEG, or not a whole one; `name` is what the message begins with. */
export async function decodePicture(bytes: Uint8Array, name: string): Promise<Picture> {
  const decode = decoderOf(bytes);
  if (decode === null) throw new Error(`${name}: expected a PNG or JPEG image, found neither`);
  const { format, run } = decode;
  try {
    const { width, height, data } = await run(bytes.slice().buffer);
    return { width, height, channels: 3, data: withoutAlpha(data) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it is damaged";
    throw new Error(
      `${name}: expected a whole ${format} image, found one that cannot be decoded (${reason})`,
    );
  }
}

type Decoded = Pick<ImageData, "width" | "height" | "data">;

function decoderOf(
  bytes: Uint8Array,
): { format: string; run: (bytes: ArrayBuffer) => Promise<Decoded> } | null {
  const begins = (...start: number[]) => start.every((byte, i) => bytes[i] === byte);
  if (begins(0xff, 0xd8, 0xff)) return { format: "JPEG", run: jpeg };
  return begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) ? { format: "PNG", run: png } : null;
}

type Decoder = (bytes: ArrayBuffer) => Promise<Decoded>;

let jpegDecoder: Promise<Decoder> | undefined;
let pngDecoder: Promise<Decoder> | undefined;

async function jpeg(bytes: ArrayBuffer): Promise<Decoded> {
  jpegDecoder ??= loadJpeg();
  const decode = await jpegDecoder;
  jpegWarnings.length = 0;
  // What is thrown is a pointer; the reason is what was printed.
  const image = await decode(bytes).catch(() => null);
  if (image === null || jpegWarnings.length > 0) throw new Error(jpegWarnings[0] ?? "it is damaged");
  return image;
}

async function png(bytes: ArrayBuffer): Promise<Decoded> {
  pngDecoder ??= loadPng();
  const decode = await pngDecoder;
  requireChecksums(bytes);
  const image = await decode(bytes).catch(() => null);
  if (image === null) throw new Error("it is damaged");
  return image;
}

/** Throws unless the chunks of a PNG file, down to its last one, have the checksums that they say: the decoder does not look. */
function requireChecksums(bytes: ArrayBuffer): void {
  const view = new DataView(bytes);
  for (let start = SIGNATURE;;) {
    if (start + 12 > bytes.byteLength) throw new Error("it is cut off");
    const end = start + 8 + view.getUint32(start);
    if (end + 4 > bytes.byteLength) throw new Error("it is cut off");
    if (crc32.buf(new Uint8Array(bytes, start + 4, end - start - 4)) !== view.getInt32(end)) {
      throw new Error("a checksum is wrong");
    }
    if (view.getUint32(start + 4) === END) return;
    start = end + 4;
  }
}

/** Loaded only when a file of the format is met. */
async function loadJpeg(): Promise<Decoder> {
  const [{ default: decode, init }, code] = await Promise.all([
    import("@jsquash/jpeg/decode.js"),
    import("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm", { with: { type: "bytes" } }),
  ]);
  const printErr = (text: string) => jpegWarnings.push(text);
  const module = await WebAssembly.compile(code.default);
  await init(
    {
      printErr,
      instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => {
        const instance = new WebAssembly.Instance(module, imports);
        done(instance);
        return instance.exports;
      },
    } as Parameters<typeof init>[0],
  );
  // As Pillow has it, the way a camera was held turns nothing round.
  return (bytes) => decode(bytes, { preserveOrientation: false });
}

async function loadPng(): Promise<Decoder> {
  const [{ default: decode, init }, code] = await Promise.all([
    import("@jsquash/png/decode.js"),
    import("@jsquash/png/codec/pkg/squoosh_png_bg.wasm", { with: { type: "bytes" } }),
  ]);
  await init(await WebAssembly.compile(code.default));
  return decode;
}

function withoutAlpha(pixels: ArrayLike<number>): Uint8Array {
  const colours = new Uint8Array(pixels.length / 4 * 3);
  for (let from = 0, to = 0; from < pixels.length; from += 4) {
    colours[to++] = pixels[from]!;
    colours[to++] = pixels[from + 1]!;
    colours[to++] = pixels[from + 2]!;
  }
  return colours;
}
