import { Controller, Get, type INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { RequireRole } from '../acme.js';
import { codeOf, headersFor, type Door } from './door.js';
import { memberRoutesBoundTo, routesBoundTo, serveOn, type Route } from './routes.js';

const get = ({ name, isBound }: Route) => [Get(isBound ? `${name}/:id` : name)];

@Controller()
class Pages {}
@Controller()
@RequireRole('org-member')
class MemberPages {}
serveOn(Pages, routesBoundTo('param'), get);
serveOn(MemberPages, memberRoutesBoundTo('param'), get);

export const httpHost = { controllers: [Pages, MemberPages] };
export const express = (): AbstractHttpAdapter => new ExpressAdapter();
export const fastify = (): AbstractHttpAdapter => new FastifyAdapter();

export async function httpDoor(app: INestApplication): Promise<Door> {
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    async ask(route, member, input = {}) {
      const path = input.id === undefined ? route : `${route}/${encodeURIComponent(String(input.id))}`;
      const answer = await fetch(`${url}/${path}`, { headers: headersFor(member) });
      return answer.ok ? answer.text() : codeOf(await answer.json());
    },
    close: () => app.close(),
  };
}
