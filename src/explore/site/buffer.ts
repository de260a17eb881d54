/** What the reader of tables expects of its runtime, and a browser has not: import it before all else. */
import { Buffer } from "buffer-of-browsers";

Object.assign(globalThis, { Buffer });
