import { decode } from 'jpeg-js';
import type { Format } from './format.ts';
import { comparePictures, type DecodePicture, MAX_PIXELS } from './pictures.ts';

/** JPEG by pixel, after decoding. */
export const jpeg: Format = { name: 'jpeg', extensions: ['.jpg', '.jpeg', '.jfif'], compare: (pair) => comparePictures(pair, decodeJpeg) };

/** Pixels of a JPEG. Throws on anything that is not one. */
export const decodeJpeg: DecodePicture = (bytes) =>
  decode(bytes, {
    useTArray: true,
    formatAsRGBA: true,
    tolerantDecoding: false,
    maxResolutionInMP: MAX_PIXELS / 1_000_000,
    maxMemoryUsageInMB: 2048,
  });
