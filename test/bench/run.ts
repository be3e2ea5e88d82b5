import { evaluating } from './p1-evaluate.ts';
import { editing } from './p2-edit.ts';
import { checking } from './p3-check.ts';
import { guarding } from './p4-guard.ts';
import { revoking } from './p10-revocation.ts';
import { removing } from './p10-scim.ts';
import { importing } from './p11-import.ts';
import { reconciling } from './p7-reconcile.ts';
import { patching } from './p8-patch.ts';
import { querying } from './p9-query.ts';
import type { Row } from './row.ts';

const rows: Row[] = [];
for (const measured of [
  evaluating,
  editing,
  checking,
  guarding,
  reconciling,
  patching,
  querying,
  revoking,
  removing,
  importing,
]) {
  for (const row of await measured()) {
    const { op, ours, peer, ratio, growth } = row;
    console.log(JSON.stringify({ op, ours, peer, ratio, growth: growth ?? '–' }));
    rows.push(row);
  }
}

console.log('\n| operation | ours | peer | ratio | growth | goal | reached |\n|---|---|---|---|---|---|---|');
for (const { op, ours, peer, ratio, growth = '–', goal, reached } of rows) {
  console.log(`| ${op} | ${ours} | ${peer} | ${ratio} | ${growth} | ${goal} | ${reached ? 'yes' : 'no'} |`);
}
console.log(
  `\nNode ${process.version}; nine rounds (of SCIM seven) interleaved in one process, medians of the ratios of each round`,
);
