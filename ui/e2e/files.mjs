import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// A small seeded generator: the same files on every machine.
function seeded(a) {
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** 24 teams × 12 quarters in which engagement carries satisfaction within teams, and 20 rows of it with two mistakes. */
export async function makeFiles(prefix = 'Branch') {
  const random = seeded(11);
  const noise = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const header = 'team,quarter,respondents,engagement,satisfaction,cost_per_case';
  const rows = [];
  for (let team = 1; team <= 24; team++) {
    const level = noise();
    for (let q = 0; q < 12; q++) {
      const engagement = 7 + 0.4 * level + 0.5 * noise();
      const satisfaction = 70 + 3 * level + 5 * (engagement - 7) + 1.5 * noise();
      rows.push([`${prefix} ${team}`, `${2023 + Math.floor(q / 4)}-Q${(q % 4) + 1}`, 20 + team, engagement.toFixed(2), satisfaction.toFixed(1), (40 + 4 * noise()).toFixed(2)].join(','));
    }
  }
  const folder = await mkdtemp(join(tmpdir(), 'rapport-files-'));
  const good = join(folder, 'quarters.csv');
  const bad = join(folder, 'quarters-with-mistakes.csv');
  await writeFile(good, [header, ...rows].join('\n') + '\n');
  const broken = rows.slice(0, 20);
  broken[4] = broken[4].replace(/,\d+\.\d\d,/, ',seven,');
  broken[9] = broken[9].replace('-Q2', '-Q7');
  await writeFile(bad, [header, ...broken].join('\n') + '\n');
  return { good, bad };
}
