import { seededRandom } from '../engine/random.mjs';

/**
 * Private data as a careless line of code would log it, for the fault `pii`. Nobody's: drawn from a seed, with true check digits,
 * and put together here, so that no such value stands in any file of the repository.
 * @returns {{ 'enduser.email': string, 'payment.card': string, 'payment.iban': string }}
 */
export function makePrivateData() {
  const random = seededRandom(20_26);
  const digits = (count) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
  return {
    'enduser.email': ['ines.marlow', ['toron-harbour', 'net'].join('.')].join('@'),
    'payment.card': withLuhnDigit(`4${digits(14)}`),
    'payment.iban': withIbanCheckDigits('DE', digits(18)),
  };
}

/** Appends the digit that ISO/IEC 7812-1 asks for. */
function withLuhnDigit(body) {
  const sum = [...body].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

/** Check digits of ISO 13616: the remainder by 97 of account, country as numbers, and 00. */
function withIbanCheckDigits(country, account) {
  const letters = [...country].map((letter) => letter.charCodeAt(0) - 55).join('');
  const check = 98n - (BigInt(`${account}${letters}00`) % 97n);
  return `${country}${String(check).padStart(2, '0')}${account}`;
}
