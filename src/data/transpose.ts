/** Images that come column by column. */

/** Turns planes of `side` × `side` bytes that lie column by column row by row, in place: no second copy is needed. */
export function transposePlanes(images: Uint8Array, side: number): void {
  for (let start = 0; start < images.length; start += side * side) {
    transpose(images.subarray(start, start + side * side), side);
  }
}

function transpose(plane: Uint8Array, side: number): void {
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < row; column++) {
      const [one, other] = [row * side + column, column * side + row];
      [plane[one], plane[other]] = [plane[other]!, plane[one]!];
    }
  }
}
