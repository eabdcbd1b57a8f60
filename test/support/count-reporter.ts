import type { SerializedError } from 'vitest'
import type { Reporter, TestModule } from 'vitest/node'

/** Counts the results of a run; a failure outside a test (a hook, an unreadable file) counts as one. */
export function countTests(modules: readonly TestModule[], unhandled: readonly SerializedError[]) {
  let passed = 0
  let failed = unhandled.length
  for (const module of modules) {
    if (module.errors().length > 0) failed += 1
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) failed += 1
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') passed += 1
      if (state === 'failed') failed += 1
    }
  }
  return { passed, failed }
}

/** Prints `N passed, N failed` as the last line of a run. */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const { passed, failed } = countTests(modules, unhandled)
    process.once('exit', () => process.stdout.write(`${passed} passed, ${failed} failed\n`))
  }
}

export default CountReporter
