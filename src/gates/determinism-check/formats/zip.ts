import { inflateRawSync } from 'node:zlib';
import { type Container, MAX_UNPACKED_BYTES, type Part } from './format.ts';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const END_LENGTH = 22;
const STORED = 0;
const DEFLATED = 8;

/** PKWARE APPNOTE 6.3: members as the central directory lists them, in its order; also jar, wheel, docx and their like. */
export const zip: Container = {
  id: 'zip',
  recognizes: (bytes) =>
    bytes.length >= END_LENGTH && [LOCAL_HEADER, END_OF_DIRECTORY].includes(Buffer.from(bytes.subarray(0, 4)).readUInt32LE(0)),
  open: (bytes) => {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const end = view.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
    if (end === -1) throw new Error('a zip file without an end of its directory');
    const parts: Part[] = [];
    let unpacked = 0;
    let at = view.readUInt32LE(end + 16);
    for (let left = view.readUInt16LE(end + 10); left > 0; left -= 1) {
      if (view.readUInt32LE(at) !== CENTRAL_HEADER) throw new Error('a zip directory that is broken');
      const [nameLength, extraLength, commentLength] = [view.readUInt16LE(at + 28), view.readUInt16LE(at + 30), view.readUInt16LE(at + 32)];
      const nameAt = at + 46;
      const extraAt = nameAt + nameLength;
      const size = view.readUInt32LE(at + 24);
      unpacked += size;
      if (unpacked > MAX_UNPACKED_BYTES) throw new Error('too large when unpacked');
      const local = view.readUInt32LE(at + 42);
      const body = local + 30 + view.readUInt16LE(local + 26) + view.readUInt16LE(local + 28);
      const packed = view.subarray(body, body + view.readUInt32LE(at + 20));
      const method = view.readUInt16LE(at + 10);
      parts.push({
        name: view.toString('utf8', nameAt, extraAt),
        bytes: method === DEFLATED ? inflateRawSync(packed, { maxOutputLength: Math.max(1, size) }) : method === STORED ? packed : packed,
        fields: {
          mtime: dosTime(view.readUInt16LE(at + 14), view.readUInt16LE(at + 12)),
          ...extraTimes(view.subarray(extraAt, extraAt + extraLength)),
          mode: ((view.readUInt32LE(at + 38) >>> 16) & 0o7777).toString(8),
          method: String(method),
          system: String(view[at + 5] ?? 0),
          comment: view.toString('utf8', extraAt + extraLength, extraAt + extraLength + commentLength),
        },
      });
      at = extraAt + extraLength + commentLength;
    }
    return parts;
  },
};

/** MS-DOS date and time, two-second steps, no zone. */
function dosTime(date: number, time: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${1980 + (date >> 9)}-${two((date >> 5) & 15)}-${two(date & 31)}`;
  return `${day} ${two(time >> 11)}:${two((time >> 5) & 63)}:${two((time & 31) * 2)}`;
}

/** Info-ZIP's extended time stamp (0x5455) and owner (0x7875). */
function extraTimes(extra: Buffer): Record<string, string> {
  const found: Record<string, string> = {};
  for (let at = 0; at + 4 <= extra.length; ) {
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    const body = extra.subarray(at + 4, at + 4 + length);
    if (id === 0x5455 && body.length >= 5) found['extended mtime'] = String(body.readUInt32LE(1));
    if (id === 0x7875 && body.length >= 3) {
      const uidLength = body[1] ?? 0;
      found.uid = String(body.readUIntLE(2, Math.min(6, uidLength)));
      if (body.length > 3 + uidLength) found.gid = String(body.readUIntLE(3 + uidLength, Math.min(6, body[2 + uidLength] ?? 0)));
    }
    at += 4 + length;
  }
  return found;
}
