/** The test of page_in_browser.ts in Debian's Chromium. */
import { testInBrowser } from "../in_browser.ts";

testInBrowser(
  "a study's page draws any measurement against any axis in a browser",
  new URL("page_in_browser.ts", import.meta.url),
  ["read", "write", "run"],
);
