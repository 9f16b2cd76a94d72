import type { BrowserContext, Page, Request, WebSocket } from '@playwright/test';
import { fieldsOf, type IKernelMessage, readKernelFrame } from './kernel-frames';

/** A message from our part of the page to a kernel. */
export interface ISentAnswer {
  readonly commId: string;
  readonly data: ReadonlyMap<string, unknown>;
}

/** A message from a kernel to our part of the page. */
export interface IHeardRequest extends ISentAnswer {
  /** Session id of the client that ran the cell, if the kernel is to be believed. */
  readonly session: string;
}

/** Everything that goes in and out of a browser's windows, from now on. */
export class Wire {
  readonly requests: Request[] = [];
  /** Finished requests: for others, Chromium never reports all headers. */
  readonly ended = new Set<Request>();
  /** Console messages of the windows, and uncaught exceptions. */
  readonly console: string[] = [];
  /** Frames of websockets, as text. */
  readonly received: string[] = [];
  readonly sockets: string[] = [];
  readonly sent: IKernelMessage[] = [];
  readonly heard: IHeardRequest[] = [];

  constructor(context: BrowserContext) {
    context.on('request', request => this.requests.push(request));
    context.on('requestfinished', request => this.ended.add(request));
    context.on('requestfailed', request => this.ended.add(request));
    context.on('console', message => this.console.push(message.text(), message.location().url));
    context.on('weberror', error => this.console.push(String(error.error().stack)));
    context.on('page', page => this.follow(page));
    context.pages().forEach(page => this.follow(page));
  }

  /** What was sent to kernels on comms, oldest first. */
  get answers(): ISentAnswer[] {
    return this.sent
      .filter(({ type }) => type === 'comm_msg')
      .map(({ content }) => fieldsOf(content))
      .map(content => ({
        commId: String(content.get('comm_id')),
        data: fieldsOf(content.get('data'))
      }))
      .filter(({ data }) => data.has('request_id') && data.has('kind'));
  }

  /** The final answer on a comm: `token`, or the codes of errors. */
  endsOf(commId: string): unknown[] {
    return this.answersTo(commId).filter(kind => kind !== 'pending');
  }

  /** The codes and kinds of the answers on a comm. */
  answersTo(commId: string): unknown[] {
    return this.answers
      .filter(answer => answer.commId === commId)
      .map(({ data }) => data.get('code') ?? data.get('kind'));
  }

  private follow(page: Page): void {
    page.on('websocket', socket => {
      this.sockets.push(socket.url());
      if (socket.url().includes('/channels')) {
        this.followKernel(socket);
      }
    });
  }

  private followKernel(socket: WebSocket): void {
    socket.on('framereceived', ({ payload }) => {
      const isText = typeof payload === 'string';
      this.received.push(isText ? payload : payload.toString('utf8'));
      if (!isText) {
        this.hear(readKernelFrame(payload));
      }
    });
    socket.on('framesent', ({ payload }) => {
      if (typeof payload !== 'string') {
        this.sent.push(readKernelFrame(payload));
      }
    });
  }

  private hear({ type, session, content }: IKernelMessage): void {
    const fields = fieldsOf(content);
    if (type === 'comm_open' && fields.get('target_name') === 'jupyter-azure-auth') {
      const commId = String(fields.get('comm_id'));
      this.heard.push({ commId, session, data: fieldsOf(fields.get('data')) });
    }
  }
}
