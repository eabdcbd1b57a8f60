import { describe, expect, test } from 'vitest'
import { safeMessage } from '../../src/observability/errors.ts'
import { createLog, type LogFields, type LogLevel } from '../../src/observability/log.ts'

function linesOf(level: LogLevel, work: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = []
  work(createLog(level, { write: (line: string) => void lines.push(line) }))
  return lines.map((line): Record<string, unknown> => JSON.parse(line))
}

function errorLine(error: unknown, level: LogLevel = 'info') {
  return JSON.stringify(linesOf(level, (log) => log.error({ error }, 'it failed')))
}

describe('a line of the log', () => {
  test('is JSON with level, time, process, fields and message', () => {
    const [line] = linesOf('info', (log) => log.info({ service: 'unzr', milliseconds: 12 }, 'called'))
    expect(line).toEqual({
      level: 'info',
      time: expect.any(String),
      pid: process.pid,
      service: 'unzr',
      milliseconds: 12,
      msg: 'called',
    })
    const { time } = line ?? {}
    expect(Date.parse(String(time))).not.toBeNaN()
  })

  test('is omitted below the level', () => {
    expect(linesOf('warn', (log) => log.info({}, 'quiet'))).toEqual([])
  })

  test('has the fields of its logger', () => {
    const [line] = linesOf('info', (log) => log.with({ worker: 'w1' }).warn({ run: 7 }, 'paused'))
    expect(line).toMatchObject({ worker: 'w1', run: 7, level: 'warn' })
  })

  test('has no field for a name', () => {
    // @ts-expect-error the list of fields is closed
    const fields: LogFields = { last_name: 'Шевченко' }
    expect(fields).toBeDefined()
  })
})

describe('an error in the log', () => {
  test('keeps our text, its code and its cause', () => {
    const error = new Error('the lease is out', { cause: Object.assign(new Error('closed'), { code: 'ECONNRESET' }) })
    const line = errorLine(error)
    expect(line).toContain('the lease is out')
    expect(line).toContain('ECONNRESET')
    expect(line).not.toContain('log.test.ts')
  })

  test('shows its stack trace at debug', () => {
    expect(errorLine(new Error('broken'), 'debug')).toContain('log.test.ts')
  })

  test('of the database does not quote the value', () => {
    const error = Object.assign(new Error('invalid input syntax for type date: "Шевченко"'), {
      severity: 'ERROR',
      code: '22007',
      detail: 'Key (unzr)=(19850101-12345) already exists.',
      table: 'persons',
    })
    for (const level of ['info', 'debug'] as const) {
      const line = errorLine(error, level)
      expect(line).toContain('22007')
      expect(line).toContain('persons')
      expect(line).not.toMatch(/Шевченко|19850101/)
    }
  })

  test('of a parser does not quote the input', () => {
    let thrown: unknown
    try {
      JSON.parse('{"last_name": Шевченко}')
    } catch (error) {
      thrown = error
    }
    expect(String(thrown)).toContain('Шевченко')
    expect(errorLine(thrown, 'debug')).not.toContain('Шевченко')
    expect(safeMessage(thrown)).not.toContain('Шевченко')
  })

  test('that is no Error is not printed', () => {
    expect(errorLine('Шевченко')).not.toContain('Шевченко')
  })
})
