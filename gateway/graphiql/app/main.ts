// The page at `/`: GraphiQL on this gateway's graph, with a tab for each journey. It asks no other host for anything.
// oxlint-disable-next-line import/no-unassigned-import -- tells the editor where its workers are
import 'graphiql/setup-workers/vite';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { Asking, demoCredentials, headersAs, post, type Credential } from './asking.ts';
import { journeys, known, ORIENTATION, type Known } from './journeys.ts';
import { Picker } from './picker.ts';

async function orientation(credentials: Credential[]): Promise<Known> {
  if (credentials.length === 0) return known(null);
  const { data } = (await post({ query: ORIENTATION }, headersAs(credentials, 'member'))) as { data?: object };
  return known(data);
}

const credentials = await demoCredentials();
const tabs = journeys(new Date(), await orientation(credentials));
const asking = new Asking(credentials, tabs);
const logo =
  credentials.length === 0
    ? createElement(GraphiQL.Logo, null, 'Loyalty graph')
    : createElement(GraphiQL.Logo, null, createElement(Picker, { asking }));

createRoot(document.getElementById('page')!).render(
  createElement(
    GraphiQL,
    {
      fetcher: asking.fetcher,
      defaultTabs: tabs.map(({ query, variables }) => ({ query, variables: JSON.stringify(variables, null, 2) })),
      // A new window begins with the journeys as they are; a reload keeps what was written.
      storage: sessionStorage,
      shouldPersistHeaders: false,
      defaultEditorToolsVisibility: 'variables',
    },
    logo,
  ),
);
