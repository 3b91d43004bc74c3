export async function main(): Promise<void> {
  const { commonInputs } = await import('../core/index.ts');
  console.log(Object.keys(commonInputs.shape));
}
