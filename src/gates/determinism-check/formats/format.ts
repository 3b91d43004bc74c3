/** One difference in the innermost text, header or list that could be opened. */
export type Leaf =
  /** Bytes of a text or of anything that no format opens. */
  | { readonly type: 'content'; readonly member: readonly string[]; readonly left: Uint8Array; readonly right: Uint8Array }
  /** A value inside a document: JSON pointer, or `row 3, column price`. */
  | { readonly type: 'value'; readonly member: readonly string[]; readonly pointer: string; readonly left: string; readonly right: string }
  /** A field of a header, such as a member's time. */
  | {
      readonly type: 'field';
      readonly format: string;
      readonly member: readonly string[];
      readonly field: string;
      readonly left: string;
      readonly right: string;
    }
  /** The same names in another order: members of an archive, keys of an object. */
  | {
      readonly type: 'order';
      readonly format: string;
      readonly member: readonly string[];
      readonly left: readonly string[];
      readonly right: readonly string[];
    }
  /** Only one side has it. */
  | { readonly type: 'presence'; readonly member: readonly string[]; readonly side: 'left' | 'right' };

/** A part of a container with its own bytes. */
export interface Part {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Header fields that can differ, as text. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A format that holds parts: archives and compressed files. */
export interface Container {
  readonly id: string;
  /** Looks at the first bytes and the name. */
  readonly recognizes: (bytes: Uint8Array, name: string) => boolean;
  /** Throws when the bytes are not what they seemed to be, or too large when unpacked. */
  readonly open: (bytes: Uint8Array, name: string) => readonly Part[];
  /** A single part that has no name of its own (gzip). */
  readonly single?: boolean;
}

/** A format whose text has places of its own: JSON, YAML, CSV. */
export interface Document {
  readonly id: string;
  readonly recognizes: (text: string, name: string) => boolean;
  /** Where the two differ; empty when the difference is in the text alone. Throws when it does not parse. */
  readonly compare: (left: string, right: string) => readonly DocumentDifference[];
}

export type DocumentDifference =
  | { readonly pointer: string; readonly left: string; readonly right: string }
  | { readonly pointer: string; readonly leftKeys: readonly string[]; readonly rightKeys: readonly string[] };

/** Unpacked sizes beyond this are not looked into. */
export const MAX_UNPACKED_BYTES = 32 * 1024 * 1024;
