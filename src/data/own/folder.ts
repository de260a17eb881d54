/**
 * A folder with a folder of PNG and JPEG files for each class, as torchvision's ImageFolder reads it: classes in the order
 * of their folders' names, images of a class in that of their names. Or two such folders, `train` beside `test` or `val`.
 */
import { join } from "node:path";
import { type OwnPart, type OwnSource, requireClasses, unlabelled } from "./own_source.ts";
import { decodePicture } from "./picture.ts";
import { namesIn } from "./walk.ts";

const TRAIN = "train";
const TESTS = ["test", "val", "valid", "validation"];
const ENDINGS = [".png", ".jpg", ".jpeg"];

/** Reads what there is, and no image yet. Throws where that is no such folder. */
export async function folderSource(folder: string): Promise<OwnSource> {
  const names = await foldersIn(folder);
  if (!names.includes(TRAIN)) return { ...await partIn(folder), test: null };
  const tests = TESTS.filter((name) => names.includes(name));
  if (tests.length > 1) {
    throw new Error(
      `${folder}: expected one folder of test images beside train, found ${tests.join(" and ")}`,
    );
  }
  const { classNames, train } = await partIn(join(folder, TRAIN));
  if (tests.length === 0) return { classNames, train, test: null };
  const test = await partIn(join(folder, tests[0]!));
  if (test.classNames.join("/") !== classNames.join("/")) {
    throw new Error(
      `${folder}: expected the same classes in train and ${tests[0]}, found ` +
        `${differing(classNames, test.classNames)} in one of them only`,
    );
  }
  return { classNames, train, test: test.train };
}

/**
 * All images of a folder and of those below it, in the order of their paths; those of the test images alone where there
 * is a folder of them beside `train`. Reads no image yet. Throws where there is none.
 */
export async function folderPictures(folder: string): Promise<OwnPart> {
  const names = await foldersIn(folder);
  const test = names.includes(TRAIN) ? TESTS.find((name) => names.includes(name)) : undefined;
  const where = test === undefined ? folder : join(folder, test);
  const files = await imagesBelow(where);
  if (files.length === 0) throw new Error(`${where}: expected PNG or JPEG files, found none`);
  return unlabelled(() => decoded(files), files.length);
}

async function imagesBelow(folder: string): Promise<string[]> {
  const below = await Promise.all((await foldersIn(folder)).map((name) => imagesBelow(join(folder, name))));
  return [...(await imagesIn(folder)).map((name) => join(folder, name)), ...below.flat()];
}

async function partIn(folder: string): Promise<{ classNames: readonly string[]; train: OwnPart }> {
  const classNames = await foldersIn(folder);
  const files: string[] = [];
  const labels: number[] = [];
  for (const [label, name] of classNames.entries()) {
    for (const file of await imagesIn(join(folder, name))) {
      files.push(join(folder, name, file));
      labels.push(label);
    }
  }
  if (files.length === 0) {
    throw new Error(`${folder}: expected a folder of PNG or JPEG files for each class, found no such file`);
  }
  const train = { labels: Int32Array.from(labels), pictures: () => decoded(files) };
  requireClasses(classNames, train, folder);
  return { classNames, train };
}

async function* decoded(files: readonly string[]): ReturnType<OwnPart["pictures"]> {
  for (const file of files) yield await decodePicture(await Deno.readFile(file), file);
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  return (await namesIn(folder)).folders;
}

async function imagesIn(folder: string): Promise<string[]> {
  const { files } = await namesIn(folder);
  return files.filter((name) => ENDINGS.some((ending) => name.toLowerCase().endsWith(ending)));
}

function differing(a: readonly string[], b: readonly string[]): string {
  return [...new Set(a).symmetricDifference(new Set(b))].slice(0, 3).join(", ");
}
