/** A national identifier: its shape, its checks, and the words that go with it. */
export interface NationalIdentifier {
  /** Rule id after `national-`, e.g. `de-tax-id`. */
  readonly id: string;
  /** As people know it. */
  readonly title: string;
  /** One or more alternatives, whatever the case; separators included. Boundaries are added. */
  readonly shape: string;
  /** Whether the value, letters upper-case and separators gone, passes the checks. */
  readonly valid: (value: string) => boolean;
  /** Parts of words and field names beside it, lower-case; at least three characters each. */
  readonly words: readonly string[];
  /**
   * Whether the checks are so strong (two check digits, or letters and a date beside one) that it is reported without a word beside it. One check digit
   * lets a random number in ten pass, so such an identifier is nothing without its context.
   */
  readonly strong?: true;
  /** How many digits a number has that is looked at without a word beside it. */
  readonly digits?: readonly [least: number, most: number];
}

/** Whether six digits are a day: two for the year, the month, the day, in the given order. */
export function isDay(text: string, order: 'ymd' | 'dmy'): boolean {
  const month = Number(text.slice(2, 4));
  const day = Number(order === 'ymd' ? text.slice(4, 6) : text.slice(0, 2));
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}
