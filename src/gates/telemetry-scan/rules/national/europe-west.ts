import { mod1110, weightedSum } from '../checks.ts';
import { isDay, type NationalIdentifier } from './identifier.ts';

const digit = (value: string, at: number) => value.charCodeAt(at) - 48;
const NIF_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** Codice fiscale (DM 23/12/1976): characters at odd places count by this table. */
const CF_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
const cfValue = (character: string) => (/\d/.test(character) ? character.charCodeAt(0) - 48 : character.charCodeAt(0) - 65);

/** Identifiers of western and southern Europe. */
export const EUROPE_WEST: readonly NationalIdentifier[] = [
  {
    id: 'uk-nhs',
    title: 'UK NHS number',
    shape: String.raw`\d{3}[ -]?\d{3}[ -]?\d{4}`,
    words: ['nhs', 'national health'],
    valid: (value) => (11 - (weightedSum(value, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === digit(value, 9),
  },
  {
    id: 'uk-nino',
    title: 'UK national insurance number',
    shape: String.raw`[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]`,
    words: ['nino', 'national insurance', 'insurance n', 'ni number', 'ni_number', 'nationalinsurance'],
    valid: (value) => !/^(?:BG|GB|KN|NK|NT|TN|ZZ)/.test(value),
  },
  {
    id: 'de-tax-id',
    title: 'German tax identification number',
    shape: String.raw`[1-9]\d(?:[ /]?\d{3}){3}`,
    words: ['steuer', 'tax id', 'tax_id', 'taxid', 'idnr', 'tin ', 'tin_', 'tin"', 'identifikationsnummer'],
    valid: mod1110,
  },
  {
    id: 'de-social-security',
    title: 'German pension insurance number',
    shape: String.raw`\d{2} ?\d{6} ?[A-Z] ?\d{3}`,
    words: ['sozialversicherung', 'rentenversicherung', 'rvnr', 'svnr', 'vsnr', 'versicherungsnummer', 'social security'],
    strong: true,
    digits: [11, 11],
    valid: (value) => {
      const letter = value.charCodeAt(8) - 64;
      const digits = `${value.slice(0, 8)}${String(letter).padStart(2, '0')}${value.slice(9, 11)}`;
      let sum = 0;
      [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1].forEach((weight, at) => {
        const product = weight * digit(digits, at);
        sum += Math.floor(product / 10) + (product % 10);
      });
      return Number(value.slice(4, 6)) >= 1 && Number(value.slice(4, 6)) <= 12 && sum % 10 === digit(value, 11);
    },
  },
  {
    id: 'fr-nir',
    title: 'French social security number (NIR)',
    shape: String.raw`[1278] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}`,
    words: ['nir', 'sécurité sociale', 'securite sociale', 'insee', 'numero de secu', 'numéro de sécu', 'social'],
    strong: true,
    digits: [13, 15],
    valid: (value) => {
      const body = value.slice(0, 13).replace('2A', '19').replace('2B', '18');
      const month = Number(value.slice(3, 5));
      return (
        month >= 1 &&
        (month <= 12 || (month >= 20 && month <= 42) || month >= 50) &&
        97 - Number(BigInt(body) % 97n) === Number(value.slice(13))
      );
    },
  },
  {
    id: 'es-nif',
    title: 'Spanish identity number (DNI, NIE)',
    shape: String.raw`(?:\d{8}|[XYZ]-?\d{7})[ -]?[A-Z]`,
    words: ['dni', 'nif', 'nie', 'documento nacional', 'identidad', 'identificacion', 'identificación', 'extranjero'],
    strong: true,
    valid: (value) => NIF_LETTERS[Number(value.slice(0, 8).replace('X', '0').replace('Y', '1').replace('Z', '2')) % 23] === value[8],
  },
  {
    id: 'it-fiscal-code',
    title: 'Italian fiscal code',
    shape: '[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]',
    words: ['codice fiscale', 'cod. fisc', 'fiscal code', 'fiscalcode', 'codicefiscale', 'codice_fiscale', 'fiscal_code'],
    strong: true,
    valid: (value) => {
      let sum = 0;
      for (let at = 0; at < 15; at++) {
        const own = cfValue(value[at] as string);
        sum += at % 2 === 0 ? (CF_ODD[own] as number) : own;
      }
      return value[15] === String.fromCharCode(65 + (sum % 26));
    },
  },
  {
    id: 'nl-bsn',
    title: 'Dutch citizen service number (BSN)',
    shape: String.raw`\d{4}\.?\d{2}\.?\d{3}`,
    words: ['bsn', 'burgerservice', 'sofinummer', 'sofi-nummer'],
    valid: (value) => (weightedSum(value, [9, 8, 7, 6, 5, 4, 3, 2]) - digit(value, 8)) % 11 === 0 && value !== '000000000',
  },
  {
    id: 'be-national-number',
    title: 'Belgian national number',
    shape: String.raw`\d{2}\.?\d{2}\.?\d{2}[- ]?\d{3}\.?\d{2}`,
    words: [
      'rijksregister',
      'registre national',
      'numéro national',
      'numero national',
      'nationaal nummer',
      'national number',
      'insz',
      'niss',
    ],
    strong: true,
    digits: [11, 11],
    valid: (value) => {
      const check = Number(value.slice(9));
      const body = Number(value.slice(0, 9));
      const month = Number(value.slice(2, 4)) % 20;
      return month <= 12 && Number(value.slice(4, 6)) <= 31 && (97 - (body % 97) === check || 97 - ((2_000_000_000 + body) % 97) === check);
    },
  },
  {
    id: 'ch-ahv',
    title: 'Swiss social security number (AHV)',
    shape: String.raw`756\.?\d{4}\.?\d{4}\.?\d{2}`,
    words: ['ahv', 'avs', 'sozialversicherung', 'social'],
    strong: true,
    digits: [13, 13],
    valid: (value) => (10 - (weightedSum(value, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 === digit(value, 12),
  },
  {
    id: 'at-svnr',
    title: 'Austrian social insurance number',
    shape: String.raw`\d{4}[ -]?\d{6}`,
    words: ['svnr', 'sv-nummer', 'sozialversicherung', 'versicherungsnummer'],
    valid: (value) =>
      isDay(value.slice(4), 'dmy') &&
      (weightedSum(value, [3, 7, 9]) + weightedSum(value.slice(4), [5, 8, 4, 2, 1, 6])) % 11 === digit(value, 3),
  },
  {
    id: 'pt-nif',
    title: 'Portuguese tax number (NIF)',
    shape: String.raw`[1-35689]\d{2} ?\d{3} ?\d{3}`,
    words: ['nif', 'contribuinte', 'número fiscal', 'numero fiscal'],
    valid: (value) => {
      const rest = weightedSum(value, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
      return (rest < 2 ? 0 : 11 - rest) === digit(value, 8);
    },
  },
  {
    id: 'ie-pps',
    title: 'Irish PPS number',
    shape: String.raw`\d{7}[A-W][A-IW]?`,
    words: ['pps', 'ppsn', 'personal public service'],
    valid: (value) => {
      const extra = value[8] === undefined || value[8] === 'W' ? 0 : (value.charCodeAt(8) - 64) * 9;
      const rest = (weightedSum(value, [8, 7, 6, 5, 4, 3, 2]) + extra) % 23;
      return value[7] === (rest === 0 ? 'W' : String.fromCharCode(64 + rest));
    },
  },
];
