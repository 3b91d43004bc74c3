/** What a cause is called, and what to do about it. */
const CAUSES: Readonly<Record<string, { readonly title: string; readonly fix: string }>> = {};

export function causeTitle(id: string): string {
  return CAUSES[id]?.title ?? id;
}

export function causeFix(id: string): string {
  return CAUSES[id]?.fix ?? '';
}
