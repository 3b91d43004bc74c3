import { gunzipSync } from 'node:zlib';
import { type Container, MAX_UNPACKED_BYTES } from './format.ts';

const FLAG_EXTRA = 4;
const FLAG_NAME = 8;
const FLAG_COMMENT = 16;

/** RFC 1952: one member whose header may carry a time, a name and the kind of system that wrote it. */
export const gzip: Container = {
  id: 'gzip',
  single: true,
  recognizes: (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8,
  open: (bytes, name) => {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const flags = view[3] ?? 0;
    let at = 10;
    if (flags & FLAG_EXTRA) at += 2 + view.readUInt16LE(at);
    const text = (): string => {
      const end = view.indexOf(0, at);
      const value = view.toString('latin1', at, end);
      at = end + 1;
      return value;
    };
    const storedName = flags & FLAG_NAME ? text() : '';
    const comment = flags & FLAG_COMMENT ? text() : '';
    const fields = {
      mtime: String(view.readUInt32LE(4)),
      name: storedName,
      comment,
      level: String(view[8] ?? 0),
      system: String(view[9] ?? 0),
    };
    return [
      {
        name: name.replace(/\.t?gz$/i, (ending) => (/t/i.test(ending) ? '.tar' : '')),
        bytes: gunzipSync(view, { maxOutputLength: MAX_UNPACKED_BYTES }),
        fields,
      },
    ];
  },
};
