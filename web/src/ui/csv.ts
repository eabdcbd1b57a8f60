/** Rows as a file that spreadsheets open. */

/** A column of the file. */
export interface ExportColumn<Row> {
  readonly header: string
  readonly value: (row: Row) => string | number | boolean | null | undefined
}

/**
 * Rows as CSV (RFC 4180), with the mark by which spreadsheets know UTF-8. Every cell is quoted, and one that a spreadsheet would run as a
 * formula is made text.
 */
export function csvOf<Row>(columns: readonly ExportColumn<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ header }) => header), ...rows.map((row) => columns.map(({ value }) => value(row)))]
  return `\uFEFF${lines.map((cells) => cells.map(cellOf).join(',')).join('\r\n')}\r\n`
}

function cellOf(value: string | number | boolean | null | undefined): string {
  const text = typeof value === 'number' ? String(value) : withoutFormulas(String(value ?? ''))
  return `"${text.replaceAll('"', '""')}"`
}

/** Where a cell may begin: at the beginning, and after whatever a spreadsheet may be set to split at. Then what it passes over. */
const BEGINNING = /(^|[;,|\t\r\n])([\p{White_Space}\p{Cc}\p{Cf}"']*)(\p{Any})/gu

// What begins a formula does so in its other widths and heights as well, which some programs fold.
function withoutFormulas(text: string): string {
  return text.replaceAll(BEGINNING, (whole, before: string, passed: string, first: string) =>
    /^[=+\-@\u2212]/.test(first.normalize('NFKC')) ? `${before}${passed}'${first}` : whole,
  )
}
