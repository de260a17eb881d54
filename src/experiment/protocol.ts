/** Protocols made whole: from defaults, presets and what is stated, and checked. */
import * as v from "valibot";
import type { Field, FieldValue } from "../fields.ts";
import { type Kind, kindOf, type Whole } from "../kind.ts";
import {
  type Choice,
  isOffered,
  kindIn,
  nameOf,
  type Only,
  PART_NAMES,
  type PartialProtocol,
  type PartName,
  PARTS,
  type Protocol,
} from "./parts.ts";
import { protocolOf } from "./presets/datasets.ts";

/** A hyper-parameter in which two protocols differ, as the options that give it. */
export interface Difference {
  /** Where it stands in run.json, e.g. "optimizer.momentum". */
  readonly place: string;
  readonly option: string;
  readonly values: readonly [string, string];
}

/** A protocol as run.json has it. */
export const ProtocolSchema = v.strictObject(
  Object.fromEntries(PART_NAMES.map((name) => [name, partSchema(PARTS[name])])),
) as unknown as v.GenericSchema<Protocol>;

/**
 * The protocol of a data set (a name as the registry spells it) with what is stated, later before earlier, in place of its
 * own values. What a preset says of a kind holds for that kind, and for others as far as they share the field. Throws, in
 * the words of the options, for an unknown key, a value that is not what its field takes, and values that do not go together.
 */
export function resolveProtocol(dataset: string, ...stated: readonly PartialProtocol[]): Protocol {
  return madeWhole([...layersOf(dataset), ...stated]);
}

/** What holds for a data set where nothing is stated. */
export function layersOf(dataset: string): PartialProtocol[] {
  return [{ data: { kind: dataset } }, protocolOf(dataset)];
}

/** The same protocol with what is stated in place of its own values. Throws where that is no protocol. */
export function changed(protocol: Protocol, ...stated: readonly PartialProtocol[]): Protocol {
  return madeWhole([protocol as unknown as PartialProtocol, ...stated]);
}

/** The kind of a part that several layers, the later before the earlier, come to. Throws where that is none. */
export function chosenKind(name: PartName, layers: readonly PartialProtocol[]): Kind {
  const part = PARTS[name];
  if ("only" in part) return part.only;
  const kind = layers.reduce<FieldValue>((kind, layer) => layer[name]?.kind ?? kind, part.initial);
  try {
    return kindOf(part.kinds, { kind: String(kind) });
  } catch (error) {
    throw new Error(`${nameOf(part)}: ${(error as Error).message}`);
  }
}

/** In which hyper-parameters two protocols differ. */
export function differences(a: Protocol, b: Protocol): Difference[] {
  return PART_NAMES.flatMap((name): Difference[] => {
    const part = PARTS[name];
    const [one, other] = [a[name], b[name]] as Record<string, FieldValue>[] as [Fields, Fields];
    if (one.kind !== other.kind) {
      const values = [String(one.kind), String(other.kind)] as const;
      return [{ place: `${name}.kind`, option: nameOf(part as Choice), values }];
    }
    return Object.entries(kindIn(part, one).fields)
      .filter(([key]) => JSON.stringify(one[key]) !== JSON.stringify(other[key]))
      .map(([key, { option, type }]) => ({
        place: `${name}.${key}`,
        option: `--${option}`,
        values: [type.print(one[key]), type.print(other[key])],
      }));
  });
}

type Fields = Readonly<Record<string, FieldValue>>;

/** Each hyper-parameter as its option takes it, in the order of the parts; choices with one kind only are left out. */
export function optionsOf(protocol: Protocol): [option: string, value: string][] {
  return PART_NAMES.flatMap((name) => {
    const part = PARTS[name];
    const value = protocol[name] as unknown as Fields;
    const own = Object.entries(kindIn(part, value).fields)
      .map(([key, { option, type }]): [string, string] => [`--${option}`, type.print(value[key])]);
    const isTold = !("only" in part) && (part.option === null || isOffered(part));
    return isTold ? [[nameOf(part), String(value.kind)], ...own] : own;
  });
}

/** The options that a partial value of a data set's protocol stands for: what it states, not what follows from it. */
export function optionsStated(dataset: string, stated: PartialProtocol): [option: string, value: string][] {
  const names = PART_NAMES.flatMap((name) => {
    const part = PARTS[name];
    const { fields } = chosenKind(name, [...layersOf(dataset), stated]);
    return Object.keys(stated[name] ?? {}).map((key) =>
      key === "kind" ? nameOf(part as Choice) : `--${fields[key]!.option}`
    );
  });
  return optionsOf(resolveProtocol(dataset, stated)).filter(([option]) => names.includes(option));
}

/** Throws, in the words of the options, where values that are right by themselves do not fit each other. */
export function requireSound(protocol: Protocol): void {
  for (const name of PART_NAMES) {
    const value = protocol[name] as never;
    const reason = kindIn(PARTS[name], value).refuses?.(value, protocol as unknown as Whole) ?? null;
    if (reason !== null) throw new Error(reason);
  }
}

function madeWhole(layers: readonly PartialProtocol[]): Protocol {
  const unknown = layers.flatMap(Object.keys).find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined) throw new Error(`protocol: ${unknown}: expected no such key`);
  const { epochs } = fill("training", layers, { epochs: 0 }) as Protocol["training"];
  const parts = PART_NAMES.map((name) => [name, fill(name, layers, { epochs })]);
  const protocol = Object.fromEntries(parts) as Protocol;
  requireSound(protocol);
  return protocol;
}

/** A part of which each layer states something. */
function fill(name: PartName, layers: readonly PartialProtocol[], whole: { epochs: number }): Fields {
  const part = PARTS[name];
  const kind = chosenKind(name, layers);
  const stated: Record<string, FieldValue> = {};
  layers.forEach((layer, i) => {
    const own = chosenKind(name, layers.slice(0, i + 1));
    for (const [key, value] of Object.entries(layer[name] ?? {})) {
      if (value === undefined || (key === "kind" && !("only" in part))) continue;
      const field = Object.hasOwn(own.fields, key) ? own.fields[key] : undefined;
      if (field === undefined) throw new Error(`protocol: ${name}.${key}: expected no such key`);
      if (kind.fields[key] === field) stated[key] = checked(field, value);
    }
  });
  const values = Object.entries(kind.fields).map(([key, field]): [string, FieldValue] => [
    key,
    Object.hasOwn(stated, key) ? stated[key]! : defaultOf(field, whole),
  ]);
  return Object.fromEntries("only" in part ? values : [["kind", kind.kind], ...values]);
}

function checked({ option, type }: Field, value: FieldValue): FieldValue {
  if (type.is(value)) return value;
  const found = JSON.stringify(value);
  throw new Error(`--${option}: expected ${type.expected}, found ${found}`);
}

function defaultOf({ default: value }: Field, whole: { epochs: number }): FieldValue {
  return (typeof value === "function" ? value(whole) : value) as FieldValue;
}

function partSchema(part: Choice | Only): v.GenericSchema {
  const entries = ({ fields }: Kind) =>
    Object.fromEntries(
      Object.entries(fields).map(([key, field]) => [key, fieldSchema(field)]),
    );
  if ("only" in part) return v.strictObject(entries(part.only));
  const kinds = part.kinds.map((kind) => v.strictObject({ kind: v.literal(kind.kind), ...entries(kind) }));
  const schema = v.variant("kind", kinds as never);
  return part.newer ? v.optional(schema, { kind: part.initial! } as never) : schema;
}

function fieldSchema({ type, default: value, newer }: Field): v.GenericSchema {
  const schema = v.custom(type.is, `expected ${type.expected}`);
  return newer ? v.optional(schema, value) : schema;
}
