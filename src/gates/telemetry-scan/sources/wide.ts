/** Encodings of two bytes for each character, told by their byte order mark. */
export type WideEncoding = 'utf-16le' | 'utf-16be';

export function wideEncodingOf(head: Uint8Array): WideEncoding | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** The same text in UTF-8; a lone surrogate becomes U+FFFD. */
export async function* decodeWide(bytes: AsyncIterable<Uint8Array>, encoding: WideEncoding): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of bytes) yield Buffer.from(decoder.decode(chunk, { stream: true }), 'utf8');
  yield Buffer.from(decoder.decode(), 'utf8');
}
