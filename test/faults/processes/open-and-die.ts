import { openStore } from '@idp-roles/store';
import { secretKeys, type Location } from '../setting.js';

/** Opens a new store and kills itself before statement `last`, as `kill -9` would; says how many it ran where it lived. */
const [location = '', last = ''] = process.argv.slice(2);
let ran = 0;
const store = await openStore(JSON.parse(location) as Location, {
  secretKeys,
  onStatement: () => {
    if (++ran >= Number(last)) process.kill(process.pid, 'SIGKILL');
  },
});
await store.close();
console.log(ran);
