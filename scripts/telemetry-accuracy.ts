import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createScanner, type Hit, scanBytes } from '../src/gates/telemetry-scan/engine/scanner.ts';
import { DEFAULT_RULES } from '../src/gates/telemetry-scan/rules/index.ts';

const scanner = createScanner(DEFAULT_RULES);

function hitsIn(text: string): Hit[] {
  const bytes = Buffer.from(text);
  return scanBytes(scanner, bytes, 0, bytes.length);
}

interface Score {
  found: number;
  missed: number;
  wrong: number;
  /** Descriptions of what is left, shapes only. */
  readonly left: Map<string, number>;
}

const newScore = (): Score => ({ found: 0, missed: 0, wrong: 0, left: new Map() });

function leave(score: Score, what: string): void {
  score.left.set(what, (score.left.get(what) ?? 0) + 1);
}

/** Digits as 9 and letters as a, so that the document shows no value. */
function shapeOf(text: string): string {
  const shape = text
    .replace(/\s+/g, ' ')
    .replace(/\d/g, '9')
    .replace(/[A-Z]/g, 'A')
    .replace(/[a-z]/g, 'a')
    .replace(/[^\x20-\x7e]/g, '·')
    .replace(/([Aa9])\1{11,}/g, '$1…');
  return shape.length > 48 ? `${shape.slice(0, 48)}…` : shape;
}

function table(rows: readonly (readonly [string, Score])[]): string {
  const percent = (part: number, whole: number) => (whole === 0 ? '–' : (part / whole).toFixed(3));
  const lines = rows.map(([name, { found, missed, wrong }]) => {
    const f1 = 2 * found + missed + wrong === 0 ? '–' : ((2 * found) / (2 * found + missed + wrong)).toFixed(3);
    return `| ${name} | ${found + missed} | ${found} | ${missed} | ${wrong} | ${percent(found, found + wrong)} | ${percent(found, found + missed)} | ${f1} |`;
  });
  return ['| type | expected | found | missed | wrong | precision | recall | F1 |', '|---|--:|--:|--:|--:|--:|--:|--:|', ...lines].join(
    '\n',
  );
}

function cases(rows: readonly (readonly [string, Score])[], limit = 6): string {
  const lines = rows.flatMap(([name, { left }]) => {
    if (left.size === 0) return [];
    const sorted = [...left].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const shown = sorted.slice(0, limit).map(([what, count]) => (count === 1 ? what : `${what} (${count})`));
    const rest = sorted.length > limit ? `; ${sorted.length - limit} more kinds` : '';
    return [`- **${name}**: ${shown.join('; ')}${rest}`];
  });
  return lines.length === 0 ? 'Nothing is left.' : lines.join('\n');
}

const RESEARCH: readonly (readonly [entity: string, rules: readonly string[]])[] = [
  ['EMAIL_ADDRESS', ['email']],
  ['CREDIT_CARD', ['card']],
  ['IBAN_CODE', ['iban']],
  ['US_SSN', ['us-ssn', 'us-itin']],
  ['IP_ADDRESS', ['ip-public', 'ip-private']],
  ['PHONE_NUMBER', ['phone']],
  ['US_DRIVER_LICENSE', ['driving-licence']],
];

interface Sentence {
  readonly full_text: string;
  readonly spans: readonly { readonly entity_type: string; readonly start_position: number; readonly end_position: number }[];
}

function scoreResearch(folder: string): [string, Score][] {
  const scores = RESEARCH.map(([entity]): [string, Score] => [entity, newScore()]);
  for (const name of ['generated_large.json', 'generated_small.json']) {
    for (const { full_text, spans } of JSON.parse(readFileSync(join(folder, name), 'utf8')) as Sentence[]) {
      const hits = hitsIn(full_text);
      const bytes = Buffer.from(full_text);
      const characters = [...full_text];
      const byteOf = (codePoints: number) => Buffer.byteLength(characters.slice(0, codePoints).join(''));
      RESEARCH.forEach(([entity, rules], index) => {
        const score = (scores[index] as [string, Score])[1];
        const wanted = spans
          .filter((span) => span.entity_type === entity)
          .map((span) => [byteOf(span.start_position), byteOf(span.end_position)] as const);
        for (const [start, end] of wanted) {
          if (hits.some((hit) => (rules.includes(hit.rule) || hit.rule === 'test-value') && hit.start < end && start < hit.end))
            score.found++;
          else {
            score.missed++;
            leave(score, `missed \`${shapeOf(bytes.toString('utf8', start, end))}\``);
          }
        }
        for (const hit of hits) {
          if (!rules.includes(hit.rule) || wanted.some(([start, end]) => hit.start < end && start < hit.end)) continue;
          score.wrong++;
          leave(score, `wrong \`${shapeOf(bytes.toString('utf8', Math.max(0, hit.start - 3), hit.end + 12))}\``);
        }
      });
    }
  }
  return scores;
}

/** Presidio's entities that have a rule here, and a word that goes with each. */
const RECOGNIZERS: Readonly<Record<string, readonly [word: string, ...rules: string[]]>> = {
  ABA_ROUTING_NUMBER: ['routing number', 'bank-routing'],
  AU_MEDICARE: ['medicare', 'national-au-medicare'],
  AU_TFN: ['tfn', 'national-au-tfn'],
  CA_SIN: ['social insurance number', 'national-ca-sin'],
  CREDIT_CARD: ['credit card', 'card'],
  CRYPTO: ['wallet', 'crypto-wallet'],
  DE_SOCIAL_SECURITY: ['Sozialversicherungsnummer', 'national-de-social-security'],
  DE_TAX_ID: ['Steuer-ID', 'national-de-tax-id'],
  EMAIL_ADDRESS: ['e-mail', 'email'],
  ES_NIE: ['NIE', 'national-es-nif'],
  ES_NIF: ['NIF', 'national-es-nif'],
  FI_PERSONAL_IDENTITY_CODE: ['hetu', 'national-fi-hetu'],
  IN_AADHAAR: ['aadhaar', 'national-in-aadhaar'],
  IN_PAN: ['permanent account number', 'national-in-pan'],
  IN_PASSPORT: ['passport', 'passport'],
  IP_ADDRESS: ['address', 'ip-public', 'ip-private'],
  IT_FISCAL_CODE: ['codice fiscale', 'national-it-fiscal-code'],
  KR_FRN: ['foreigner registration', 'national-kr-rrn'],
  KR_PASSPORT: ['passport', 'passport'],
  KR_RRN: ['rrn', 'national-kr-rrn'],
  MAC_ADDRESS: ['mac', 'mac-address'],
  PH_MOBILE_NUMBER: ['mobile', 'phone'],
  PL_PESEL: ['pesel', 'national-pl-pesel'],
  SE_PERSONNUMMER: ['personnummer', 'national-se-personnummer'],
  SG_NRIC_FIN: ['nric', 'national-sg-nric'],
  TH_TNIN: ['tnin', 'national-th-national-id'],
  TR_NATIONAL_ID: ['kimlik', 'national-tr-identity-number'],
  TR_PHONE_NUMBER: ['telefon', 'phone'],
  UK_NHS: ['nhs', 'national-uk-nhs'],
  UK_NINO: ['national insurance', 'national-uk-nino'],
  UK_PASSPORT: ['passport', 'passport'],
  US_DRIVER_LICENSE: ['driver license', 'driving-licence'],
  US_ITIN: ['itin', 'us-itin'],
  US_NPI: ['npi', 'national-us-npi'],
  US_PASSPORT: ['passport', 'passport'],
  US_SSN: ['ssn', 'us-ssn'],
  ZA_ID_NUMBER: ['south african id', 'national-za-id-number'],
};

interface RecognizerCase {
  readonly entities: readonly string[];
  readonly case: { readonly text?: string; readonly expected_len?: number };
}

/** Each case by its own text, and by its text after a word that says what it is. */
function scoreRecognizers(file: string): { readonly rows: [string, Score][]; readonly uncovered: string[] } {
  const scores = new Map<string, Score>();
  const uncovered = new Set<string>();
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const { entities, case: given } = JSON.parse(line) as RecognizerCase;
    const [entity] = entities;
    if (given.text === undefined || entity === undefined || given.expected_len === undefined) continue;
    const mapped = RECOGNIZERS[entity];
    if (mapped === undefined) {
      uncovered.add(entity);
      continue;
    }
    const [word, ...rules] = mapped;
    const score = scores.get(entity) ?? newScore();
    scores.set(entity, score);
    const count = (text: string) => hitsIn(text).filter((hit) => rules.includes(hit.rule) || hit.rule === 'test-value').length;
    const bare = count(given.text);
    const spoken = count(`${word}: ${given.text}`);
    if (given.expected_len > 0) {
      if (bare + spoken > 0) {
        score.found++;
        if (bare === 0) leave(score, 'found only beside a word');
      } else {
        score.missed++;
        leave(score, `missed \`${shapeOf(given.text)}\``);
      }
    } else if (hitsIn(given.text).some((hit) => rules.includes(hit.rule))) {
      score.wrong++;
      leave(score, `wrong \`${shapeOf(given.text)}\``);
    }
  }
  return { rows: [...scores].sort((a, b) => (a[0] < b[0] ? -1 : 1)), uncovered: [...uncovered].sort() };
}

interface ValidatorTable {
  readonly validator: string;
  readonly valid?: readonly unknown[];
  readonly invalid?: readonly unknown[];
}

const VALIDATORS: Readonly<Record<string, readonly [word: string, ...rules: string[]]>> = {
  isEmail: ['', 'email'],
  isCreditCard: ['card ', 'card'],
  isIBAN: ['', 'iban'],
  isIP: ['', 'ip-public', 'ip-private'],
  isJWT: ['', 'jwt'],
  isMobilePhone: ['mobile ', 'phone'],
};

function scoreValidators(file: string): [string, Score][] {
  const scores = new Map<string, Score>();
  for (const { validator, valid, invalid } of JSON.parse(readFileSync(file, 'utf8')) as ValidatorTable[]) {
    const mapped = VALIDATORS[validator];
    if (mapped === undefined) continue;
    const [word, ...rules] = mapped;
    const score = scores.get(validator) ?? newScore();
    scores.set(validator, score);
    const whole = (text: string, also: readonly string[]) =>
      hitsIn(word + text).some(
        (hit) => also.includes(hit.rule) && hit.start <= word.length + 1 && hit.end >= Buffer.byteLength(word + text) - 1,
      );
    for (const text of valid ?? []) {
      if (typeof text !== 'string') continue;
      if (whole(text, [...rules, 'test-value'])) score.found++;
      else {
        score.missed++;
        leave(score, `missed \`${shapeOf(text)}\``);
      }
    }
    for (const text of invalid ?? []) {
      if (typeof text !== 'string' || !whole(text, rules)) continue;
      score.wrong++;
      leave(score, `wrong \`${shapeOf(text)}\``);
    }
  }
  return [...scores];
}

function scoreRegistries(pii: string): [string, Score][] {
  const iban = newScore();
  const ibans = readFileSync(
    join(pii, 'apache+commons-validator/src/test/resources/org/apache/commons/validator/routines/checkdigit/IBANtests.txt'),
    'utf8',
  );
  for (const line of ibans.split('\n')) {
    const text = line.trim();
    if (text === '' || text.startsWith('#') || !/^[A-Z]{2}\d\d/.test(text)) continue;
    if (hitsIn(text).some((hit) => hit.rule === 'iban' || hit.rule === 'test-value')) iban.found++;
    else {
      iban.missed++;
      leave(iban, `missed \`${shapeOf(text)}\``);
    }
  }
  const mail = newScore();
  const tests = readFileSync(join(pii, 'dominicsayers+isemail/test/tests.xml'), 'utf8');
  for (const [, address, category] of tests.matchAll(/<address>(.*?)<\/address>[\s\S]*?<category>(.*?)<\/category>/g)) {
    const text = (address ?? '')
      .replace(/&#x24(\d\d);/g, ' ')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&');
    const hit = hitsIn(text).find(
      (each) => (each.rule === 'email' || each.rule === 'test-value') && each.start === 0 && each.end === Buffer.byteLength(text),
    );
    const good = category === 'ISEMAIL_VALID_CATEGORY' || category === 'ISEMAIL_DNSWARN';
    if (good && hit) mail.found++;
    else if (good) {
      mail.missed++;
      leave(mail, `missed \`${shapeOf(text)}\``);
    } else if (hit && category === 'ISEMAIL_ERR') {
      mail.wrong++;
      leave(mail, `wrong \`${shapeOf(text)}\``);
    }
  }
  const phones = newScore();
  const metadata = readFileSync(join(pii, 'google+libphonenumber/resources/PhoneNumberMetadata.xml'), 'utf8');
  for (const [, digits] of metadata.matchAll(/<exampleNumber>(\d+)<\/exampleNumber>/g)) {
    if (hitsIn(`phone: ${digits}`).some((hit) => hit.rule === 'phone')) phones.found++;
    else {
      phones.missed++;
      leave(phones, `missed \`${shapeOf(digits ?? '')}\``);
    }
  }
  return [
    ['commons-validator, IBANtests', iban],
    ['isemail, valid addresses', mail],
    ['libphonenumber, example numbers after `phone:`', phones],
  ];
}

interface SecretExample {
  readonly rule: string;
  readonly label: string;
  readonly text: string;
}

const isSecret = (hit: Hit) =>
  hit.severity === 'critical' ||
  hit.rule === 'password-hash' ||
  hit.rule.startsWith('token-') ||
  hit.rule.startsWith('key-') ||
  hit.rule === 'test-value';

function scoreSecrets(folder: string): [string, Score][] {
  const rows: [string, Score][] = [];
  for (const origin of ['mongodb+kingfisher', 'praetorian-inc+noseyparker']) {
    const score = newScore();
    for (const line of readFileSync(join(folder, origin, 'derived/rule_examples.jsonl'), 'utf8')
      .trim()
      .split('\n')) {
      const { rule, label, text } = JSON.parse(line) as SecretExample;
      const hit = hitsIn(text).find(isSecret);
      if (label === 'positive' && hit) score.found++;
      else if (label === 'positive') {
        score.missed++;
        leave(score, rule.replace(/^(?:kingfisher|np)\./, '').replace(/\.\d+$/, ''));
      } else if (hit && hit.rule !== 'test-value') {
        score.wrong++;
        leave(score, `wrong: ${rule}`);
      }
    }
    rows.push([origin.replace(/^.*\+/, ''), score]);
  }
  const lint = newScore();
  const packages = join(folder, 'secretlint+secretlint/packages/@secretlint');
  for (const name of readdirSync(packages).sort()) {
    const snapshots = join(packages, name, 'test/snapshots');
    if (!existsSync(snapshots)) continue;
    for (const snapshot of readdirSync(snapshots).sort()) {
      const at = join(snapshots, snapshot, 'output.json');
      if (!existsSync(at)) continue;
      const { messages, sourceContent } = JSON.parse(readFileSync(at, 'utf8')) as {
        messages?: { type?: string }[];
        sourceContent?: string;
      };
      if (sourceContent === undefined) continue;
      const expected = (messages ?? []).some((message) => message.type === undefined || message.type === 'message');
      const hit = hitsIn(sourceContent).find(isSecret);
      const label = name.replace('secretlint-rule-', '');
      if (expected && hit) lint.found++;
      else if (expected) {
        lint.missed++;
        leave(lint, label);
      } else if (hit && hit.rule !== 'test-value') {
        lint.wrong++;
        leave(lint, `wrong: ${label}`);
      }
    }
  }
  rows.push(['secretlint', lint]);
  return rows;
}

/** The document on accuracy, from the third-party data in `data`; secrets are unpacked into a temporary folder that is removed. */
export async function renderAccuracy(data: string): Promise<string> {
  const pii = join(data, 'pii');
  const research = scoreResearch(join(pii, 'microsoft+presidio-research/tests/data'));
  const recognizers = scoreRecognizers(join(pii, 'microsoft+presidio/derived/recognizer_cases.jsonl'));
  const validators = scoreValidators(join(pii, 'validatorjs+validator.js/derived/validator_lists.json'));
  const registries = scoreRegistries(pii);
  const temporary = mkdtempSync(join(tmpdir(), 'accuracy-'));
  let secrets: [string, Score][];
  try {
    execFileSync('tar', ['xzf', join(data, 'secrets.tgz'), '-C', temporary]);
    secrets = scoreSecrets(temporary);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return `<!-- generated by scripts/telemetry-docs.mjs -->
# Accuracy of telemetry-scan

What the default rules find and miss in sets that others made. A match counts when it overlaps the expected span, at any severity; published test values
(\`test-value\`) count as found. Where something is left, it stands below its table as a shape: 9 for a digit, a and A for letters.

## presidio-research, generated sets (2,209 sentences)

The aims are 0.98 recall and 0.95 precision for e-mail, card, IBAN and SSN, at most one missed address, and 0.9 and 0.9 for telephone numbers.

${table(research)}

Left:

${cases(research, 8)}

Wrong telephone numbers are the number of a house after a number of a street ("at 99 9999 Road") beside a word such as call or office.

## Presidio, cases of its recognizers

Each case is scanned as it is, and once more after a word that says what it is, because identifiers with a single check digit and numbers without any are
reported only beside a word; how many that are stands below. "Wrong" are cases that Presidio expects to be nothing, scanned without a word.

${table(recognizers.rows)}

Left:

${cases(recognizers.rows)}

No rule here, because they name no person by themselves or need more than patterns: ${recognizers.uncovered.join(', ')}.

Why the rest is left: loopback, unspecified, broadcast and multicast addresses, and networks in CIDR notation that begin with one, name no machine of a
person and are no finding on purpose; identifiers whose check letter or digit is wrong in the case (Presidio checks the shape alone for PAN, NRIC and NIF of
seven digits) are refused; two numbers without a separator between them are read as one.

## validator.js, whole strings

${table(validators)}

These lists ask whether a whole string is valid; a scanner asks whether a text holds a value. So an address followed by a dot, cut or with a trailing word
holds one ("wrong"), and a valid card of one network stands in the list of what is invalid for another; mobile numbers that are invalid in one country are
numbers of another. Missed are quoted local parts, comments, addresses at bare IP addresses, and the addresses that are no finding on purpose.

${cases(validators)}

## Registries

${table(registries)}

Left:

${cases(registries)}

Missed: accounts of countries that use no IBAN of the registry's length, addresses that RFC 5321 allows and nobody has (a top level of one letter, no
dot, a local part of punctuation), and service numbers of fewer than six digits.

## Secrets: examples of other scanners

Every positive example of every rule, whatever provider; "missed" are mostly keys that have no mark of their own and whose provider is in no list of
gitleaks, which is the list that is followed here.

${table(secrets)}

Left:

${cases(secrets, 40)}
`;
}
