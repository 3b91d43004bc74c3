import { createHash } from 'node:crypto';
import { contextOf, fieldOf } from '../engine/window.ts';
import type { Rule } from './rule.ts';

const BASE58 = /(?<![A-Za-z0-9])[13][1-9A-HJ-NP-Za-km-z]{25,34}(?![A-Za-z0-9])/y;
const BECH32 = /(?<![A-Za-z0-9])bc1[02-9ac-hj-np-z]{11,71}(?![A-Za-z0-9])/iy;
const ETHEREUM = /(?<![A-Za-z0-9])0x[0-9a-f]{40}(?![A-Za-z0-9])/iy;
const EXTENDED_KEY = /(?<![A-Za-z0-9])[xyz]prv[1-9A-HJ-NP-Za-km-z]{100,112}(?![A-Za-z0-9])/y;
const ETHEREUM_WORDS = /wallet|ethereum|\beth\b|ether|erc-?20|web3|metamask|recipient|payer|account|from|to\b/;
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const VALUE = Uint8Array.from({ length: 128 }, (_, code) => Math.max(0, ALPHABET.indexOf(String.fromCharCode(code))));
const CHARSET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/** Wallets: Bitcoin addresses proven by Base58Check or by the checksum of BIP 173 and BIP 350; Ethereum addresses beside a word; extended private keys. */
export const cryptoWallet: Rule = {
  id: 'crypto-wallet',
  severity: 'medium',
  wish: { run: true, sieve: 'wallet', literals: ['bc1', 'xprv', 'yprv', 'zprv'] },
  find(window, from, _to, report) {
    const { text } = window;
    const first = text.charCodeAt(from) | 32;
    // 1, 3, b, x, y, z, or the zero of 0x.
    if (first !== 49 && first !== 51 && first !== 98 && first !== 48 && (first < 120 || first > 122)) return;
    const at = (pattern: RegExp) => {
      pattern.lastIndex = from;
      return pattern.exec(text)?.[0];
    };
    const key = at(EXTENDED_KEY);
    if (key !== undefined) {
      report({
        rule: 'crypto-key',
        severity: 'critical',
        start: from,
        end: from + key.length,
        score: 0.9,
        reasons: ['prefix', 'shape'],
        value: key,
      });
      return;
    }
    const bitcoin = at(BASE58) ?? at(BECH32);
    if (bitcoin !== undefined && (/^bc1/i.test(bitcoin) ? bech32Fits(bitcoin.toLowerCase()) : base58Fits(bitcoin)))
      report({
        rule: 'crypto-wallet',
        severity: 'medium',
        start: from,
        end: from + bitcoin.length,
        score: 1,
        reasons: ['checksum'],
        value: bitcoin,
      });
    const ethereum = at(ETHEREUM);
    if (ethereum === undefined) return;
    const { before, after } = contextOf(window, from, from + ethereum.length);
    if (ETHEREUM_WORDS.test(`${fieldOf(window, from)} ${before} ${after}`) && !/^0x0+$/.test(ethereum))
      report({
        rule: 'crypto-wallet',
        severity: 'medium',
        start: from,
        end: from + 42,
        score: 0.7,
        reasons: ['shape', 'context'],
        value: ethereum.toLowerCase(),
      });
  },
};

/** The last four bytes are the beginning of the double SHA-256 of the first twenty-one. */
function base58Fits(address: string): boolean {
  // Hexadecimal digits of a hash are no address, whose letters are of either case.
  if (!/[A-Z]/.test(address) || !/[a-z]/.test(address)) return false;
  const bytes = Buffer.alloc(25);
  for (let i = 0; i < address.length; i++) {
    let carry = VALUE[address.charCodeAt(i)] as number;
    for (let at = 24; at >= 0; at--) {
      carry += (bytes[at] as number) * 58;
      bytes[at] = carry & 255;
      carry >>= 8;
    }
    if (carry !== 0) return false;
  }
  const once = createHash('sha256').update(bytes.subarray(0, 21)).digest();
  return createHash('sha256').update(once).digest().subarray(0, 4).equals(bytes.subarray(21));
}

/** The checksum is a BCH code; it ends in 1 (bech32) or in 0x2bc830a3 (bech32m). */
function bech32Fits(address: string): boolean {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  const values = [3, 3, 0, 2, 3, ...[...address.slice(3)].map((character) => CHARSET.indexOf(character))];
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    generator.forEach((term, bit) => {
      if ((top >>> bit) & 1) check ^= term;
    });
  }
  return check === 1 || check === 0x2bc830a3;
}
