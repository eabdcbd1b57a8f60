/**
 * Ends this process when the one that started it with an IPC channel is gone: `bin/zvirka.js` runs us on another Node that way, and
 * whoever kills it (SIGKILL included) means us. The channel closes by itself; then we stop as at SIGTERM, finishing or giving back
 * what is under way.
 */
export function endWithParent(): void {
  if (process.channel == null) return
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  // The channel must not keep a finished command alive.
  process.channel.unref()
}
