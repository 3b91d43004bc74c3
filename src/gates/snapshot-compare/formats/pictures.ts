import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import type { Change, Side } from '../facts.ts';
import { type Comparison, type ImageLimits, malformed, NOTHING, type Pair } from './format.ts';

/** Pixels as RGBA, four bytes each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Throws whatever it likes on a picture that it cannot read. */
export type DecodePicture = (bytes: Uint8Array) => Pixels;

/** Without a rule nothing is forgiven. */
const EVERY_PIXEL: ImageLimits = { threshold: 0, pixels: 0, rate: 0, antialiasing: 'count' };
/** Pictures with more pixels are compared as bytes: decoded they take four bytes a pixel, three times over. */
export const MAX_PIXELS = 100_000_000;
/** Longest side of the pictures that a report shows. */
const MAX_SHOWN_SIDE = 480;

/** Compares two pictures pixel by pixel (pixelmatch) and draws where they differ. */
export async function comparePictures({ base, actual, rules }: Pair, decode: DecodePicture): Promise<Comparison> {
  const [left, right] = [readPicture(await base.read(), decode, 'baseline'), readPicture(await actual.read(), decode, 'actual')];
  const broken = [left, right].filter((side): side is Change => 'kind' in side);
  if (broken.length > 0) return malformed(broken);
  const [a, b] = [left as Pixels, right as Pixels];
  const shown = [
    { label: 'baseline', pngBase64: showPixels(a) },
    { label: 'actual', pngBase64: showPixels(b) },
  ];
  if (a.width !== b.width || a.height !== b.height)
    return {
      changes: [{ kind: 'picture-size', base: `${a.width}x${a.height}`, actual: `${b.width}x${b.height}` }],
      total: 1,
      pictures: shown,
    };
  const limits = rules.image ?? EVERY_PIXEL;
  const { pixels, drawing } = countPixels(a, b, limits);
  const all = a.width * a.height;
  if (pixels === 0 || pixels <= limits.pixels || pixels / all <= limits.rate) return NOTHING;
  return {
    changes: [{ kind: 'pixels', pixels, all, allowed: Math.max(limits.pixels, Math.floor(limits.rate * all)) }],
    total: 1,
    pictures: [...shown, { label: 'difference', pngBase64: showPixels(drawing) }],
  };
}

/** How many pixels differ, and a drawing of them over the faded baseline. */
export function countPixels(
  a: Pixels,
  b: Pixels,
  limits: Pick<ImageLimits, 'threshold' | 'antialiasing'>,
): { pixels: number; drawing: Pixels } {
  const { width, height } = a;
  const data = new Uint8Array(width * height * 4);
  const pixels = pixelmatch(a.data, b.data, data, width, height, {
    threshold: limits.threshold,
    includeAA: limits.antialiasing === 'count',
  });
  return { pixels, drawing: { width, height, data } };
}

function readPicture(bytes: Uint8Array, decode: DecodePicture, side: Side): Pixels | Change {
  try {
    return decode(bytes);
  } catch (error) {
    // Decoders of pictures throw plain errors for broken files; their words are about the file, not about us.
    return { kind: 'malformed', side, reason: error instanceof Error ? error.message.slice(0, 120) : 'unreadable' };
  }
}

/** PNG in base64, shrunk by leaving out pixels. */
function showPixels({ width, height, data }: Pixels): string {
  const step = Math.max(1, Math.ceil(Math.max(width, height) / MAX_SHOWN_SIDE));
  const small = new PNG({ width: Math.ceil(width / step), height: Math.ceil(height / step) });
  for (let y = 0; y < small.height; y++)
    for (let x = 0; x < small.width; x++) {
      const from = (y * step * width + x * step) * 4;
      small.data.set(data.subarray(from, from + 4), (y * small.width + x) * 4);
    }
  return PNG.sync.write(small).toString('base64');
}
