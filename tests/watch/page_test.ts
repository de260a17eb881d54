/** The test of page.ts in Debian's Chromium. */
import { testInBrowser } from "../in_browser.ts";

testInBrowser(
  "a watched page follows a training in a browser",
  new URL("page.ts", import.meta.url),
  ["read", "write", "run", "net"],
);
