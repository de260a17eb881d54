/**
 * TensorBoard's event files: records of TensorFlow (length, checksum, data, checksum), each an Event in protocol
 * buffers. Of them the scalars are read; all else is passed over. Checksums are not verified: a file that is still being
 * written ends within a record, and what is whole before it is read.
 */
import { FormatError } from "./error.ts";

export interface Scalar {
  readonly tag: string;
  readonly step: number;
  readonly value: number;
}

/** All scalars, in the order of the file. Throws a FormatError for what is no event file. */
export function decodeEvents(bytes: Uint8Array): Scalar[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const scalars: Scalar[] = [];
  let at = 0;
  while (at + 12 <= bytes.length) {
    const length = Number(view.getBigUint64(at, true));
    const end = at + 12 + length;
    if (!Number.isSafeInteger(end) || end + 4 > bytes.length) {
      if (at === 0) {
        throw new FormatError("expected a record of TensorFlow, found one that is longer than the file");
      }
      break;
    }
    scalars.push(...scalarsOf(bytes.subarray(at + 12, end)));
    at = end + 4;
  }
  if (at === 0) throw new FormatError("expected records of TensorFlow, found a file without any");
  return scalars;
}

/** A field of a message: its number and either its bytes or its number. */
interface Field {
  readonly number: number;
  readonly bytes: Uint8Array;
  /** Of a varint; 0 for other kinds. */
  readonly integer: bigint;
}

const EVENT = { step: 2, summary: 5 } as const;
const SUMMARY_VALUE = 1;
const VALUE = { tag: 1, simple: 2, tensor: 8 } as const;
const TENSOR = { type: 1, content: 4, floats: 5, doubles: 6 } as const;
const [FLOAT, DOUBLE] = [1n, 2n];

function scalarsOf(event: Uint8Array): Scalar[] {
  const fields = [...fieldsOf(event)];
  const step = Number(
    BigInt.asIntN(64, fields.findLast(({ number }) => number === EVENT.step)?.integer ?? 0n),
  );
  return fields.filter(({ number }) => number === EVENT.summary).flatMap((summary) =>
    [...fieldsOf(summary.bytes)].filter(({ number }) => number === SUMMARY_VALUE).flatMap(({ bytes }) => {
      const value = [...fieldsOf(bytes)];
      const tag = value.find(({ number }) => number === VALUE.tag);
      const number = simpleOf(value) ?? tensorOf(value);
      return tag === undefined || number === null
        ? []
        : [{ tag: new TextDecoder().decode(tag.bytes), step, value: number }];
    })
  );
}

function simpleOf(fields: readonly Field[]): number | null {
  const simple = fields.find(({ number }) => number === VALUE.simple);
  return simple === undefined || simple.bytes.length !== 4 ? null : dataOf(simple.bytes).getFloat32(0, true);
}

/** A tensor of one float, as newer writers store scalars. */
function tensorOf(fields: readonly Field[]): number | null {
  const tensor = fields.find(({ number }) => number === VALUE.tensor);
  if (tensor === undefined) return null;
  const parts = [...fieldsOf(tensor.bytes)];
  const part = (wanted: number) => parts.find(({ number }) => number === wanted);
  const type = part(TENSOR.type)?.integer;
  const data = part(TENSOR.content)?.bytes ?? part(type === DOUBLE ? TENSOR.doubles : TENSOR.floats)?.bytes;
  if (data === undefined) return null;
  if (type === FLOAT && data.length === 4) return dataOf(data).getFloat32(0, true);
  return type === DOUBLE && data.length === 8 ? dataOf(data).getFloat64(0, true) : null;
}

function dataOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The fields of a message in protocol buffers. */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = () => {
    let [result, shift] = [0n, 0n];
    for (;;) {
      const byte = message[at++];
      if (byte === undefined || shift > 63n) {
        throw new FormatError("expected an event of TensorBoard, found a broken number");
      }
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return result;
      shift += 7n;
    }
  };
  const take = (length: number) => {
    const bytes = message.subarray(at, at + length);
    if (bytes.length !== length) {
      throw new FormatError("expected an event of TensorBoard, found one that is cut off");
    }
    at += length;
    return bytes;
  };
  while (at < message.length) {
    const key = Number(varint());
    const [number, kind] = [key >> 3, key & 7];
    if (kind === 0) yield { number, bytes: new Uint8Array(), integer: varint() };
    else if (kind === 1) yield { number, bytes: take(8), integer: 0n };
    else if (kind === 2) yield { number, bytes: take(Number(varint())), integer: 0n };
    else if (kind === 5) yield { number, bytes: take(4), integer: 0n };
    else throw new FormatError(`expected an event of TensorBoard, found a field of kind ${kind}`);
  }
}
