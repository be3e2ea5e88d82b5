import type { Response } from 'express';
import type { Html } from './html.js';
import { CONTENT_SECURITY_POLICY, page, type PageFrame } from './layout.js';

export function sendPage(response: Response, frame: PageFrame, content: Html): void {
  response
    .setHeader('content-security-policy', CONTENT_SECURITY_POLICY)
    .setHeader('cache-control', 'no-store')
    .setHeader('x-content-type-options', 'nosniff')
    .type('html')
    .send(page(frame, content));
}
