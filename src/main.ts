import { run } from './cli/program.ts'

// `zvirka status | head` closes our output early: what is under way goes on, its words have no reader.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

process.exitCode = await run(process.argv.slice(2))

// The process ends by itself once nothing is open. Something forgotten must not keep a finished command from ending.
setTimeout(() => process.exit(), 5000).unref()
