/** The tests of hostile.ts in Debian's Chromium. */
import { testInBrowser } from "../in_browser.ts";

testInBrowser(
  "names with markup are text in a browser",
  new URL("hostile.ts", import.meta.url),
  ["read", "write", "run"],
);
