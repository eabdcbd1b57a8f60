import { endWithParent } from './cli/parent.ts'
import { run } from './cli/program.ts'
import { reportFailure } from './cli/report.ts'

// `zvirka status | head` closes our output early: the work continues without output.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

endWithParent()

// Node would print the error unchanged, and database errors quote names and numbers.
process.on('uncaughtException', (error) => process.exit(reportFailure(error)))

process.exitCode = await run(process.argv.slice(2))

// The process ends by itself once nothing is open. Something forgotten must not keep a finished command alive.
setTimeout(() => process.exit(), 5000).unref()
