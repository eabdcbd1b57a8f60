/**
 * Ends this process when its parent with an IPC channel has ended: `bin/zvirka.js` starts us that way on another Node, and whoever kills it
 * (even with SIGKILL) wants to end us. The channel then closes, and we stop as on SIGTERM, finishing or releasing work in progress.
 */
export function endWithParent(): void {
  if (process.channel == null) return
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  // The channel must not keep a finished command alive.
  process.channel.unref()
}
