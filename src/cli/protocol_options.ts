/** The options of a protocol, as commander knows them. */
import { type CommandUnknownOpts, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import {
  expectation,
  type OptionTexts,
  type ProtocolOption,
  protocolOptions,
  valueOf,
} from "../experiment/options.ts";

/** Those of the network, for commands that take checkpoints. */
export const NETWORK_OPTIONS: readonly ProtocolOption[] = protocolOptions().filter(({ part }) =>
  part === "network"
);

/** Those of its last layer that decide what is computed: how its weight came about does not. */
export const LAST_LAYER_OPTIONS: readonly ProtocolOption[] = protocolOptions().filter(({ option }) =>
  ["no-bias", "width", "temperature"].includes(option)
);
/** The one of these that entries of a state dict do not tell. */
export const UNTOLD_OPTIONS = LAST_LAYER_OPTIONS.filter(({ option }) => option === "temperature");

/** Adds options to a command; where `defaults` is given it is said in place of their own. */
export function addProtocolOptions(
  command: CommandUnknownOpts,
  options: readonly ProtocolOption[],
  { defaults }: { defaults?: string } = {},
): void {
  for (const { option, argument, help, defaults: own, types } of options) {
    const text = `${help} (default: ${defaults ?? own})`;
    command.addOption(
      new ProtocolFlag(`--${option} ${argument}`, text).argParser((text) => {
        try {
          valueOf(option, types, text);
          return text;
        } catch {
          throw new InvalidArgumentError(`Expected ${expectation(types[0]!, text)}.`);
        }
      }),
    );
  }
}

/** What was typed behind these options of a command. */
export function textsOf(
  command: CommandUnknownOpts,
  options: readonly Pick<ProtocolOption, "option">[],
): OptionTexts {
  const values: Readonly<Record<string, unknown>> = command.opts();
  return Object.fromEntries(
    options.flatMap(({ option }) => {
      const text = values[attributeOf(option)];
      // True: the option alone, without a value.
      return text === undefined ? [] : [[option, text === true ? "" : String(text)]];
    }),
  );
}

/** An option of that name, whose value is under that name also where it begins with "no-". */
class ProtocolFlag extends Option<string> {
  constructor(flags: string, description: string) {
    super(flags, description);
    this.negate = false;
  }

  override attributeName(): string {
    return attributeOf(this.name());
  }
}

/** The name that commander gives an option's value. */
function attributeOf(option: string): string {
  return option.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
