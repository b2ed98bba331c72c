/** A server on loopback that has some files, and misbehaves as it is told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse, body: Uint8Array) => void;

export interface FileServer {
  url: string;
  /** What was asked for: the path, and the range if there was one. */
  requests: string[];
  close(): Promise<void>;
}

/**
 * @param files   by path, without the slash at the beginning
 * @param answers what to do with the first requests, in their order; later ones are answered well
 */
export async function serveFiles(
  files: Readonly<Record<string, Uint8Array>>,
  ...answers: Answer[]
): Promise<FileServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url!.slice(1);
    const { range } = request.headers;
    requests.push(range ? `${path} ${range}` : path);
    const body = files[path];
    if (!body) return void response.writeHead(404).end();
    (answers.shift() ?? answerWell)(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

export const answerWell: Answer = ({ headers }, response, body) => {
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  if (start >= body.length) return void response.writeHead(416).end();
  if (start === 0) return void response.end(body);
  response.writeHead(206, { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` });
  response.end(body.subarray(start));
};

export const answerWithoutRanges: Answer = (_, response, body) => void response.end(body);

export const answerStatus =
  (status: number): Answer =>
  (_, response) =>
    void response.writeHead(status).end();

/** Says how long the file is, and hangs up after some bytes. */
export const hangUpAfter =
  (bytes: number): Answer =>
  (_, response, body) => {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, bytes), () => response.destroy());
  };

/** Ends properly, too early. */
export const answerShort =
  (bytes: number): Answer =>
  (_, response, body) =>
    void response.end(body.subarray(0, bytes));

export const answerOther =
  (other: Uint8Array): Answer =>
  (_, response) =>
    void response.end(other);

/** Sends some bytes and then nothing, for ever. */
export const fallSilentAfter =
  (bytes: number): Answer =>
  (_, response, body) => {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, bytes));
  };
