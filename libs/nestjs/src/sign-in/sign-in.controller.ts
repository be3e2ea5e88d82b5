import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { samlMetadata } from '@idp-roles/saml';
import type { Request, Response } from 'express';
import { Public } from '../access/declaration.js';
import { failureOf } from './failure-of.js';
import { sentForm } from './sent-form.js';
import { SignInFlow, type IdpAnswer } from './sign-in-flow.js';
import { sendFailurePage } from './sign-in-page.js';

/** `GET /sso/:connection/login`, `callback`, `metadata`, `POST acs` (L6). Mounted under `<prefix>/sso`. */
@Controller()
@Public()
export class SignInController {
  constructor(private readonly flow: SignInFlow) {}

  @Get(':connection/login')
  login(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.#page(response, () => this.flow.begin(connectionOf(request), request, response));
  }

  @Get(':connection/callback')
  callback(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { state } = request.query;
    const relayState = typeof state === 'string' ? state : undefined;
    return this.#page(response, () =>
      this.flow.finish(connectionOf(request), request, response, 'oidc', () => ({ relayState })),
    );
  }

  @Post(':connection/acs')
  acs(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.#page(response, () =>
      this.flow.finish(connectionOf(request), request, response, 'saml', () => samlAnswer(request)),
    );
  }

  @Get(':connection/metadata')
  metadata(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.#page(response, async () => {
      const settings = await this.flow.samlSettings(connectionOf(request));
      response.type('application/samlmetadata+xml').send(samlMetadata(settings));
    });
  }

  async #page(response: Response, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      sendFailurePage(response, failureOf(error));
    }
  }
}

function connectionOf(request: Request): string {
  return String(request.params['connection']);
}

function samlAnswer(request: Request): IdpAnswer {
  const form = sentForm(request);
  return { relayState: form.get('RelayState'), body: { SAMLResponse: form.get('SAMLResponse') ?? '' } };
}
