import ipaddr from 'ipaddr.js';
import type { AddressRule } from './address-rule.js';
import { isLoopbackHost, withoutBrackets } from './loopback.js';
import { OutboundError } from './outbound-error.js';

/** 443, or a port no system service has (RFC 6335 6); a private name's ports are the operator's business. */
const FIRST_USER_PORT = 1024;

/**
 * What can be judged before any name is resolved. The URL parser has made `0x7f.1` or `2130706433` an ordinary
 * IPv4 address by now, so literals are judged here and names when they are resolved.
 */
export function checkUrl(input: string | URL, rule: AddressRule, allowLoopbackHttp: boolean): URL {
  const url = parse(input);
  const loopbackHttp = allowLoopbackHttp && isLoopbackHost(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopbackHttp)) {
    throw new OutboundError(
      'scheme-refused',
      `only https is called; \`${url.host}\` was given with \`${url.protocol}\``,
      url.host,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutboundError(
      'userinfo-refused',
      `a user name in the address of \`${url.host}\` is not sent; remove it`,
      url.host,
    );
  }
  const port = portOf(url);
  if (
    !loopbackHttp &&
    !rule.exempts(url.hostname, port) &&
    port !== '443' &&
    Number(port) < FIRST_USER_PORT
  ) {
    throw new OutboundError(
      'port-refused',
      `port ${port} of \`${url.hostname}\` is not one for https`,
      url.host,
    );
  }
  const literal = withoutBrackets(url.hostname);
  if (ipaddr.isValid(literal) && !rule.permits(literal, url.hostname, port)) throw addressRefused(url.host);
  return url;
}

function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}

export function addressRefused(host: string): OutboundError {
  return new OutboundError(
    'address-refused',
    `\`${host}\` is not at a public address; the operator may list it in \`outbound.allowHosts\` or \`outbound.allowCidrs\``,
    host,
  );
}

function parse(input: string | URL): URL {
  try {
    return new URL(input);
  } catch (cause) {
    throw new OutboundError('url-invalid', 'the address to call is not a URL', undefined, cause);
  }
}
