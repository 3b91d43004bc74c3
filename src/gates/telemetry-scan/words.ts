import type { Word, Words } from '../../core/index.ts';
import { ROW_NAMES } from './rules/names.ts';

/** What every finding of a value says; never the value. */
export type FoundArgs = {
  readonly rule: string;
  readonly severity: string;
  readonly score: number;
  readonly reasons: readonly string[];
  readonly encodings: readonly string[];
  /** Bytes. */
  readonly length: number;
  readonly occurrences: number;
  readonly field: string | null;
  readonly service: string | null;
  /** As `accepted` matches it, or `unstable:<n>`: the n-th value of this run. */
  readonly fingerprint: string;
};

type FileArgs = { readonly file: string; readonly member: readonly string[]; readonly byte: number | null };

/** Rules with sentences of their own; provider tokens and named keys share one sentence each. */
interface RuleArguments {
  'telemetry-scan/private-key': FoundArgs;
  'telemetry-scan/jwt': FoundArgs;
  'telemetry-scan/url-credentials': FoundArgs;
  'telemetry-scan/http-authorization': FoundArgs;
  'telemetry-scan/assigned-secret': FoundArgs;
  'telemetry-scan/card': FoundArgs;
  'telemetry-scan/iban': FoundArgs;
  'telemetry-scan/us-ssn': FoundArgs;
  'telemetry-scan/us-itin': FoundArgs;
  'telemetry-scan/bank-routing': FoundArgs;
  'telemetry-scan/passport': FoundArgs;
  'telemetry-scan/driving-licence': FoundArgs;
  'telemetry-scan/date-of-birth': FoundArgs;
  'telemetry-scan/mac-address': FoundArgs;
  'telemetry-scan/coordinates': FoundArgs;
  'telemetry-scan/crypto-wallet': FoundArgs;
  'telemetry-scan/crypto-key': FoundArgs;
  'telemetry-scan/cookie': FoundArgs;
  'telemetry-scan/password-hash': FoundArgs;
  'telemetry-scan/email': FoundArgs;
  'telemetry-scan/phone': FoundArgs;
  'telemetry-scan/ip-public': FoundArgs;
  'telemetry-scan/ip-private': FoundArgs;
  'telemetry-scan/test-value': FoundArgs;
  'telemetry-scan/own-rule': FoundArgs;
}

/** Arguments of every code. */
export interface Arguments extends RuleArguments {
  [token: `telemetry-scan/token-${string}`]: FoundArgs;
  [key: `telemetry-scan/key-${string}`]: FoundArgs;
  [national: `telemetry-scan/national-${string}`]: FoundArgs;
  'telemetry-scan/nothing-scanned': { readonly patterns: readonly string[]; readonly files: number };
  'telemetry-scan/pattern-unmatched': { readonly pattern: string };
  'telemetry-scan/truncated': FileArgs;
  'telemetry-scan/corrupt': FileArgs;
  'telemetry-scan/unreadable': FileArgs;
  'telemetry-scan/not-utf-8': FileArgs;
  'telemetry-scan/binary': FileArgs;
  'telemetry-scan/changed': FileArgs;
  'telemetry-scan/too-deep': FileArgs;
  'telemetry-scan/too-many-members': FileArgs;
  'telemetry-scan/expands-too-far': FileArgs;
  'telemetry-scan/unsafe-name': FileArgs;
  'telemetry-scan/accepted-without-salt': { readonly entries: number };
  'telemetry-scan/accepted-expired': { readonly match: string; readonly owner: string; readonly effectiveUntil: string };
  'telemetry-scan/accepted-unused': { readonly match: string; readonly owner: string };
  'telemetry-scan/findings-left-out': { readonly groups: number };
  'telemetry-scan/part-only': { readonly index: number; readonly of: number };
  'telemetry-scan/parts-missing': { readonly missing: readonly number[] };
  'telemetry-scan/not-rekeyed': { readonly match: string };
  'telemetry-scan/own-rules-left-out': { readonly rules: readonly string[] };
}

/** Titles of what the report draws. */
export const titles = {
  rules: 'Values found, by rule and severity',
  services: 'Values found, by service (of the first occurrence) and severity',
  files: 'Files with most findings',
  noService: 'no service named',
  accepted: (number: number) => `${number} accepted`,
} as const;

function found(title: string, fix: string): Word<FoundArgs> {
  return {
    title,
    message: (args) =>
      [
        `${title} (${args.severity}, score ${args.score}${args.reasons.length > 0 ? `: ${args.reasons.join(', ')}` : ''}), ${args.length} bytes`,
        args.field === null ? '' : ` in the field \`${args.field}\``,
        args.service === null ? '' : ` of the service \`${args.service}\``,
        args.encodings.length === 0 ? '' : `, encoded as ${args.encodings.join(' in ')}`,
        args.occurrences > 1 ? `, ${args.occurrences} times` : '',
        `; fingerprint ${args.fingerprint}`,
      ].join(''),
    fix,
  };
}

const REMOVE = 'Do not log it: drop the field, or log a keyed hash of it. If it may stay, accept its fingerprint.';
const REVOKE = 'Revoke it now, since whoever read the telemetry has it; then keep it out of logs.';

const file = (title: string, what: string, fix: string): Word<FileArgs> => ({
  title,
  message: (args) => `${[args.file, ...args.member].join(' > ')} ${what}${args.byte === null ? '' : ` (byte ${args.byte})`}`,
  fix,
});

const rowWords: Words<
  Pick<Arguments, `telemetry-scan/token-${string}` | `telemetry-scan/key-${string}` | `telemetry-scan/national-${string}`>
> = Object.fromEntries(
  Object.entries(ROW_NAMES).map(([rule, name]) => [`telemetry-scan/${rule}`, found(name, rule.startsWith('national-') ? REMOVE : REVOKE)]),
);

export const words: Words<Arguments> = {
  ...rowWords,
  'telemetry-scan/private-key': found('Private key', REVOKE),
  'telemetry-scan/jwt': found('JSON Web Token', REVOKE),
  'telemetry-scan/url-credentials': found('Password in a URL', REVOKE),
  'telemetry-scan/http-authorization': found('HTTP credentials', REVOKE),
  'telemetry-scan/assigned-secret': found('Password or key', REVOKE),
  'telemetry-scan/card': found('Payment card number', REMOVE),
  'telemetry-scan/iban': found('Bank account (IBAN)', REMOVE),
  'telemetry-scan/us-ssn': found('US social security number', REMOVE),
  'telemetry-scan/us-itin': found('US taxpayer number (ITIN)', REMOVE),
  'telemetry-scan/bank-routing': found('Bank routing number', REMOVE),
  'telemetry-scan/passport': found('Passport number', REMOVE),
  'telemetry-scan/driving-licence': found('Driving licence number', REMOVE),
  'telemetry-scan/date-of-birth': found('Date of birth', REMOVE),
  'telemetry-scan/mac-address': found('Hardware (MAC) address', REMOVE),
  'telemetry-scan/coordinates': found('Geographic coordinates', REMOVE),
  'telemetry-scan/crypto-wallet': found('Address of a crypto wallet', REMOVE),
  'telemetry-scan/crypto-key': found('Key of a crypto wallet', REVOKE),
  'telemetry-scan/cookie': found('Session cookie', REVOKE),
  'telemetry-scan/password-hash': found('Hash of a password', REVOKE),
  'telemetry-scan/email': found('E-mail address', REMOVE),
  'telemetry-scan/phone': found('Telephone number', REMOVE),
  'telemetry-scan/ip-public': found('Public IP address', REMOVE),
  'telemetry-scan/ip-private': found('Private IP address', 'Nothing, unless the inside of your network is not to be known.'),
  'telemetry-scan/test-value': found(
    'Well-known test value',
    'Nothing: it belongs to nobody. It tells that test data reached this telemetry.',
  ),
  'telemetry-scan/nothing-scanned': {
    title: 'Nothing was scanned',
    message: ({ patterns, files }) =>
      files === 0
        ? `no file matches ${patterns.map((pattern) => `\`${pattern}\``).join(', ')}`
        : `all ${files} files are empty or contain only white space`,
    fix: 'Check `paths`, and that the step that writes the telemetry ran before the scan.',
  },
  'telemetry-scan/pattern-unmatched': {
    title: 'A path matches nothing',
    message: ({ pattern }) => `no file matches \`${pattern}\``,
    fix: 'Correct the pattern, or take it out.',
  },
  'telemetry-scan/truncated': file(
    'A compressed file ends early',
    'ends before its compressed data does',
    'Write the file again; what is missing was not scanned.',
  ),
  'telemetry-scan/corrupt': file(
    'A compressed file is damaged',
    'cannot be decompressed to its end',
    'Write the file again; what follows was not scanned.',
  ),
  'telemetry-scan/unreadable': file(
    'A file could not be read',
    'could not be read to its end',
    'Make it readable, and write it before the scan starts.',
  ),
  'telemetry-scan/not-utf-8': file(
    'Text that is not UTF-8',
    'holds bytes that are not UTF-8; it was scanned byte for byte',
    'Write telemetry in UTF-8. Values in ASCII were found all the same; others may have been missed.',
  ),
  'telemetry-scan/binary': file(
    'Binary data',
    'holds NUL bytes, so it is no text; what it says could not be read',
    'Leave it out of `paths`, or write it in a text format; a candidate must not emit what nobody can check.',
  ),
  'telemetry-scan/changed': file(
    'A file changed while it was read',
    'grew, shrank or was written while it was read',
    'Let whatever writes it end before the scan starts.',
  ),
  'telemetry-scan/too-deep': file(
    'An archive is nested too deep',
    'holds archives inside of archives beyond the limit; what is further inside was not scanned',
    'Unpack it before the scan, or leave it out of what leaves.',
  ),
  'telemetry-scan/too-many-members': file(
    'An archive has too many members',
    'has more members than the limit; those beyond were not scanned',
    'Unpack it before the scan, or split it.',
  ),
  'telemetry-scan/expands-too-far': file(
    'An archive unfolds too far',
    'unfolds to far more bytes than it has, as an archive bomb does; what is beyond the limit was not scanned',
    'Unpack it before the scan if it is honest; find out who wrote it if it is not.',
  ),
  'telemetry-scan/unsafe-name': file(
    'A member of an archive has a name that leads out',
    'has a name that leads out of the folder it would be unpacked to',
    'Write the archive with relative names; whoever unpacks this one may overwrite files elsewhere.',
  ),
  'telemetry-scan/accepted-without-salt': {
    title: 'Accepted findings cannot be recognized',
    message: ({ entries }) => `${entries} accepted ${entries === 1 ? 'finding' : 'findings'}, but no salt: fingerprints cannot be compared`,
    fix: 'Give the salt (`TESTOPS_SALT`). Pull requests from forks have no secrets: run the gate on the branch itself.',
  },
  'telemetry-scan/accepted-expired': {
    title: 'An acceptance has expired',
    message: ({ match, owner, effectiveUntil }) => `${match}, answered for by ${owner}, held until ${effectiveUntil}`,
    fix: 'Remove the value from the telemetry, or renew the entry with its owner.',
  },
  'telemetry-scan/accepted-unused': {
    title: 'An acceptance matches nothing',
    message: ({ match, owner }) => `${match}, answered for by ${owner}, was not found`,
    fix: 'Take the entry out.',
  },
  'telemetry-scan/findings-left-out': {
    title: 'More findings than are listed',
    message: ({ groups }) => `${groups} more values were found; they are counted, not listed`,
    fix: 'Mend the listed ones first; values of one field usually go together.',
  },
  'telemetry-scan/part-only': {
    title: 'Only a part was scanned',
    message: ({ index, of }) => `this is part ${index} of ${of}; no verdict stands on it`,
    fix: 'Merge all parts: run the gate once more with `parts`.',
  },
  'telemetry-scan/parts-missing': {
    title: 'Parts are missing',
    message: ({ missing }) => `${missing.length === 1 ? 'part' : 'parts'} ${missing.join(', ')} did not arrive`,
    fix: 'Look at the jobs of those parts; run them again, then merge.',
  },
  'telemetry-scan/not-rekeyed': {
    title: 'An accepted finding stays under the previous salt',
    message: ({ match }) => `${match} was not seen, so its new fingerprint cannot be computed`,
    fix: 'Take the entry out, or keep the previous salt until a scan sees the value.',
  },
  'telemetry-scan/own-rules-left-out': {
    title: 'Own rules were left out',
    message: ({ rules }) => `${rules.join(', ')}: they look at names of files, which the bytes of telemetry do not have`,
    fix: 'Nothing, or take them out of the file of rules.',
  },
  'telemetry-scan/own-rule': {
    ...found('Match of an own rule', REMOVE),
    message: (args) => found(`Own rule ${args.rule.replace(/^own:/, '')}`, REMOVE).message(args),
  },
};
