/** `deno task data DATASET`: downloads, verifies and unpacks a data set, and says what it holds. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { datasetNames, resolveName } from "../data/registry.ts";
import type { Split } from "../data/dataset.ts";
import { countsOf } from "../data/subset.ts";
import { loadImages } from "../engine/images.ts";
import { resolveProtocol } from "../experiment/protocol.ts";
import { QUIET } from "./options.ts";
import { beQuiet, showLoading } from "./progress.ts";

export function dataCommand(): CommandUnknownOpts {
  const command = new Command("data")
    .description("download, verify and unpack a data set")
    .argument("<dataset>", datasetNames().join(", "))
    .option("--data <folder>", "an existing copy to verify instead")
    .option("--quiet", QUIET);
  return command.action(async (name, { data, quiet }) => {
    beQuiet(quiet);
    const dataset = await loadImages(
      resolveProtocol(resolveName(name), { data: { perClass: null } }),
      data,
      showLoading(),
    );
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
