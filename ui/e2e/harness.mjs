const tests = [];

/** Names a walk; they run in the order in which they were named. */
export function walk(name, run) {
  tests.push({ name, run });
}

export function same(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

export function holds(condition, what) {
  if (!condition) throw new Error(what);
}

/** Runs the walks whose name contains one of the words; prints each and the counts, and says whether all passed. */
export async function run(words) {
  let passed = 0;
  let failed = 0;
  for (const { name, run: go } of tests) {
    if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
    const start = performance.now();
    try {
      await go();
      passed++;
      console.log(`ok      ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed++;
      console.log(`FAILED  ${name}\n        ${String(error instanceof Error ? error.stack : error).split('\n').slice(0, 30).join('\n        ')}`);
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}
