/** Anything that holds something. Shaped as VS Code's own, so that either fits where the other is asked for. */
export interface Disposable {
  dispose(): void;
}

/** Disposes what was added, last first; what is added after that is disposed at once. */
export class Disposables implements Disposable {
  private readonly items: Disposable[] = [];
  private disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.disposed) item.dispose();
    else this.items.push(item);
    return item;
  }

  dispose(): void {
    this.disposed = true;
    while (this.items.length > 0) this.items.pop()!.dispose();
  }
}

export type Listener<T> = (event: T) => void;

/** An event with many listeners, without `vscode`, so that what fires it can be tested in plain Node. */
export class Emitter<T> implements Disposable {
  private listeners: Listener<T>[] = [];

  readonly event = (listener: Listener<T>): Disposable => {
    this.listeners = [...this.listeners, listener];
    return { dispose: () => (this.listeners = this.listeners.filter(other => other !== listener)) };
  };

  fire(event: T): void {
    for (const listener of this.listeners) listener(event);
  }

  dispose(): void {
    this.listeners = [];
  }
}
