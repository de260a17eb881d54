/** The tests of page.ts and quiet.ts in Debian's Chromium. */
import { testInBrowser } from "../in_browser.ts";

testInBrowser(
  "a watched page follows a training in a browser",
  new URL("page.ts", import.meta.url),
  ["read", "write", "run", "net"],
);

testInBrowser(
  "a watched page draws what is new and seen, in a browser",
  new URL("quiet.ts", import.meta.url),
  ["read", "write", "run", "net"],
);
