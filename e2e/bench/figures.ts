/** The middle and the slow end of some durations, in milliseconds. */
export function summary(all: number[]): string {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (part: number): string => (sorted[Math.floor(part * (sorted.length - 1))] ?? NaN).toFixed(1);
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms (${sorted.length} times)`;
}

export function print(what: string, figure: string): void {
  console.log(`  ${what.padEnd(52)} ${figure}`);
}
