/** The part of ws that the tests use; it has no types of its own. */
declare module 'ws' {
  export default class WebSocket {
    constructor(address: string);
    on(event: 'open' | 'close', listener: () => void): this;
    on(event: 'message', listener: (data: Buffer) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    send(text: string): void;
    close(): void;
  }
}
