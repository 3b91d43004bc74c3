/** Whether a text is an IPv6 address in one of the forms of RFC 4291 section 2.2. */
export function isIPv6(text: string): boolean {
  let rest = text;
  let words = 8;
  const dotted = /:(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(rest);
  if (dotted) {
    if (dotted.slice(1).some((part) => Number(part) > 255)) return false;
    rest = rest.slice(0, dotted.index + 1);
    if (!rest.endsWith('::')) rest = rest.slice(0, -1);
    words = 6;
  } else if (rest.includes('.')) return false;
  const halves = rest.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? groups.length < words : groups.length === words;
}
