// The data of an answer as finished JSON in UTF-8. It passes through Apollo Server untouched and is pasted into the body; who
// needs the values instead parses it.
import type { FormattedExecutionResult } from 'graphql';

export class Written {
  readonly bytes: Buffer;
  /** Of the whole answer, when it has been put together. */
  body: Buffer | null = null;

  constructor(json: string | Buffer) {
    this.bytes = typeof json === 'string' ? Buffer.from(json) : json;
  }

  get json(): string {
    return this.bytes.toString();
  }
}

/** Puts the body together; errors come first, as the GraphQL specification advises. Apollo Server takes text only. */
export function stringified({ errors, data, extensions }: FormattedExecutionResult): string {
  if (!(data instanceof Written)) return JSON.stringify({ errors, data, extensions });
  const before = errors === undefined ? '' : `"errors":${JSON.stringify(errors)},`;
  const after = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`;
  data.body = Buffer.concat([Buffer.from(`{${before}"data":`), data.bytes, Buffer.from(`${after}}`)]);
  return '';
}

/** The data as values, however it came. */
export const valuesOf = ({ data }: FormattedExecutionResult): unknown =>
  data instanceof Written ? JSON.parse(data.json) : data;
