/** Turns Ctrl-C into a request: finish the step, save, exit 130. A second one ends the process at once. */

export interface Interruption {
  /**
   * Begins to turn signals into requests. Until then they end the process at once, which loses nothing: what
   * comes before training (reading and tokenising text) is not interruptible otherwise, and is cached whole.
   */
  listen(): AbortSignal;
  /** Gives the signals back to the system. */
  release(): void;
}

/** @param options.isPatient whether a second signal changes nothing: a cluster may send the same one twice */
export function interruptSignal({ isPatient = false } = {}): Interruption {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted && !isPatient) process.exit(130);
    controller.abort();
  };
  // The sweep that started this process is gone: nobody waits for the rest.
  const onOrphaned = () => controller.abort();
  return {
    listen() {
      process.on('SIGINT', onSignal);
      process.on('SIGTERM', onSignal);
      process.on('SIGHUP', onSignal); // the terminal was closed
      process.on('disconnect', onOrphaned);
      if (process.send && !process.connected) controller.abort();
      return controller.signal;
    },
    release() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      process.off('SIGHUP', onSignal);
      process.off('disconnect', onOrphaned);
    },
  };
}
