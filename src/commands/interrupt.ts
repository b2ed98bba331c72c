/** Turns Ctrl-C into a request: finish the step, save, exit 130. A second one ends the process at once. */

export interface Interruption {
  signal: AbortSignal;
  /** Gives the signals back to the system. */
  release(): void;
}

export function interruptSignal(): Interruption {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
