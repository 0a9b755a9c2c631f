import type { Branding } from '../../share/branding.ts';
import { documentOf } from '../../share/render/document.ts';
import { html } from '../../share/render/html.ts';
import type { ApiError } from '../errors.ts';
import { navigation } from './head.ts';

/** What went wrong, and what to do. While the server starts, the page looks again by itself. */
export function errorPage(error: ApiError, branding: Branding): string {
  const waiting = error.code === 'starting';
  return documentOf({
    branding,
    title: waiting ? `${branding.name} is starting` : `${branding.name}: this did not work`,
    refreshSeconds: waiting ? 2 : undefined,
    head: waiting ? undefined : navigation(undefined, ''),
    main: html`<div class="panel signin">
      <p class="error" role="alert">${error.message}</p>
      <p>${error.todo}</p>
    </div>`,
  });
}

/** Where a token is entered once. `next`: the page that was asked for. */
export const signInPage = (branding: Branding, next: string, problem?: string): string =>
  documentOf({
    branding,
    title: `${branding.name}: sign in`,
    main: html`<div class="panel signin">
      ${problem === undefined ? undefined : html`<p class="error" role="alert">${problem}</p>`}
      <form method="post" action="/sign-in" class="choose">
        <input type="hidden" name="next" value="${next}" />
        <label>Token <input type="password" name="token" autocomplete="current-password" required /></label>
        <button type="submit">Sign in</button>
      </form>
      <p class="about">
        Whoever runs this server creates tokens: license-analytics token create --name NAME --scope read, with
        --accounts for a token that sees some accounts only.
      </p>
    </div>`,
  });
