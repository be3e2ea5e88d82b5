import { rootCertificates } from 'node:tls';
import { Agent, buildConnector, fetch as undiciFetch } from 'undici';
import type { RequestInit as UndiciRequestInit } from 'undici';
import { createAddressRule } from './address-rule.js';
import { asOutboundError } from './failure.js';
import { guardedLookup } from './guarded-lookup.js';
import { readLimited } from './limited-body.js';
import { OutboundError } from './outbound-error.js';
import { MAX_BODY_BYTES, TIMEOUT_MS, type OutboundOptions } from './outbound-options.js';
import { checkUrl } from './url-rule.js';

export interface Outbound {
  /**
   * Like the platform's fetch, and usable in its place, with rules no caller turns off: https, public addresses, no
   * redirects, 10 s, 1 MiB. The body has arrived when it resolves. `redirect` of `init` is ignored. Throws OutboundError only.
   */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>;
  /** Whether the operator lets loopback be called over http, for development. */
  readonly allowsLoopbackHttp: boolean;
  /** Calls under way end with `closed`. */
  close(): Promise<void>;
}

/** Statuses whose Response may not carry a body (Fetch standard, null body status). */
const BODILESS = new Set([101, 103, 204, 205, 304]);

export function createOutbound(options: OutboundOptions = {}): Outbound {
  const rule = createAddressRule(options);
  const timeoutMs = Math.min(options.timeoutMs ?? TIMEOUT_MS, TIMEOUT_MS);
  const limit = Math.min(options.maxBodyBytes ?? MAX_BODY_BYTES, MAX_BODY_BYTES);
  const trust = options.ca === undefined ? {} : { ca: [...rootCertificates, ...[options.ca].flat()] };
  const agent = new Agent({
    connect(target, done) {
      const port = target.port || (target.protocol === 'https:' ? '443' : '80');
      const lookup = guardedLookup(rule, port, options.resolve);
      buildConnector({ ...trust, lookup, timeout: timeoutMs })(target, done);
    },
  });
  const closing = new AbortController();

  async function call(url: URL, init: RequestInit, signal: AbortSignal): Promise<Response> {
    const answer = await undiciFetch(url, {
      method: init.method,
      headers: Object.fromEntries(new Headers(init.headers)),
      body: init.body as UndiciRequestInit['body'],
      duplex: 'half',
      redirect: 'manual',
      signal,
      dispatcher: agent,
    });
    if (answer.status >= 300 && answer.status < 400 && answer.status !== 304) {
      await answer.body?.cancel();
      throw new OutboundError(
        'redirect-refused',
        `\`${url.host}\` answered with a redirect (${answer.status}); give the final address`,
        url.host,
      );
    }
    const headers = new Headers([...answer.headers]);
    const body =
      answer.body && (await readLimited(answer.body, headers.get('content-length'), limit, url.host));
    headers.delete('content-encoding');
    headers.delete('content-length');
    const { status, statusText } = answer;
    return new Response(BODILESS.has(status) ? null : (body as Uint8Array<ArrayBuffer> | null), {
      status,
      statusText,
      headers,
    });
  }

  return {
    allowsLoopbackHttp: options.allowLoopbackHttp === true,
    async fetch(input, init = {}) {
      const url = checkUrl(input, rule, options.allowLoopbackHttp === true);
      const late = AbortSignal.timeout(timeoutMs);
      const signals = [late, closing.signal, ...(init.signal ? [init.signal] : [])];
      try {
        return await call(url, init, AbortSignal.any(signals));
      } catch (error) {
        if (closing.signal.aborted)
          throw new OutboundError('closed', 'outbound calls have been shut down', url.host, error);
        if (late.aborted)
          throw new OutboundError(
            'timeout',
            `\`${url.host}\` did not answer in ${timeoutMs} ms`,
            url.host,
            error,
          );
        if (init.signal?.aborted)
          throw new OutboundError('aborted', `the call to \`${url.host}\` was given up`, url.host, error);
        throw asOutboundError(error, url.host);
      }
    },
    async close() {
      closing.abort();
      await agent.destroy();
    },
  };
}
