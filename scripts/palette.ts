/** Pictures of the page with a palette: the page has few colours, and a picture of it a quarter of the bytes so. */
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const MOST_COLOURS = 128;
/** Squares of distances below which two colours become one, tried in turn until the palette is small enough. */
const STEPS = [30, 60, 90, 150, 250, 400, 700, 1200, 3000];

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Three bytes for each point. */
  readonly points: Buffer;
}

/** Reads what a browser writes: eight bits a channel, RGB, not interlaced. */
function decode(png: Buffer): Picture {
  const data: Buffer[] = [];
  let [width, height] = [0, 0];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 8, at + 8 + length);
    const type = png.toString("latin1", at + 4, at + 8);
    if (type === "IHDR") [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
    else if (type === "IDAT") data.push(body);
    at += length + 12;
  }
  const rows = inflateSync(Buffer.concat(data));
  const stride = width * 3;
  const points = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const left = x >= 3 ? (points[y * stride + x - 3] ?? 0) : 0;
      const above = y > 0 ? (points[(y - 1) * stride + x] ?? 0) : 0;
      const corner = x >= 3 && y > 0 ? (points[(y - 1) * stride + x - 3] ?? 0) : 0;
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter] ?? 0;
      points[y * stride + x] = (rows[y * (stride + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return { width, height, points };
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

const distance = (a: number, b: number): number =>
  ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;

/** The colours, most frequent first, without those that are close to one that is there already. */
function paletteOf(colours: readonly number[]): number[] {
  for (const step of STEPS) {
    const palette: number[] = [];
    for (const colour of colours) {
      if (palette.every((known) => distance(known, colour) >= step)) palette.push(colour);
      if (palette.length > MOST_COLOURS) break;
    }
    if (palette.length <= MOST_COLOURS) return palette;
  }
  throw new Error("too many colours for a palette");
}

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** The same picture, each point in the nearest colour of a palette. */
export function withPalette(png: Buffer): Buffer {
  const { width, height, points } = decode(png);
  const colourAt = (point: number): number => points.readUIntBE(point * 3, 3);
  const counts = new Map<number, number>();
  for (let point = 0; point < width * height; point++) {
    counts.set(colourAt(point), (counts.get(colourAt(point)) ?? 0) + 1);
  }
  const colours = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour);
  const palette = paletteOf(colours);
  const nearest = new Map(
    colours.map((colour) => {
      const distances = palette.map((known) => distance(known, colour));
      return [colour, distances.indexOf(Math.min(...distances))];
    }),
  );
  const rows = Buffer.alloc((width + 1) * height);
  for (let point = 0; point < width * height; point++) {
    const y = Math.floor(point / width);
    rows[y * (width + 1) + 1 + (point % width)] = nearest.get(colourAt(point)) ?? 0;
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 3, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const table = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", table),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
