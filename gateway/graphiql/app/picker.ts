// The choice of whom to ask as.
import { useGraphiQL } from '@graphiql/react';
import { createElement, useState, type ChangeEvent, type ReactElement } from 'react';
import type { Asking } from './asking.ts';

export function Picker({ asking }: { asking: Asking }): ReactElement {
  const [chosen, setChosen] = useState(asking.chosen);
  const operationName = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]?.operationName);
  const choose = (name: string) => {
    asking.chosen = name === '' ? null : name;
    setChosen(asking.chosen);
  };
  return createElement(
    'label',
    { className: 'asking' },
    'Ask as',
    createElement(
      'select',
      { value: chosen ?? '', onChange: (event: ChangeEvent<HTMLSelectElement>) => choose(event.target.value) },
      createElement('option', { value: '' }, `this tab’s: ${asking.ownOf(operationName)}`),
      ...asking.credentials.map(({ name }) => createElement('option', { key: name, value: name }, name)),
    ),
  );
}
