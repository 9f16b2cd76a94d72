/** @jest-environment jsdom */
import { watchPopup } from '../../../src/providers/popup-watcher';

/** A window on `about:blank`, on a page of this origin, or on one that must not be read. */
class FakeWindow {
  closed = false;
  page: 'ours' | 'theirs' = 'ours';

  get location(): { href: string } {
    if (this.page === 'theirs') {
      throw new DOMException('cross-origin', 'SecurityError');
    }
    return { href: 'about:blank' };
  }
}

let opened: FakeWindow;
let onClosed: jest.Mock;
let stop: () => void;
let focus: jest.SpyInstance<boolean, []>;

beforeEach(() => {
  jest.useFakeTimers();
  // The user is in the window.
  focus = jest.spyOn(document, 'hasFocus').mockReturnValue(false);
  opened = new FakeWindow();
  onClosed = jest.fn();
  stop = watchPopup(opened as unknown as Window, onClosed);
});

afterEach(() => jest.useRealTimers());

const pass = (milliseconds: number): void => void jest.advanceTimersByTime(milliseconds);

describe('watchPopup', () => {
  it('reports once that a window was closed on the pages of the authority', () => {
    opened.page = 'theirs';
    pass(1000);
    opened.closed = true;
    pass(1999);
    expect(onClosed).not.toHaveBeenCalled();
    pass(1);
    pass(10_000);
    expect(onClosed).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('reports a window that was never seen there only while this page has the focus', () => {
    pass(1000);
    opened.closed = true;
    pass(60_000);
    focus.mockReturnValue(true);
    pass(1900);
    focus.mockReturnValue(false);
    pass(100);
    focus.mockReturnValue(true);
    pass(1900);
    expect(onClosed).not.toHaveBeenCalled();
    pass(100);
    expect(onClosed).toHaveBeenCalledTimes(1);
  });

  it('does not report one that was seen there while the opener was severed', () => {
    pass(1000);
    opened.page = 'theirs';
    pass(100);
    opened.closed = true;
    pass(60_000);
    expect(onClosed).not.toHaveBeenCalled();
  });

  it('does not report one that is open again', () => {
    opened.page = 'theirs';
    pass(1000);
    opened.closed = true;
    pass(1500);
    opened.closed = false;
    pass(500);
    opened.closed = true;
    pass(1500);
    expect(onClosed).not.toHaveBeenCalled();
  });

  it('ends when told to', () => {
    opened.page = 'theirs';
    pass(1000);
    opened.closed = true;
    stop();
    pass(10_000);
    expect(onClosed).not.toHaveBeenCalled();
  });
});
