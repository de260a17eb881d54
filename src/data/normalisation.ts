/** How pixels become what a network is fed: (x/255 − mean) / std, channel by channel. */
import type { Dataset } from "./dataset.ts";

/** The range of pixels in which mean and standard deviation are told. */
export type PixelScale = "0..1" | "0..255";

/** What a person says of the pixels that a network was trained on. */
export interface PixelChoices {
  /** One number a channel, or one for all. */
  readonly mean?: readonly number[] | undefined;
  /** One number a channel, or one for all; above 0. */
  readonly std?: readonly number[] | undefined;
  /** Of `mean` and `std`, "0..1" by default; without them, pixels go in as they are on this scale. */
  readonly scale?: PixelScale | undefined;
}

export interface Normalisation {
  /** Per channel, of x/255. */
  readonly mean: readonly number[];
  /** Per channel, of x/255. */
  readonly std: readonly number[];
  /** Whether it was chosen, and is not the data set's own. */
  readonly chosen: boolean;
}

const BYTE = 255;
const DIGITS = 6;

/** As chosen, else as the data set has it. Throws where one of mean and std is missing, or they do not fit its channels. */
export function normalisationOf(
  { mean: ownMean, std: ownStd, shape: [channels], title }: Pick<Dataset, "mean" | "std" | "shape" | "title">,
  { mean, std, scale }: PixelChoices,
): Normalisation {
  if (mean === undefined && std === undefined && scale === undefined) {
    return { mean: ownMean, std: ownStd, chosen: false };
  }
  if ((mean === undefined) !== (std === undefined)) {
    const [there, gone] = mean === undefined ? ["--std", "--mean"] : ["--mean", "--std"];
    throw new Error(`expected ${gone} beside ${there}, found ${there} alone`);
  }
  const unit = scale === "0..255" ? BYTE : 1;
  const perChannel = (option: string, values: readonly number[]) => {
    if (values.length !== 1 && values.length !== channels) {
      throw new Error(
        `expected one number or ${channels} for ${option}, a channel of ${title} each, found ${values.length}`,
      );
    }
    return Array.from({ length: channels }, (_, i) => values[values.length === 1 ? 0 : i]! / unit);
  };
  return { mean: perChannel("--mean", mean ?? [0]), std: perChannel("--std", std ?? [1]), chosen: true };
}

/** The formula with its numbers, in one line. */
export function normalisationText({ mean, std }: Pick<Normalisation, "mean" | "std">): string {
  const list = (values: readonly number[]) =>
    values.map((value) => String(Number(value.toPrecision(DIGITS)))).join(" ");
  return `(x/255 − mean) / std with mean ${list(mean)} and std ${list(std)}`;
}
