/** The options that protocols are asked for by: which there are, what each defaults to, and what texts of them mean. */
import { datasetNames } from "../data/registry.ts";
import { type Field, type FieldValue, oneOf, type ValueType } from "../fields.ts";
import type { Kind, KindValue } from "../kind.ts";
import { NETWORKS } from "../models/registry.ts";
import { listed, recognise, suggestion } from "../names.ts";
import {
  type Choice,
  isOffered,
  nameOf,
  PART_NAMES,
  type PartialProtocol,
  type PartName,
  PARTS,
  type Protocol,
} from "./parts.ts";
import { presetNamed } from "./presets/index.ts";
import { changed, chosenKind, layersOf, resolveProtocol } from "./protocol.ts";

/**
 * Texts by option, without dashes, as typed behind it: { lr: "0.05", stem: "small" }; "" for an option alone. Beside those
 * of the parts, `preset` names what holds where another option says nothing.
 */
export type OptionTexts = Readonly<Record<string, string>>;

/** An option of a protocol. */
export interface ProtocolOption {
  /** Without dashes. */
  readonly option: string;
  /** What stands for its value in help, as "<n>". */
  readonly argument: string;
  readonly help: string;
  /** What it defaults to, for each data set that differs. */
  readonly defaults: string;
  /** The part of the protocol that it belongs to. */
  readonly part: PartName;
  /** What it takes; a kind each where several kinds have it. */
  readonly types: readonly ValueType<unknown>[];
}

/**
 * The protocol of a data set (a name as the registry spells it) with what is asked for. Throws, in the words of the options,
 * where a text is no value, an option is unknown or belongs to a kind that is not chosen, or values do not go together.
 */
export function protocolFrom(dataset: string, texts: OptionTexts): Protocol {
  return resolveProtocol(dataset, ...statedBy(texts, layersOf(dataset)));
}

/** The same protocol with what is asked for in place of its own values; throws as {@link protocolFrom} does. */
export function changedBy(protocol: Protocol, texts: OptionTexts): Protocol {
  return changed(protocol, ...statedBy(texts, [protocol as unknown as PartialProtocol]));
}

/** The protocol of each data set where nothing is stated. */
type Protocols = readonly (readonly [dataset: string, protocol: Protocol])[];

/** All options, those of a kind together. */
export function protocolOptions(): ProtocolOption[] {
  const protocols = datasetNames().map((name) => [name, resolveProtocol(name)] as const);
  return PART_NAMES.flatMap((part) => [...choiceOf(part, protocols), ...fieldOptions(part, protocols)]);
}

/** A text as one of `types` takes it. Throws, naming the option, where none does. */
export function valueOf(option: string, types: readonly ValueType<unknown>[], text: string): unknown {
  for (const type of types) {
    const value = type.parse(text);
    if (value !== undefined) return value;
  }
  throw new Error(`--${option}: expected ${expectation(types[0]!, text)}, found ${JSON.stringify(text)}`);
}

/** What is expected in place of a text, with the word that may have been meant. */
export function expectation({ expected, choices = [] }: ValueType<unknown>, text: string): string {
  return `${expected}${suggestion(text, choices.map(String))}`;
}

/** A network by its name, however it is written: "resnet18", "ResNet-18" or "rn18". */
export const NETWORK_NAMES = namesOf(NETWORKS);

function namesOf(
  kinds: readonly (Pick<Kind, "kind"> & { readonly aliases?: readonly string[] })[],
): ValueType<string> {
  const names = kinds.map(({ kind }) => kind);
  const aliases = kinds.flatMap(({ kind, aliases = [] }) => aliases.map((alias) => [alias, kind]));
  return oneOf(names, (text) => recognise(text, names, Object.fromEntries(aliases)));
}

/** What a preset and the texts beside it state, in the kinds that they or the layers before them choose. */
function statedBy({ preset, ...texts }: OptionTexts, before: readonly PartialProtocol[]): PartialProtocol[] {
  const chosen = preset === undefined ? [] : [presetNamed(preset).states];
  return [...chosen, statedByOptions(texts, [...before, ...chosen])];
}

function statedByOptions(texts: OptionTexts, layers: readonly PartialProtocol[]): PartialProtocol {
  const left = new Map(Object.entries(texts));
  const take = (option: string) => {
    const text = left.get(option);
    left.delete(option);
    return text;
  };
  const stated = PART_NAMES.map((name): [PartName, Record<string, FieldValue>] => {
    const part = PARTS[name];
    const own: Record<string, FieldValue> = {};
    if (!("only" in part) && isOffered(part)) {
      const text = take(part.option!);
      if (text !== undefined) own.kind = valueOf(part.option!, [namesOf(part.kinds)], text) as string;
    }
    const kind = chosenKind(name, [...layers, { [name]: own }]);
    for (const [key, { option, type }] of Object.entries(kind.fields)) {
      const text = take(option);
      if (text !== undefined) own[key] = valueOf(option, [type], text) as FieldValue;
    }
    return [name, own];
  });
  const [surplus] = left.keys();
  if (surplus !== undefined) throw unfit(surplus, [...layers, Object.fromEntries(stated)]);
  return Object.fromEntries(stated);
}

/** Why an option that none of the chosen kinds has is refused. */
function unfit(option: string, layers: readonly PartialProtocol[]): Error {
  const known = protocolOptions().map(({ option }) => option);
  for (const name of PART_NAMES) {
    const part = PARTS[name];
    if ("only" in part) continue;
    const having = part.kinds.filter(({ fields }) => hasOption(fields, option)).map(({ kind }) => kind);
    if (having.length === 0) continue;
    const { kind } = chosenKind(name, layers);
    return new Error(
      `--${option} is of ${nameOf(part)} ${listed(having)}, found ${kind}; leave it out, or choose another`,
    );
  }
  return new Error(
    `unknown option --${option}: expected one of ${known.map((name) => `--${name}`).join(", ")}${
      suggestion(option, known.map((name) => `--${name}`))
    }`,
  );
}

function choiceOf(name: PartName, protocols: Protocols): ProtocolOption[] {
  const part = PARTS[name];
  if ("only" in part || !isOffered(part)) return [];
  const { option, argument, help, kinds } = part as Choice & { readonly option: string };
  const list = kinds.map(({ kind }) => kind).join(", ");
  const defaults = defaultsText(
    protocols,
    (protocol) => String((protocol[name] as Partial<KindValue>).kind),
  )!;
  const words = help === "" ? list : `${help} ${list}`;
  return [{ option, argument, help: words, defaults, part: name, types: [namesOf(kinds)] }];
}

/** An option each for the fields of a part's kinds that share it. */
function fieldOptions(name: PartName, protocols: Protocols): ProtocolOption[] {
  const part = PARTS[name];
  const kinds = "only" in part ? [part.only] : part.kinds;
  const all = kinds.flatMap((kind) =>
    Object.entries(kind.fields).map(([key, field]) => ({ kind: kind.kind, key, field }))
  );
  return [...Map.groupBy(all, ({ field }) => field.option)].map(([option, uses]) => {
    const { field } = uses[0]!;
    const byHelp = Map.groupBy(uses, ({ field }) => field.help);
    const helps = [...byHelp].map(([help, those]) =>
      those.length < kinds.length ? `${help}, of ${listed(those.map(({ kind }) => kind))}` : help
    );
    const byDataset = defaultsText(protocols, (protocol) => {
      const value = protocol[name] as unknown as Record<string, FieldValue>;
      const own = "only" in part ? uses[0] : uses.find(({ kind }) => kind === value.kind);
      return own && own.field.type.print(value[own.key]);
    });
    const { argument, default: usual, defaultWords, type } = field;
    return {
      option,
      argument,
      help: helps.join("; "),
      defaults: defaultWords ?? [byDataset ?? type.print(usual as FieldValue), ...apart(uses)].join("; "),
      part: name,
      types: [...new Set(uses.map((use) => use.field.type))],
    };
  });
}

/** "adamw 0.01": what an option defaults to for kinds that differ from the first that has it. */
function apart(uses: readonly { readonly kind: string; readonly field: Field }[]): string[] {
  const words = ({ field }: { readonly field: Field }) =>
    typeof field.default === "function" ? field.defaultWords! : field.type.print(field.default);
  const byValue = Map.groupBy(uses, words);
  byValue.delete(words(uses[0]!));
  return [...byValue].map(([text, same]) => `${listed(same.map(({ kind }) => kind))} ${text}`);
}

/**
 * "350; Drawn10 30; Drawn100 60": the value of the first data set, then those of the data sets that have
 * another; null where no data set has any.
 */
function defaultsText(
  protocols: Protocols,
  valueIn: (protocol: Protocol) => string | undefined,
): string | null {
  const byValue = Map.groupBy(protocols, ([, protocol]) => valueIn(protocol));
  byValue.delete(undefined);
  const [first, ...others] = [...byValue];
  if (first === undefined) return null;
  const apart = others.map(([value, those]) => `${listed(those.map(([name]) => name))} ${value}`);
  return [first[0], ...apart].join("; ");
}

function hasOption(fields: Kind["fields"], option: string): boolean {
  return Object.values(fields).some((field) => field.option === option);
}
