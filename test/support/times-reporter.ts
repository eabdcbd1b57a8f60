import type { Reporter, TestModule } from 'vitest/node'

/** How many files are printed. */
const SHOWN = 30

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1).padStart(7)

/** The time of a file for imports, hooks and tests, in milliseconds, and its slowest test. */
export interface FileTime {
  readonly file: string
  readonly importing: number
  readonly hooks: number
  readonly tests: number
  readonly slowest: string
}

/** The time of each file, slowest first. */
export function fileTimes(modules: readonly TestModule[]): FileTime[] {
  const times = modules.map((module): FileTime => {
    const { collectDuration, prepareDuration, environmentSetupDuration, setupDuration, duration } = module.diagnostic()
    let tests = 0
    let longest = -1
    let slowest = ''
    for (const test of module.children.allTests()) {
      const took = test.diagnostic()?.duration ?? 0
      tests += took
      if (took > longest) {
        longest = took
        slowest = test.fullName
      }
    }
    return {
      file: module.relativeModuleId,
      importing: collectDuration + prepareDuration + environmentSetupDuration + setupDuration,
      hooks: Math.max(0, duration - tests),
      tests,
      slowest: `${slowest} (${(longest / 1000).toFixed(1)} s)`,
    }
  })
  return times.sort((a, b) => total(b) - total(a))
}

const total = ({ importing, hooks, tests }: FileTime): number => importing + hooks + tests

/** Prints the slowest files of a run, in seconds: `npm run test:times`. */
export class TimesReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const times = fileTimes(modules)
    const lines = times.slice(0, SHOWN).map((time) => {
      const figures = [total(time), time.importing, time.hooks, time.tests].map(seconds).join('')
      return `${figures}  ${time.file}: ${time.slowest}`
    })
    const all = times.reduce((sum, time) => sum + total(time), 0)
    process.stdout.write(
      `\nThe ${lines.length} slowest of ${times.length} files, in seconds (of ${(all / 1000).toFixed(0)} for all):\n`,
    )
    process.stdout.write('  total import  hooks  tests  file: slowest test\n')
    process.stdout.write(`${lines.join('\n')}\n`)
  }
}

export default TimesReporter
