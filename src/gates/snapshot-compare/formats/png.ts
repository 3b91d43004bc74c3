import { PNG } from 'pngjs';
import type { Format } from './format.ts';
import { comparePictures, type DecodePicture, MAX_PIXELS } from './pictures.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** PNG by pixel; 16-bit channels are compared by their upper 8 bits only where a rule allows differences. */
export const png: Format = { name: 'png', extensions: ['.png'], compare: (pair) => comparePictures(pair, decodePng) };

/** Pixels of a PNG. Throws on anything that is not one. */
export const decodePng: DecodePicture = (bytes) => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!buffer.subarray(0, 8).equals(SIGNATURE)) throw new Error('no PNG signature');
  if (buffer.length < 24) throw new Error('truncated');
  if (buffer.readUInt32BE(16) * buffer.readUInt32BE(20) > MAX_PIXELS) throw new Error('too many pixels');
  // Some versions of zlib inflate nothing to nothing without complaint.
  if (!buffer.includes('IDAT')) throw new Error('no image data');
  const { width, height, data } = PNG.sync.read(buffer);
  return { width, height, data };
};
