/** Files decoded, resized and cropped: the bytes that Pillow 12.3 and torchvision's rules gave for them (pillow.json). */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { decodePicture } from "../../../src/data/own/picture.ts";
import { planesOf, resizedCrop } from "../../../src/data/own/resize.ts";
import { test } from "../../support.ts";

interface Expected {
  readonly width: number;
  readonly height: number;
  readonly rgb: string;
  readonly resized: Readonly<Record<string, string>>;
}

const FOLDER = new URL(".", import.meta.url);

async function expected(): Promise<Record<string, Expected>> {
  return JSON.parse(await Deno.readTextFile(new URL("pillow.json", FOLDER)));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

test("PNG and JPEG files become Pillow's bytes, as they are and resized", ["read"], async (t) => {
  for (const [name, { width, height, rgb, resized }] of Object.entries(await expected())) {
    await t.step(name, async () => {
      const picture = await decodePicture(await Deno.readFile(new URL(name, FOLDER)), name);
      assert.deepEqual([picture.width, picture.height, picture.channels], [width, height, 3]);
      assert.equal(sha256(picture.data), rgb);
      for (const [size, digest] of Object.entries(resized)) {
        assert.equal(sha256(resizedCrop(picture, Number(size))), digest, `${size}×${size}`);
      }
    });
  }
});

test("an image of the size that is asked for stays as it is", ["read"], async () => {
  const picture = await decodePicture(await Deno.readFile(new URL("grey.jpg", FOLDER)), "grey.jpg");
  assert.deepEqual(resizedCrop(picture, 33), planesOf(picture));
});

test("what is damaged, cut off or of another format is refused by its name", ["read"], async () => {
  const [jpeg, png] = await Promise.all(
    ["colour.jpg", "colour.png"].map((name) => Deno.readFile(new URL(name, FOLDER))),
  ) as [Uint8Array, Uint8Array];
  const flipped = png.slice();
  flipped[flipped.length >> 1]! ^= 0x10;
  const refused: [Uint8Array, RegExp][] = [
    [jpeg.subarray(0, jpeg.length >> 1), /^Error: x: expected a whole JPEG image, found one .*Premature end/],
    [jpeg.subarray(0, 40), /expected a whole JPEG image/],
    [
      png.subarray(0, png.length >> 1),
      /^Error: x: expected a whole PNG image, found one that cannot be decoded/,
    ],
    [flipped, /expected a whole PNG image/],
    [new TextEncoder().encode("GIF89a"), /^Error: x: expected a PNG or JPEG image, found neither$/],
    [new Uint8Array(), /found neither/],
  ];
  for (const [bytes, message] of refused) await assert.rejects(decodePicture(bytes, "x"), message);
  // The decoders go on after what they refused.
  assert.equal(sha256((await decodePicture(jpeg, "x")).data), (await expected())["colour.jpg"]!.rgb);
  assert.equal(sha256((await decodePicture(png, "x")).data), (await expected())["colour.png"]!.rgb);
});
