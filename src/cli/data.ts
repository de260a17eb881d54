/** `deno task data DATASET`: downloads, verifies and unpacks a data set, or converts images of one's own, and says what it holds. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { datasetNames } from "../data/registry.ts";
import type { Split } from "../data/dataset.ts";
import { countsOf } from "../data/subset.ts";
import { loadImages } from "../engine/images.ts";
import { protocolFrom } from "../experiment/options.ts";
import { changed } from "../experiment/protocol.ts";
import { datasetAsked } from "../run/asked.ts";
import { QUIET } from "./options.ts";
import { beQuiet, showLoading } from "./progress.ts";

export function dataCommand(): CommandUnknownOpts {
  const command = new Command("data")
    .description("download, verify and unpack a data set, or convert your own images")
    .argument("<dataset>", `${datasetNames().join(", ")}; or the path of your own images`)
    .option(
      "--image-size <n>",
      "of your own images: resize the shorter side to n and cut n×n out of the centre",
    )
    .option("--data <folder>", "an existing copy to verify instead")
    .option("--quiet", QUIET);
  return command.action(async (text, { data, imageSize, quiet }) => {
    beQuiet(quiet);
    const { name, options } = datasetAsked(text, imageSize === undefined ? {} : { "image-size": imageSize });
    const protocol = changed(protocolFrom(name, options), { data: { perClass: null } });
    const dataset = await loadImages(protocol, data, showLoading());
    const { title, train, test, classes, shape, digest } = dataset;
    console.log(`${title}: ${train.count} training and ${test.count} test images of ${shape.join("×")}`);
    console.log(`${classes} classes${sizesOf(train, classes)}`);
    console.log(`digest ${digest}`);
  });
}

/** How many training images the smallest and the largest class have. */
function sizesOf(train: Split, classes: number): string {
  const counts = countsOf(train, classes);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? ` of ${least} training images` : ` of ${least} to ${most} training images`;
}
