/** Loaded before the program (`--import`): shifts the process's clock by CLOCK_WRONG_MS wherever it is read as a Date. */
const wrong = Number(process.env['CLOCK_WRONG_MS'] ?? 0)
const RealDate = Date

class WrongDate extends RealDate {
  constructor(...values: unknown[]) {
    super(...((values.length === 0 ? [WrongDate.now()] : values) as [number]))
  }

  static override now(): number {
    return RealDate.now() + wrong
  }
}

globalThis.Date = WrongDate as DateConstructor
