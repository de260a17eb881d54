/** `deno task data DATASET`: downloads, verifies and unpacks a data set, and says what it holds. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { datasetNames, resolveName } from "../data/registry.ts";
import { loadImages } from "../engine/images.ts";
import { showLoading } from "./progress.ts";

export function dataCommand(): CommandUnknownOpts {
  const command = new Command("data")
    .description("download, verify and unpack a data set")
    .argument("<dataset>", datasetNames().join(", "))
    .option("--data <folder>", "an existing copy to verify instead");
  return command.action(async (name, { data }) => {
    const dataset = await loadImages({ kind: resolveName(name), perClass: null }, data, showLoading());
    const { title, train, test, classes, shape, digest } = dataset;
    console.log(`${title}: ${train.count} training and ${test.count} test images of ${shape.join("×")}`);
    console.log(`${classes} classes${countsOf(train.labels, classes)}`);
    console.log(`digest ${digest}`);
  });
}

/** How many training images the smallest and the largest class have. */
function countsOf(labels: Int32Array, classes: number): string {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]! += 1;
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? ` of ${least} training images` : ` of ${least} to ${most} training images`;
}
