import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { FakeAuth } from './fixtures';

/** A place in the page for a part of the panel. */
export class Place {
  readonly host = document.body.appendChild(document.createElement('div'));
  private readonly root: Root = createRoot(this.host);

  show(piece: JSX.Element): void {
    act(() => this.root.render(piece));
  }

  close(): void {
    act(() => this.root.unmount());
    this.host.remove();
  }

  get text(): string {
    return this.host.textContent ?? '';
  }

  /** The buttons, in order. */
  get labels(): string[] {
    return [...this.host.querySelectorAll('button')].map(({ textContent }) => textContent ?? '');
  }

  async press(label: string): Promise<void> {
    const found = [...this.host.querySelectorAll('button')].find(
      ({ textContent }) => textContent === label
    );
    await act(async () => found!.click());
  }
}

/** Begin each test of a file with a new session and a new place. */
export function withPlace(assign: (auth: FakeAuth, place: Place) => void): void {
  let place: Place;
  beforeEach(() => {
    place = new Place();
    assign(new FakeAuth(), place);
  });
  afterEach(() => place.close());
}
