import { luhn, verhoeff, weightedSum } from '../checks.ts';
import { isDay, type NationalIdentifier } from './identifier.ts';

const digit = (value: string, at: number) => value.charCodeAt(at) - 48;
const letter = (value: string, at: number) => value.charCodeAt(at) - 55;

/** Two check digits modulo 11, as Brazil computes them. */
function brazilian(value: string, first: readonly number[], second: readonly number[]): boolean {
  const check = (weights: readonly number[]) => {
    const rest = weightedSum(value, weights) % 11;
    return rest < 2 ? 0 : 11 - rest;
  };
  return !/^(\d)\1+$/.test(value) && check(first) === digit(value, first.length) && check(second) === digit(value, second.length);
}

const SINGAPORE = { S: 'JZIHGFEDCBA', T: 'GFEDCBAJZIH', F: 'XWUTRQPNMLK', G: 'RQPNMLKXWUT', M: 'KLJNPQRTUWX' } as Readonly<
  Record<string, string>
>;
const CURP = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';

export const WORLD: readonly NationalIdentifier[] = [
  {
    id: 'ca-sin',
    title: 'Canadian social insurance number',
    shape: String.raw`[1-79]\d{2}[ -]?\d{3}[ -]?\d{3}`,
    words: ['sin ', 'sin:', 'sin_', 'sin#', 'sin"', 'social insurance', 'assurance sociale', 'nas '],
    valid: luhn,
  },
  {
    id: 'br-cpf',
    title: 'Brazilian CPF',
    shape: String.raw`\d{3}\.?\d{3}\.?\d{3}-?\d{2}`,
    words: ['cpf', 'cadastro de pessoa'],
    strong: true,
    digits: [11, 11],
    valid: (value) => brazilian(value, [10, 9, 8, 7, 6, 5, 4, 3, 2], [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]),
  },
  {
    id: 'cl-rut',
    title: 'Chilean RUT',
    shape: String.raw`\d{1,2}\.?\d{3}\.?\d{3}-[\dK]`,
    words: ['rut', 'run ', 'rol único', 'rol unico'],
    valid: (value) => {
      let sum = 0;
      const body = value.slice(0, -1);
      for (let i = 0; i < body.length; i++) sum += digit(body, body.length - 1 - i) * (2 + (i % 6));
      const check = 11 - (sum % 11);
      return value.at(-1) === (check === 11 ? '0' : check === 10 ? 'K' : String(check));
    },
  },
  {
    id: 'ar-cuit',
    title: 'Argentine CUIT or CUIL',
    shape: String.raw`(?:20|23|24|25|26|27|30|33|34)-?\d{8}-?\d`,
    words: ['cuit', 'cuil'],
    valid: (value) => (11 - (weightedSum(value, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === digit(value, 10),
  },
  {
    id: 'mx-curp',
    title: 'Mexican CURP',
    shape: String.raw`[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[A-Z\d]\d`,
    words: ['curp', 'registro de población', 'registro de poblacion'],
    strong: true,
    valid: (value) => {
      let sum = 0;
      for (let at = 0; at < 17; at++) sum += CURP.indexOf(value[at] as string) * (18 - at);
      return isDay(value.slice(4, 10), 'ymd') && (10 - (sum % 10)) % 10 === digit(value, 17);
    },
  },
  {
    id: 'in-aadhaar',
    title: 'Indian Aadhaar number',
    shape: String.raw`[2-9]\d{3}([ -]?)\d{4}\1\d{4}`,
    words: ['aadhaar', 'aadhar', 'uidai', 'uid '],
    valid: (value) => verhoeff(value) && value !== [...value].reverse().join(''),
  },
  {
    id: 'in-pan',
    title: 'Indian permanent account number',
    shape: String.raw`[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]`,
    words: ['pan ', 'pan:', 'pan_', 'pan#', 'pan"', 'permanent account', 'income tax'],
    valid: () => true,
  },
  {
    id: 'cn-resident-id',
    title: 'Chinese resident identity number',
    shape: String.raw`[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]`,
    words: ['resident id', 'identity card', 'shenfenzheng', '身份证', 'id card', 'idcard', 'id_card'],
    strong: true,
    digits: [17, 18],
    valid: (value) => '10X98765432'[weightedSum(value, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11] === value[17],
  },
  {
    id: 'kr-rrn',
    title: 'Korean resident registration number',
    shape: String.raw`\d{6}-?[1-8]\d{6}`,
    words: ['rrn', 'resident registration', '주민등록', 'foreigner registration', 'frn'],
    valid: (value) => {
      // Since October 2020 the last digits are random; the date and the digit for sex and century have to do.
      return isDay(value.slice(0, 6), 'ymd');
    },
  },
  {
    id: 'tw-national-id',
    title: 'Taiwanese identity number',
    shape: String.raw`[A-Z][1289]\d{8}`,
    words: ['taiwan', '身分證', 'national id', 'identity card', 'id card'],
    valid: (value) => {
      const code = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'.indexOf(value[0] as string) + 10;
      return (Math.floor(code / 10) + (code % 10) * 9 + weightedSum(value.slice(1), [8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 === 0;
    },
  },
  {
    id: 'hk-identity-card',
    title: 'Hong Kong identity card number',
    shape: String.raw`[A-Z]{1,2}\d{6} ?\(?[\dA]\)?`,
    words: ['hkid', 'hong kong id', '身份證', 'identity card'],
    valid: (value) => {
      const padded = value.length === 8 ? ` ${value}` : value;
      let sum = (padded[0] === ' ' ? 36 : letter(padded, 0)) * 9 + letter(padded, 1) * 8;
      for (let at = 2; at < 8; at++) sum += digit(padded, at) * (9 - at);
      const check = (11 - (sum % 11)) % 11;
      return padded[8] === (check === 10 ? 'A' : String(check));
    },
  },
  {
    id: 'sg-nric',
    title: 'Singaporean NRIC or FIN',
    shape: String.raw`[STFGM]\d{7}[A-Z]`,
    words: ['nric', 'fin ', 'fin:', 'fin"', 'identity card', 'singapore'],
    strong: true,
    valid: (value) => {
      const offset = { T: 4, G: 4, M: 3 }[value[0] as string] ?? 0;
      const rest = (weightedSum(value.slice(1), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
      return SINGAPORE[value[0] as string]?.[value[0] === 'M' ? 10 - rest : rest] === value[8];
    },
  },
  {
    id: 'th-national-id',
    title: 'Thai national identity number',
    shape: String.raw`[1-8][- ]?\d{4}[- ]?\d{5}[- ]?\d{2}[- ]?\d`,
    words: ['thai', 'บัตรประชาชน', 'tnin', 'เลขประจำตัว', 'citizen id', 'national id'],
    valid: (value) => (11 - (weightedSum(value, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === digit(value, 12),
  },
  {
    id: 'jp-my-number',
    title: 'Japanese My Number',
    shape: String.raw`\d{4}[ -]?\d{4}[ -]?\d{4}`,
    words: ['my number', 'mynumber', 'my_number', 'マイナンバー', '個人番号'],
    valid: (value) => {
      const rest = weightedSum(value, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
      return (rest <= 1 ? 0 : 11 - rest) === digit(value, 11);
    },
  },
  {
    id: 'au-tfn',
    title: 'Australian tax file number',
    shape: String.raw`\d{3} ?\d{3} ?\d{3}`,
    words: ['tfn', 'tax file'],
    valid: (value) => weightedSum(value, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
  },
  {
    id: 'au-medicare',
    title: 'Australian Medicare number',
    shape: String.raw`[2-6]\d{3} ?\d{5} ?\d`,
    words: ['medicare'],
    valid: (value) => weightedSum(value, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === digit(value, 8),
  },
  {
    id: 'il-teudat-zehut',
    title: 'Israeli identity number',
    shape: String.raw`\d{9}`,
    words: ['teudat', 'zehut', 'תעודת זהות', 'israeli id'],
    valid: luhn,
  },
  {
    id: 'za-id-number',
    title: 'South African identity number',
    shape: String.raw`\d{6} ?\d{4} ?[012]\d{2}`,
    words: ['south african id', 'said ', 'sa id', 'id number', 'id no', 'id_number', 'identity number', 'idnumber'],
    valid: (value) => isDay(value.slice(0, 6), 'ymd') && luhn(value),
  },
  {
    id: 'us-npi',
    title: 'US national provider identifier',
    shape: String.raw`[12]\d{3}-?\d{3}-?\d{3}`,
    words: ['npi', 'provider identifier'],
    valid: (value) => luhn(`80840${value}`),
  },
];
