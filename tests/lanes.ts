/** The files of the tests as groups that run beside each other, each in a process of its own. */

/** Folders whose files take longest: their groups begin first, so that no processor waits for one at the end. */
const LONGEST = ["ffi", "cli", "campaigns", "native", "study", "explore", "package", "watch"].map((name) =>
  `tests/${name}`
);
/** A process takes seconds to begin; fewer files a group, of those that take long, leave the processors evenly busy. */
const [FILES_A_GROUP, LONG_FILES_A_GROUP] = [12, 6];

/** Each of `files` ("tests/ffi/engine_test.ts") in one group, with others of its folder. */
export function groupsOf(files: readonly string[]): string[][] {
  const folders = [...Map.groupBy(files.toSorted(), folderOf)];
  const place = (folder: string) => (LONGEST.indexOf(folder) + LONGEST.length + 1) % (LONGEST.length + 1);
  return folders.toSorted(([a], [b]) => place(a) - place(b)).flatMap(([folder, members]) => {
    const most = LONGEST.includes(folder) ? LONG_FILES_A_GROUP : FILES_A_GROUP;
    const count = Math.ceil(members.length / most);
    // Dealt like cards: files of one kind have like names, and take alike.
    return Array.from({ length: count }, (_, i) => members.filter((_, at) => at % count === i));
  });
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/"));
}

/** Does `work` for each item, at most `lanes` at a time; the results are in the order of `items`. */
export async function inLanes<T, R>(
  lanes: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
