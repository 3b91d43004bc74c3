import { digitsOf, luhn, mod1110, weightedSum } from '../checks.ts';
import { isDay, type NationalIdentifier } from './identifier.ts';

const digit = (value: string, at: number) => value.charCodeAt(at) - 48;
const HETU_CHARACTERS = '0123456789ABCDEFHJKLMNPRSTUVWXY';

/** Estonia and Lithuania share one algorithm of two rounds. */
function baltic(value: string): boolean {
  if (!isDay(value.slice(1, 7), 'ymd')) return false;
  let check = weightedSum(value, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  if (check === 10) check = weightedSum(value, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
  return (check === 10 ? 0 : check) === digit(value, 10);
}

/** Identifiers of northern, eastern and south-eastern Europe. */
export const EUROPE_NORTH_EAST: readonly NationalIdentifier[] = [
  {
    id: 'pl-pesel',
    title: 'Polish PESEL number',
    shape: String.raw`\d{11}`,
    words: ['pesel'],
    valid: (value) =>
      Number(value.slice(2, 4)) % 20 >= 1 &&
      Number(value.slice(2, 4)) % 20 <= 12 &&
      Number(value.slice(4, 6)) <= 31 &&
      (10 - (weightedSum(value, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === digit(value, 10),
  },
  {
    id: 'se-personnummer',
    title: 'Swedish personal identity number',
    shape: String.raw`(?:18|19|20)?\d{6}[-+]?\d{4}`,
    words: ['personnummer', 'personnr', 'personal identity', 'samordningsnummer', 'identity number'],
    valid: (value) => {
      const digits = value.slice(-10);
      const day = Number(digits.slice(4, 6));
      return isDay(`${digits.slice(0, 4)}${String(day > 60 ? day - 60 : day).padStart(2, '0')}`, 'ymd') && luhn(digits);
    },
  },
  {
    id: 'fi-hetu',
    title: 'Finnish personal identity code',
    shape: String.raw`\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]`,
    words: ['henkilötunnus', 'henkilotunnus', 'hetu', 'personal identity', 'identity code', 'personbeteckning'],
    strong: true,
    // The sign of the century is no separator; the caller keeps letters, and digits stand at the same places with or without it.
    valid: (value) => {
      const compact = value.replace(/^(\d{6})[A-Z]/, '$1');
      return isDay(compact.slice(0, 6), 'dmy') && HETU_CHARACTERS[Number(compact.slice(0, 9)) % 31] === compact[9];
    },
  },
  {
    id: 'no-fodselsnummer',
    title: 'Norwegian national identity number',
    shape: String.raw`\d{6} ?\d{5}`,
    words: ['fødselsnummer', 'fodselsnummer', 'fodselsnr', 'personnummer', 'd-nummer', 'national identity'],
    strong: true,
    digits: [11, 11],
    valid: (value) => {
      const first = (11 - (weightedSum(value, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11)) % 11;
      const second = (11 - (weightedSum(value, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
      const day = Number(value.slice(0, 2)) % 40;
      return first === digit(value, 9) && second === digit(value, 10) && day >= 1 && day <= 31 && Number(value.slice(2, 4)) % 40 <= 12;
    },
  },
  {
    id: 'dk-cpr',
    title: 'Danish CPR number',
    shape: String.raw`\d{6}-?\d{4}`,
    words: ['cpr', 'personnummer', 'cpr-nr'],
    // Since 2007 numbers without a check digit are given out, so the date has to do.
    valid: (value) => isDay(value.slice(0, 6), 'dmy'),
  },
  {
    id: 'cz-rodne-cislo',
    title: 'Czech and Slovak birth number',
    shape: String.raw`\d{6}/?\d{4}`,
    words: ['rodné', 'rodne', 'birth number', 'rod. č'],
    valid: (value) => {
      const month = Number(value.slice(2, 4)) % 50;
      return (
        month % 20 >= 1 &&
        month % 20 <= 12 &&
        Number(value.slice(4, 6)) <= 31 &&
        (Number(value) % 11 === 0 || (Number(value.slice(0, 9)) % 11 === 10 && value[9] === '0'))
      );
    },
  },
  {
    id: 'ro-cnp',
    title: 'Romanian personal numeric code',
    shape: String.raw`[1-9]\d{12}`,
    words: ['cnp', 'cod numeric', 'codul numeric'],
    valid: (value) => {
      const check = weightedSum(value, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
      return isDay(value.slice(1, 7), 'ymd') && (check === 10 ? 1 : check) === digit(value, 12);
    },
  },
  {
    id: 'bg-egn',
    title: 'Bulgarian civil number',
    shape: String.raw`\d{10}`,
    words: ['egn', 'егн', 'единен граждански'],
    valid: (value) =>
      Number(value.slice(2, 4)) % 20 <= 12 &&
      Number(value.slice(4, 6)) <= 31 &&
      (weightedSum(value, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === digit(value, 9),
  },
  {
    id: 'hr-oib',
    title: 'Croatian personal identification number',
    shape: String.raw`\d{11}`,
    words: ['oib', 'osobni identifikacijski'],
    valid: mod1110,
  },
  {
    id: 'ee-isikukood',
    title: 'Estonian personal code',
    shape: String.raw`[1-8]\d{10}`,
    words: ['isikukood', 'personal code'],
    valid: baltic,
  },
  {
    id: 'lt-asmens-kodas',
    title: 'Lithuanian personal code',
    shape: String.raw`[3-6]\d{10}`,
    words: ['asmens kod', 'personal code'],
    valid: baltic,
  },
  {
    id: 'lv-personas-kods',
    title: 'Latvian personal code',
    shape: String.raw`\d{6}-\d{5}`,
    words: ['personas kod', 'personal code'],
    valid: (value) =>
      value.startsWith('32') ||
      (isDay(value.slice(0, 6), 'dmy') && ((1101 - weightedSum(value, [1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11) % 10 === digit(value, 10)),
  },
  {
    id: 'gr-amka',
    title: 'Greek social security number (AMKA)',
    shape: String.raw`\d{11}`,
    words: ['amka', 'αμκα'],
    valid: (value) => isDay(value.slice(0, 6), 'dmy') && luhn(value),
  },
  {
    id: 'tr-identity-number',
    title: 'Turkish identity number',
    shape: String.raw`[1-9]\d{10}`,
    words: ['tckn', 'tc kimlik', 'kimlik', 't.c. kimlik', 'turkish national', 'tc no'],
    strong: true,
    digits: [11, 11],
    valid: (value) => {
      const at = (index: number) => digit(value, index);
      const tenth = ((at(0) + at(2) + at(4) + at(6) + at(8)) * 7 - (at(1) + at(3) + at(5) + at(7))) % 10;
      const sum = [...value.slice(0, 10)].reduce((total, character) => total + Number(character), 0);
      return (tenth + 10) % 10 === at(9) && sum % 10 === at(10);
    },
  },
  {
    id: 'rs-jmbg',
    title: 'Serbian, Bosnian and Slovenian citizen number (JMBG, EMŠO)',
    shape: String.raw`\d{13}`,
    words: ['jmbg', 'emšo', 'emso', 'matični', 'maticni'],
    valid: (value) => {
      const rest = 11 - (weightedSum(value, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11);
      return isDay(digitsOf(value).slice(0, 4) + value.slice(5, 7), 'dmy') && (rest > 9 ? 0 : rest) === digit(value, 12);
    },
  },
];
