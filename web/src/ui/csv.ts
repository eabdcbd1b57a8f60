/** Rows as a CSV file for spreadsheets. */

/** A column of the file. */
export interface ExportColumn<Row> {
  readonly header: string
  readonly value: (row: Row) => string | number | boolean | null | undefined
}

/**
 * Rows as CSV (RFC 4180), with the byte order mark by which spreadsheets recognise UTF-8. Every cell is quoted, and cells that a
 * spreadsheet would run as a formula are escaped.
 */
export function csvOf<Row>(columns: readonly ExportColumn<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ header }) => header), ...rows.map((row) => columns.map(({ value }) => value(row)))]
  return `\uFEFF${lines.map((cells) => cells.map(cellOf).join(',')).join('\r\n')}\r\n`
}

function cellOf(value: string | number | boolean | null | undefined): string {
  const text = typeof value === 'number' ? String(value) : withoutFormulas(String(value ?? ''))
  return `"${text.replaceAll('"', '""')}"`
}

/** Where a cell may start: at the beginning, and after any separator a spreadsheet may be set to; then characters that it skips. */
const BEGINNING = /(^|[;,|\t\r\n])([\p{White_Space}\p{Cc}\p{Cf}"']*)(\p{Any})/gu

// Full-width and other variants of formula characters count too, because some programs normalise them.
function withoutFormulas(text: string): string {
  return text.replaceAll(BEGINNING, (whole, before: string, passed: string, first: string) =>
    /^[=+\-@\u2212]/.test(first.normalize('NFKC')) ? `${before}${passed}'${first}` : whole,
  )
}
