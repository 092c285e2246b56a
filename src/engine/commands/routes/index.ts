/** Lists every route of the REST API: what GET, POST, PUT, PATCH and DELETE mean, and its OpenAPI document, are made from it. */
import { accessRoutes } from './access.ts';
import { contentRoutes } from './content.ts';
import { fleetRoutes } from './fleet.ts';
import { inboxRoutes } from './inbox.ts';
import { placeRoutes } from './places.ts';
import type { Route } from './route.ts';

export const routes: readonly Route[] = [
  ...fleetRoutes,
  ...placeRoutes,
  ...contentRoutes,
  ...inboxRoutes,
  ...accessRoutes,
];
