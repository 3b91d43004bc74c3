/** A format that is recognised and cannot be read; said by name, so that nobody searches for the fault. */
export interface RefusedFormat {
  matches(head: Buffer): boolean;
  found(head: Buffer): string;
  readonly expected: string;
}

/** Since 3.12 Gatling writes simulation.log in a binary form: a zero byte, then the version as a string with its length. */
export const gatlingBinaryLog: RefusedFormat = {
  matches: (head) => binaryVersion(head) !== undefined,
  found: (head) => `the binary simulation.log of Gatling ${binaryVersion(head)}`,
  expected: "Gatling's stats.json from the report of the same run, or a simulation.log of Gatling before 3.12",
};

function binaryVersion(head: Buffer): string | undefined {
  if (head[0] !== 0) return undefined;
  const length = head.length >= 5 ? head.readUInt32BE(1) : 0;
  const version = length > 0 && length < 32 ? head.toString('latin1', 5, 5 + length) : '';
  return /^\d+\.\d+(\.\d+)?/.test(version) ? version : undefined;
}
