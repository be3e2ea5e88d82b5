import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import type { AddressRule } from './address-rule.js';
import { addressRefused } from './url-rule.js';

const resolveAll = (hostname: string): Promise<readonly LookupAddress[]> =>
  lookup(hostname, { all: true, verbatim: true });

/**
 * The resolver of a socket that connects to port `port`: it answers permitted addresses only, and the socket connects to what it answers. There is
 * no second resolution, so a name that changes its address between check and use (DNS rebinding) gains nothing.
 */
export function guardedLookup(rule: AddressRule, port: string, resolve = resolveAll): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const permitted = addresses.filter(
          ({ address, family }) =>
            (!options.family || options.family === family || options.family === `IPv${family}`) &&
            rule.permits(address, hostname, port),
        );
        const [first] = permitted;
        if (!first) callback(addressRefused(hostname), '');
        else if (options.all) callback(null, [...permitted]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}
