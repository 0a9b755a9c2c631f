import { z } from 'zod';
import type { AnyRoute } from '../route.ts';
import { route } from '../route.ts';
import * as schemas from '../schemas.ts';
import type { ServerState } from '../state.ts';
import { serviceOf } from '../state.ts';

/** Who may ask. The secret of a token is in the answer that creates it, and nowhere else. */
export function tokenRoutes(state: ServerState): readonly AnyRoute[] {
  return [
    route({
      method: 'POST',
      url: '/api/v1/tokens',
      summary: 'Creates a token. Its secret is shown this one time.',
      needs: 'admin',
      query: schemas.nothing,
      body: schemas.tokenBody,
      answer: schemas.tokenInfo.extend({ token: z.string() }),
      handle: ({ body, caller, signal }) => serviceOf(state).createToken(body, { caller, signal }),
    }),
    route({
      method: 'GET',
      url: '/api/v1/tokens',
      summary: 'Every token, without its secret.',
      needs: 'admin',
      query: schemas.nothing,
      answer: z.object({ tokens: z.array(schemas.tokenInfo) }),
      handle: async ({ caller, signal }) => ({ tokens: await serviceOf(state).tokens({ caller, signal }) }),
    }),
    route({
      method: 'DELETE',
      url: '/api/v1/tokens/:id',
      summary: 'Revokes a token, by id or name.',
      needs: 'admin',
      query: schemas.nothing,
      answer: schemas.tokenInfo,
      handle: ({ params, caller, signal }) => serviceOf(state).revokeToken(params['id'] ?? '', { caller, signal }),
    }),
  ];
}
