import { readFileSync } from 'node:fs';
import { hitsIn, leave, newScore, type Score, shapeOf } from './score.ts';

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
export function scoreRecognizers(file: string): { readonly rows: [string, Score][]; readonly uncovered: string[] } {
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
