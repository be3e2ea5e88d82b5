import { AccessContext } from '@idp-roles/nestjs';
import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentAccess, RequirePermission, type access } from '../access.js';
import { Frames } from '../pages/frames.js';
import { html } from '../pages/html.js';
import { sendPage } from '../pages/send-page.js';

@Controller('invoices')
export class InvoicesController {
  constructor(private readonly frames: Frames) {}

  /** A permission on the organization itself needs no binding. */
  @Get()
  @RequirePermission('invoice:view')
  async list(@CurrentAccess() who: AccessContext<typeof access>, @Res() response: Response): Promise<void> {
    sendPage(
      response,
      await this.frames.of(who, 'Invoices', '/invoices'),
      html`<h1>Invoices</h1>
        <p class="lead">
          Visible to whoever holds a role with <code>invoice:view</code> on the organization.
        </p>
        <section class="card">
          <table>
            <thead>
              <tr>
                <th>Number</th>
                <th>For</th>
                <th>Amount</th>
              </tr>
            </thead>
            <tbody>
              <tr>
                <td data-label="Number">2026-0117</td>
                <td data-label="For">October</td>
                <td data-label="Amount">€ 480.00</td>
              </tr>
              <tr>
                <td data-label="Number">2026-0118</td>
                <td data-label="For">November</td>
                <td data-label="Amount">€ 480.00</td>
              </tr>
            </tbody>
          </table>
        </section>`,
    );
  }
}
