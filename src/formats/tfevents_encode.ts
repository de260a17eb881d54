/**
 * Scalars as records of TensorBoard's event files: length, its checksum, an Event in protocol buffers, its checksum.
 * Layout: tensorflow/core/lib/io/record_writer.h; core/util/event.proto and framework/summary.proto of TensorFlow. By hand,
 * because no kept library writes them without TensorFlow itself; the checksum is a library's.
 */
import crc32c from "crc-32/crc32c.js";

/** Added to a checksum that is turned, so that one of data with checksums in it stays one. */
const MASK = 0xa282ead8;
const VERSION = "brain.Event:2";
/** Keys of fields: their number and how they are stored (0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes). */
const EVENT = { wallTime: 0x09, step: 0x10, version: 0x1a, summary: 0x2a } as const;
const SUMMARY_VALUE = 0x0a;
const VALUE = { tag: 0x0a, simple: 0x15 } as const;

/** The record that a file begins with. `wallTime` is in seconds since 1970. */
export function firstRecord(wallTime: number): Uint8Array<ArrayBuffer> {
  const version = new TextEncoder().encode(VERSION);
  return record([EVENT.wallTime, ...float64(wallTime), EVENT.version, ...sized(version)]);
}

/** The record of what was found at a step: numbers by tag, each kept as float32, which is what TensorBoard reads. */
export function scalarsRecord(
  step: number,
  scalars: Iterable<readonly [tag: string, value: number]>,
  wallTime: number,
): Uint8Array<ArrayBuffer> {
  const values = Array.from(scalars, ([tag, value]) => {
    const name = new TextEncoder().encode(tag);
    return [SUMMARY_VALUE, ...sized([VALUE.tag, ...sized(name), VALUE.simple, ...float32(value)])];
  });
  return record([
    EVENT.wallTime,
    ...float64(wallTime),
    EVENT.step,
    ...varint(step),
    EVENT.summary,
    ...sized(values.flat()),
  ]);
}

function record(event: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + 4 + event.length + 4);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(event.length), true);
  view.setUint32(8, checksum(bytes.subarray(0, 8)), true);
  bytes.set(event, 12);
  view.setUint32(12 + event.length, checksum(bytes.subarray(12, 12 + event.length)), true);
  return bytes;
}

/** CRC-32C, turned right by 15 bits and shifted by a constant. */
function checksum(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + MASK) >>> 0;
}

function sized(bytes: ArrayLike<number>): number[] {
  return [...varint(bytes.length), ...Array.from(bytes)];
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; bytes.length === 0 || rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(rest % 128 + (rest >= 128 ? 128 : 0));
  }
  return bytes;
}

function float32(value: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setFloat32(0, value, true);
  return new Uint8Array(bytes.buffer);
}

function float64(value: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, value, true);
  return new Uint8Array(bytes.buffer);
}
