import { type Anchors, findAnchors, type KeySet } from './anchors.ts';
import { ANCHORS_WASM } from './generated/anchors-wasm.ts';

/** Where the module expects things; see anchors.assembly. */
const KINDS = 16_384;
const ENDS = 8_192;
const PAGE = 65_536;
/** Fewer bytes are not worth copying into the module. */
const WORTH_BYTES = 2_048;

/** As much of the global as is used here; its types come with the browser's library, which this project does not load. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  find(input: number, length: number, base: number, room: number): number;
}

let loaded: Exports | undefined;
let room = 1 << 16;

function load(): Exports {
  loaded ??= new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(ANCHORS_WASM, 'base64'))).exports as Exports;
  return loaded;
}

/**
 * What `findAnchors` does, in WebAssembly with vectors of sixteen bytes: the same anchors in the same order. The arrays of `out` are views of the module's
 * memory and hold until the next call.
 */
export function findAnchorsFast(bytes: Uint8Array, from: number, to: number, starts: KeySet, ends: KeySet, out: Anchors): void {
  const length = to - from;
  if (length < WORTH_BYTES) {
    findAnchors(bytes, from, to, starts, ends, out);
    return;
  }
  const { memory, find } = load();
  for (;;) {
    const startsAt = (KINDS + room + 15) & ~15;
    const endsAt = startsAt + room * 4;
    const input = endsAt + room * 4;
    const needed = input + length + 64;
    const lacking = Math.ceil((needed - memory.buffer.byteLength) / PAGE);
    if (lacking > 0) memory.grow(lacking);
    const view = new Uint8Array(memory.buffer);
    view.set(starts, 0);
    view.set(ends, ENDS);
    view.set(bytes.subarray(from, to), input);
    const count = find(input, length, from, room);
    if (count > room) {
      // A multiple of four keeps the offsets aligned.
      room = (count + (count >> 1) + 3) & ~3;
      continue;
    }
    out.count = count;
    out.kind = new Uint8Array(memory.buffer, KINDS, room);
    out.start = new Int32Array(memory.buffer, startsAt, room);
    out.end = new Int32Array(memory.buffer, endsAt, room);
    return;
  }
}
