#!/usr/bin/env node
// Runs zvirka. It is written for Node 24; on an older Node (18 at least) this file runs it again on the Node 24 that npm brought.
// Plain JavaScript that old versions understand, and nothing imported that they do not have.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const NEEDED = 24
const main = new URL('../src/main.ts', import.meta.url)

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  await import(main.href)
} else {
  const node = findNode()
  if (node === undefined) {
    console.error(
      `zvirka: Node.js ${NEEDED} or newer is needed, this is ${process.version}, and npm brought none for ${process.platform}-${process.arch}.\n` +
        `hint: install Node.js ${NEEDED}, or run "npm ci" without --omit=optional`,
    )
    process.exit(1)
  }
  rerun(node)
}

/** The platform package that npm has put into this clone; it holds the program alone and needs no install script. */
function findNode() {
  const file = new URL(`../node_modules/node-${process.platform}-${process.arch}/bin/node`, import.meta.url)
  return existsSync(file) ? fileURLToPath(file) : undefined
}

function rerun(node) {
  // The channel is there only to be closed: if this process is killed, however, the other one learns of it.
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  child.once('error', (error) => {
    console.error(`zvirka: ${node} cannot be run: ${error.message}`)
    process.exit(1)
  })
  // A terminal gives Ctrl-C, Ctrl-\ and a hang-up to both of us: here they are only survived, so that the child's end can be told.
  // What kill sends to this process alone is handed on.
  const fromTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTERM', 'SIGUSR2']) {
    const isSentToBoth = fromTerminal && signal !== 'SIGTERM' && signal !== 'SIGUSR2'
    process.on(signal, () => {
      if (!isSentToBoth) child.kill(signal)
    })
  }
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    // Die the way the child died, so that a shell sees the same.
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
    setTimeout(() => process.exit(128 + constants.signals[signal]), 100)
  })
}
